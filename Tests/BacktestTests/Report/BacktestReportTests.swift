import Backtest
import Ethereum
import Foundation
import JSON
import TestSupport
import Testing
import World

/// The report's figures, worked out again from its own rows by other means.
@Suite("BacktestReport")
struct BacktestReportTests {
    private static func report() throws -> BacktestReport {
        BacktestReport(
            try Samples.findings(
                Samples.shards(Samples.history(seed: 8, events: 600), Samples.settings(), rows: 100)
            ))
    }

    /// The report as Foundation reads it; amounts are texts, summed as decimals of 38 digits.
    private static func object(_ report: BacktestReport) throws -> [String: Any] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(report.json.bytes)) as? [String: Any])
    }

    private static func decimal(_ value: Any?) throws -> Decimal {
        let text = try #require(value as? String)
        return try #require(Decimal(string: text, locale: nil))
    }

    @Test("sums, percentiles, mark-outs, fair prices and bids follow from the rows")
    func figures() throws {
        let object = try Self.object(Self.report())
        let rows = try #require(object["opportunities"] as? [[String: Any]])
        let served = rows.filter { $0["outcome"] as? String == "served" }
        let plans = try served.map { try #require($0["plan"] as? [String: Any]) }
        #expect(served.count > 30)
        let totals = try #require(object["totals"] as? [String: Any])
        for key in ["feeWei", "grossWei", "gasWei", "hedgeWei", "tipWei", "netWei"] {
            let sum = try plans.reduce(Decimal.zero) { $0 + (try Self.decimal($1[key])) }
            #expect(try Self.decimal(totals[key]) == sum, "\(key)")
        }
        let parts = try ["gasWei", "hedgeWei", "tipWei", "netWei"].map {
            try Self.decimal(totals[$0])
        }
        #expect(try Self.decimal(totals["grossWei"]) == parts.reduce(0, +))

        let counts = try #require(object["counts"] as? [String: Any])
        let outcomes = try #require(counts["outcomes"] as? [String: Int])
        #expect(counts["served"] as? Int == served.count)
        #expect(counts["planned"] as? Int == rows.count)
        #expect(counts["swaps"] as? Int == outcomes.values.reduce(0, +))
        #expect(outcomes["below_size_filter"] == counts["sizeFiltered"] as? Int)

        let nets = try plans.map { try Self.decimal($0["netWei"]) }.sorted()
        let distribution = try #require(object["distribution"] as? [String: Any])
        let percentiles = try #require(distribution["netWeiPercentiles"] as? [String: Any])
        #expect(try Self.decimal(percentiles["p0"]) == nets.first)
        #expect(try Self.decimal(percentiles["p100"]) == nets.last)
        #expect(try Self.decimal(percentiles["p50"]) == nets[(nets.count + 1) / 2 - 1])
        let classes = try #require(distribution["classes"] as? [[String: Any]])
        #expect(classes.reduce(0) { $0 + ($1["count"] as? Int ?? 0) } == served.count)

        for (index, mark) in try #require(object["markOuts"] as? [[String: Any]]).enumerated() {
            let values = served.compactMap { ($0["markOutsWei"] as? [Any])?[index] as? String }
            #expect(mark["known"] as? Int == values.count)
            #expect(mark["unknown"] as? Int == served.count - values.count)
            let sum = try values.reduce(Decimal.zero) { $0 + (try Self.decimal($1)) }
            #expect(try Self.decimal(mark["netWei"]) == sum)
        }
        for (index, row) in try #require(object["sensitivity"] as? [[String: Any]]).enumerated() {
            let held = served.compactMap { ($0["heldWei"] as? [Any])?[index] as? String }
            let again = rows.compactMap { ($0["replannedWei"] as? [Any])?[index] as? String }
            #expect(row["replannedServed"] as? Int == again.count)
            #expect(
                try Self.decimal(row["heldNetWei"])
                    == held.reduce(Decimal.zero) { $0 + (try Self.decimal($1)) })
            #expect(
                try Self.decimal(row["replannedNetWei"])
                    == again.reduce(Decimal.zero) { $0 + (try Self.decimal($1)) })
        }
        let bids = try #require(object["bids"] as? [[String: Any]])
        let usual = try #require(bids.first { $0["bidShareBps"] as? Int == 3000 })
        #expect(usual["served"] as? Int == served.count)
        #expect(try Self.decimal(usual["netWei"]) == Self.decimal(totals["netWei"]))
        let counted = bids.compactMap { $0["served"] as? Int }
        #expect(counted == counted.sorted(by: >) && counted.first! > counted.last!)
    }

    @Test("it says that it is an upper bound, and why, in all forms")
    func upperBound() throws {
        let report = try Self.report()
        let object = try Self.object(report)
        #expect(object["upperBound"] as? Bool == true)
        #expect(
            (object["upperBoundBecause"] as? [String])?.count == BacktestReport.whyUpperBound.count)
        #expect(report.lines.first?.hasPrefix("UPPER BOUND") == true)
        #expect(report.markdown.contains("**Upper bound.**"))
        #expect(report.html.contains(">Upper bound</h2>"))
        for text in BacktestReport.whyUpperBound {
            #expect(report.markdown.contains(text))
            #expect(report.html.contains(text.replacing("'", with: "&#39;")))
        }
    }

    @Test("the CSV has a line for each row, with as many fields as columns")
    func csv() throws {
        let report = try Self.report()
        let lines = report.csv.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == report.opportunities.count + 2 && lines.last == "")
        let columns = lines[0].split(separator: ",")
        for (line, row) in zip(lines.dropFirst(), report.opportunities) {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            #expect(fields.count == columns.count)
            #expect(fields[columns.firstIndex(of: "block")!] == "\(row.block)")
            #expect(
                fields[columns.firstIndex(of: "net_wei")!] == row.plan?.netWei.description ?? "")
        }
    }

    @Test("the page is well formed, needs nothing else, and shows the report's numbers")
    func page() throws {
        let report = try Self.report()
        let html = report.html
        #expect(try PageCheck.unclosed(in: html).isEmpty)
        for piece in ["http:", "https:", "<script", "<link", "@import", "url(", "<img", "<iframe"] {
            #expect(!html.contains(piece), "\(piece)")
        }
        let figures = html.ranges(of: "<svg ").count
        #expect(figures >= 9)
        #expect(html.ranges(of: "role=\"img\" aria-labelledby=").count == figures)
        let object = try Self.object(report)
        let totals = try #require(object["totals"] as? [String: Any])
        for key in ["netWei", "gasWei", "tipWei", "feeWei", "onePerBlockNetWei"] {
            // Cut off behind the sixth digit, as the page writes it.
            let wei = try Self.decimal(totals[key])
            var micro = wei / 1_000_000_000_000
            var cut = Decimal()
            NSDecimalRound(&cut, &micro, 0, .down)
            let ether = "\(cut / 1_000_000)"
            #expect(html.contains(ether.count > 3 ? ether : "\(ether)."), "\(key) \(ether)")
        }
        #expect(html.contains("\(report.served.count) of \(report.swaps)"))
        #expect(throws: PageCheck.Malformed.self) {
            try PageCheck.unclosed(in: html.replacing("</section>", with: ""))
        }
    }

    @Test("names from inputs cannot become markup, formulas or cells")
    func hostileNames() throws {
        let bytes = Array(try SyntheticHistory.csv(seed: 1, events: 200).utf8)
        let history = try PoolHistory(
            name: "weth_\"><script>alert(1)</script>|x_3000_=1.csv", bytes: bytes, state: nil)
        let report = BacktestReport(
            try Samples.findings(Samples.shards(history, Samples.settings("sizeFilter=0"))))
        #expect(!report.html.contains("<script") && report.html.contains("&lt;script&gt;"))
        #expect(try PageCheck.unclosed(in: report.html).isEmpty)
        #expect(!report.markdown.contains("<script"))
    }

    @Test("without a single swap there is a report too")
    func empty() throws {
        let report = BacktestReport(Findings())
        #expect(report.swaps == 0 && report.served.isEmpty)
        #expect(try PageCheck.unclosed(in: report.html).isEmpty)
        #expect(!report.markdown.isEmpty && !report.lines.isEmpty)
        #expect((try Self.object(report)["counts"] as? [String: Any])?["swaps"] as? Int == 0)
    }
}
