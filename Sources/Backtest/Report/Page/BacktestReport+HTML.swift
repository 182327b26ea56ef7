import Ethereum
import JSON

extension BacktestReport {
    /// The report as one page that needs nothing besides: no script, no font, no image from
    /// elsewhere.
    public var html: String {
        var page = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        page += "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
        page += "<title>Backtest of just-in-time liquidity</title>"
        page += "<style>\(PageStyle.css)</style></head><body><main>"
        page += heading + bound + tiles + "<div class=\"charts\">"
        page += outcomeChart + waterfallChart
        if !served.isEmpty {
            page += courseChart + distributionChart + markOutChart
        }
        page += scenarioChart
        if !planned.isEmpty {
            page += sizeChart + capitalChart + bidChart + gasChart + competitionSection
        }
        page += "</div>" + realSection + opportunityTable + settingsTable
        return page + "</main></body></html>\n"
    }

    private var heading: String {
        let more = inputs.count > 6 ? " and \(inputs.count - 5) more" : ""
        let shown = inputs.prefix(more.isEmpty ? 6 : 5)
        let names = shown.map { Markup.escaped($0.name) }.joined(separator: ", ") + more
        let blocks = opportunities.map(\.block) + realJit.map(\.block)
        let span = blocks.min().flatMap { first in blocks.max().map { "\(first) to \($0)" } }
        return "<header><h1>Backtest of just-in-time liquidity</h1><p class=\"sub\">\(names)"
            + (span.map { "; rows of blocks \($0)" } ?? "") + "</p></header>"
    }

    private var bound: String {
        "<section class=\"bound\" aria-labelledby=\"bound\"><h2 id=\"bound\">Upper bound</h2>"
            + "<p>What follows could not have been had whole.</p><ul>"
            + Self.whyUpperBound.map { "<li>\(Markup.escaped($0))</li>" }.joined()
            + "</ul><p>Fair price: \(Markup.escaped(Self.fairPriceSource))</p></section>"
    }

    private var tiles: String {
        let totals = totals
        let hour = markOuts[Opportunity.MarkOut.oneHour.rawValue]
        let share =
            totals.grossWei > 0
            ? percent(totals.gasWei.approximateDouble / totals.grossWei.approximateDouble) : "–"
        let items: [(String, String)] = [
            (Self.ether(totals.netWei), "WETH net, upper bound"),
            (Self.ether(totals.onePerBlockNetWei), "WETH with one bundle a pool and block"),
            (
                "\(Decimals.grouped(served.count)) of \(Decimals.grouped(swaps))",
                "swaps would be served"
            ),
            (
                hour.known > 0 ? Self.ether(hour.netWei) : "–",
                "WETH net at the pool's price 1 h later, \(hour.known) known"
            ),
            (netQuantile(percent: 50).map(Self.ether) ?? "–", "WETH net, median"),
            (
                Decimals.ether(Int256(bitPattern: totals.mostCapitalWei), places: 2),
                "WETH, largest deposit"
            ),
            (share, "of gross goes into gas"),
        ]
        return "<div class=\"tiles\">"
            + items.map {
                "<div class=\"tile\"><b>\(Markup.escaped($0.0))</b>"
                    + "<span>\(Markup.escaped($0.1))</span></div>"
            }.joined() + "</div>"
    }

    private func percent(_ part: Double) -> String { fixed(part * 100, decimals: 1) + " %" }

    // MARK: Tables

    private var realSection: String {
        var text = ""
        if !observed.isEmpty {
            text += "<section class=\"card\"><h2>Real just-in-time liquidity beside ours</h2>"
            text += observedChart
            text += Markup.table(
                "WETH at the pool's price. Theirs before gas and tip, ours at the worse end of "
                    + "the fair price. A reconstruction is a pool made of the other's amounts, its "
                    + "passive liquidity taken as constant: an estimate.",
                [
                    "block", "pool", "range", "their fees", "their gross", "their tip",
                    "our gross", "our net", "our outcome", "ours planned on",
                ],
                observed.prefix(200).map { finding in
                    [
                        "\(finding.block)", Self.short(finding.pool),
                        "\(finding.tickLower) to \(finding.tickUpper)",
                        finding.feeWei.map { Self.ether(Int256(bitPattern: $0)) } ?? "–",
                        finding.grossWei.map(Self.ether) ?? "–",
                        finding.tipWei.map { Self.ether(Int256(bitPattern: $0)) } ?? "–",
                        (finding.ours?.grossWei).map(Self.ether) ?? "–",
                        (finding.ours?.netWei).map(Self.ether) ?? "–",
                        finding.ours?.outcome ?? "–", finding.ours?.basis.rawValue ?? "–",
                    ]
                })
            text += "</section>"
        }
        if !stated.isEmpty {
            text += "<section class=\"card\"><h2>Real operations as stated</h2>"
            text += Markup.table(
                "US dollars as the collector of the file states them; not checked, nothing of ours "
                    + "beside them because the pools' states are not in the file.",
                ["pool", "operations", "fees", "profit", "profitable", "median profit"],
                stated.map {
                    [
                        $0.poolName, Decimals.grouped($0.operations), Self.dollars($0.feesUsd),
                        Self.dollars($0.profitUsd), Decimals.grouped($0.profitable),
                        Self.dollars($0.medianProfitUsd),
                    ]
                })
            text += "</section>"
        }
        return text
    }

    /// An address by its ends.
    private static func short(_ pool: String) -> String {
        pool.hasPrefix("0x") && pool.count > 14 ? "\(pool.prefix(8))…\(pool.suffix(4))" : pool
    }

    private static func dollars(_ amount: DecimalAmount) -> String {
        Decimals.text(amount.units, decimals: 18, most: 2)
    }

    /// Rows of the page; the CSV has all.
    private static let shownRows = 60

    private var opportunityTable: String {
        let best = planned.sorted {
            ($1.plan.netWei, $0.row.block, $0.row.source.row)
                < ($0.plan.netWei, $1.row.block, $1.row.source.row)
        }.prefix(Self.shownRows)
        guard !best.isEmpty else { return "" }
        return "<section class=\"card\"><h2>Opportunities</h2>"
            + Markup.table(
                "The \(best.count) planned swaps of the highest net profit, of "
                    + "\(planned.count); report.csv has all. WETH.",
                [
                    "block", "pool", "swap", "ranges", "capital", "fee", "gas", "tip", "net",
                    "+1 min", "+1 h", "swapper, bps", "outcome",
                ],
                best.map { row, plan in
                    func later(_ mark: Opportunity.MarkOut) -> String {
                        (row.markOutsWei[safely: mark.rawValue] ?? nil).map(Self.ether) ?? "–"
                    }
                    return [
                        "\(row.block)", Self.short(row.pool),
                        row.amountInWei.map {
                            Decimals.ether(Int256(bitPattern: $0), places: 3)
                        } ?? "–",
                        plan.ranges.map { "[\($0.tickLower), \($0.tickUpper))" }
                            .joined(separator: " "),
                        Decimals.ether(Int256(bitPattern: plan.capitalWei), places: 2),
                        Self.ether(Int256(bitPattern: plan.feeWei)),
                        Self.ether(Int256(bitPattern: plan.gasWei)),
                        Self.ether(Int256(bitPattern: plan.tipWei)), Self.ether(plan.netWei),
                        later(.oneMinute), later(.oneHour), plan.swapperGainBps, row.outcome,
                    ]
                }) + "</section>"
    }

    private var settingsTable: String {
        "<section class=\"card\"><h2>Settings and inputs</h2>"
            + Markup.table(
                "Settings", ["key", "value", "unit", "meaning"],
                BacktestSettings.Key.allCases.map {
                    [$0.rawValue, settings[$0].description, $0.meaning.unit, $0.meaning.text]
                })
            + Markup.table(
                "Inputs", ["name", "kind", "pool", "digest"],
                inputs.map {
                    [$0.name, $0.kind.rawValue, $0.pool ?? "–", $0.digest.description]
                }) + "</section>"
    }
}
