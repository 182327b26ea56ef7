import Bot
import Ethereum
import JSON
import Strategy
import Wire

/// The examples of the literature, with what they leave out: the protocol's share of the fee, and a
/// market that has moved.
///
/// Passive liquidity is constant, the price is 2,500 dollars, and everything is in dollars; the
/// swap brings dollars in.
public struct PublishedExamples: Sendable {
    /// A pool and a swap.
    struct Example {
        var name: String
        var fee: Double
        /// Passive liquidity as dollars on one side.
        var depth: Double
        var swap: Double
        /// The protocol's share of the fee on mainnet.
        var protocolShare: Double
        var spacing: Double
        /// Dollars that may be deposited in one range; nil for the examples of liquidity alone.
        var capital: Double?
    }

    /// What is best at one fair price.
    struct Row {
        var example: Example
        /// The fair price against the pool's before the swap.
        var fairPriceName: String
        var fairPrice: Double
        var optimum: RangeOptimum?
        /// Spacings from the price's to the range's; nil for the examples of liquidity alone.
        var spacingsAhead: Int?
        /// Dollars at 9 and at 99 times the passive liquidity; nil for the examples of ranges.
        var profitAt9: Double?
        var profitAt99: Double?
        /// What the swapper receives more at the best liquidity, in basis points; likewise.
        var swapperGainBps: Double?
        /// Dollars of the best two positions, one behind the other, with the same capital; nil
        /// where one does as well, and for the examples of liquidity.
        var ladderProfit: Double?
    }

    private static let liquidityExamples = [
        Example(name: "0.05 %, $2B, swap $2M", fee: 0.0005, depth: 2e9, swap: 2e6),
        Example(name: "0.05 %, $2B, swap $10M", fee: 0.0005, depth: 2e9, swap: 10e6),
        Example(name: "0.30 %, $400M, swap $0.5M", fee: 0.003, depth: 400e6, swap: 0.5e6),
        Example(name: "0.30 %, $400M, swap $2M", fee: 0.003, depth: 400e6, swap: 2e6),
        Example(name: "0.30 %, $400M, swap $10M", fee: 0.003, depth: 400e6, swap: 10e6),
    ]
    private static let rangeExamples = [
        Example(
            name: "0.05 %, $2B, swap $10M, capital $1M", fee: 0.0005, depth: 2e9, swap: 10e6,
            capital: 1e6),
        Example(
            name: "0.30 %, $400M, swap $10M, capital $5M", fee: 0.003, depth: 400e6, swap: 10e6,
            capital: 5e6),
        Example(
            name: "0.05 %, $2B, swap $2M, capital $5M", fee: 0.0005, depth: 2e9, swap: 2e6,
            capital: 5e6),
    ]

    let rows: [Row]

    /// Computes every row.
    public init() {
        rows = (Self.liquidityExamples + Self.rangeExamples).flatMap { example -> [Row] in
            let path = example.path
            let impact = path.end * path.end / (path.start * path.start) - 1
            let prices: [(String, Double, Double)] = [
                ("p0, protocol 0", 1, 0), ("p0", 1, example.protocolShare),
                ("p0 (1 − φ)", 1 - example.fee, example.protocolShare),
                ("p0 (1 − φ/2)", 1 - example.fee / 2, example.protocolShare),
                ("p0 (1 + φ/2)", 1 + example.fee / 2, example.protocolShare),
                ("p0 (1 + φ)", 1 + example.fee, example.protocolShare),
                ("p0 (1 + impact/2)", 1 + impact / 2, example.protocolShare),
            ]
            return prices.map { name, r, share in
                let terms = RangeOptimum.Terms(
                    fee: example.fee, protocolShare: share,
                    fairPrice: r * path.start * path.start)
                let (optimum, ahead) = example.best(on: path, terms)
                let isOfLiquidity = example.capital == nil
                return Row(
                    example: example, fairPriceName: name, fairPrice: r, optimum: optimum,
                    spacingsAhead: ahead,
                    profitAt9: isOfLiquidity
                        ? example.profit(9 * example.passive, on: path, terms) : nil,
                    profitAt99: isOfLiquidity
                        ? example.profit(99 * example.passive, on: path, terms) : nil,
                    swapperGainBps: isOfLiquidity
                        ? example.swapperGainBps(optimum?.liquidity ?? 0, on: path) : nil,
                    ladderProfit: example.bestLadder(
                        on: path, terms, better: optimum?.profit ?? 0))
            }
        }
    }

    /// The rows as two tables in Markdown.
    public var lines: [String] {
        var lines = [
            "| pool, depth, swap | fair price | L / L0 | profit before gas | at 9 L0 | at 99 L0 "
                + "| the swapper |",
            "|---|---|---|---|---|---|---|",
        ]
        for row in rows where row.example.capital == nil {
            lines.append(
                "| \(row.example.name) | \(row.fairPriceName) | "
                    + (row.optimum.map { fixed($0.liquidity / row.example.passive, decimals: 2) }
                        ?? "–")
                    + " | \(row.profitText) | \(Self.dollars(row.profitAt9)) | "
                    + "\(Self.dollars(row.profitAt99)) | "
                    + "+\(fixed(row.swapperGainBps ?? 0, decimals: 1)) bps |")
        }
        lines += [
            "",
            "| pool, depth, swap, capital | fair price | range | profit before gas |",
            "|---|---|---|---|",
        ]
        for row in rows where row.example.capital != nil {
            lines.append(
                "| \(row.example.name) | \(row.fairPriceName) | "
                    + (row.spacingsAhead.map { "\($0) ahead" } ?? "–")
                    + " | \(row.profitText) |")
        }
        let capped = rows.filter { $0.example.capital != nil }
        lines += [
            "",
            "Two positions ahead of the price earn more than one in "
                + "\(capped.count { $0.ladderProfit != nil }) of these \(capped.count) rows.",
        ]
        return lines
    }

    private static func dollars(_ amount: Double?) -> String {
        guard let amount else { return "–" }
        return (amount < 0 ? "−$" : "$") + Amounts.grouped(fixed(amount.magnitude, decimals: 0))
    }

    /// The rows as one JSON array; dollars as numbers.
    public var json: JSON {
        .array(
            rows.map { row in
                [
                    "example": .string(row.example.name),
                    "fairPrice": .string(row.fairPriceName),
                    "fairPriceRatio": .decimal(row.fairPrice, decimals: 6),
                    "liquidityRatio": row.optimum.map {
                        .decimal($0.liquidity / row.example.passive, decimals: 4)
                    } ?? .null,
                    "spacingsAhead": row.spacingsAhead.map { .integer(Int64($0)) } ?? .null,
                    "profitDollars": .decimal(row.optimum?.profit ?? 0, decimals: 2),
                    "profitAt9Dollars": Self.decimal(row.profitAt9),
                    "profitAt99Dollars": Self.decimal(row.profitAt99),
                    "swapperGainBps": Self.decimal(row.swapperGainBps),
                    "twoPositionsDollars": Self.decimal(row.ladderProfit),
                ]
            })
    }

    private static func decimal(_ value: Double?) -> JSON {
        value.map { .decimal($0, decimals: 2) } ?? .null
    }
}

extension PublishedExamples.Row {
    var profitText: String {
        "$" + Amounts.grouped(fixed(optimum?.profit ?? 0, decimals: 0))
    }
}

extension PublishedExamples.Example {
    /// An example on one of mainnet's fees, whose spacing and protocol's share follow from it.
    init(name: String, fee: Double, depth: Double, swap: Double, capital: Double? = nil) {
        let isLow = fee < 0.001
        self.init(
            name: name, fee: fee, depth: depth, swap: swap, protocolShare: isLow ? 0.25 : 1 / 6,
            spacing: isLow ? 10 : 60, capital: capital)
    }

    var passive: Double { depth / 50 }

    var path: PassivePath {
        PassivePath(start: 50, pieces: [(50 + swap * (1 - fee) / passive, passive)])
    }

    /// The best liquidity over the whole way, or the best range under the capital.
    fileprivate func best(
        on path: PassivePath, _ terms: RangeOptimum.Terms
    ) -> (RangeOptimum?, spacingsAhead: Int?) {
        guard let capital else {
            let whole = RangeOptimum(
                near: path.start / 2, far: path.start * 2, on: path, terms,
                mostLiquidity: 99 * passive)
            return (whole, nil)
        }
        var best: (RangeOptimum?, spacingsAhead: Int?) = (nil, nil)
        for lower in 0..<40 {
            for width in 1...12 {
                let (near, far) = (root(Double(lower)), root(Double(lower + width)))
                let entry = max(near, path.start)
                let dollars =
                    path.start * path.start * (far - entry) / (entry * far)
                    + max(0, path.start - near)
                let found = RangeOptimum(
                    near: near, far: far, on: path, terms, mostLiquidity: capital / dollars)
                if let found, found.profit > best.0?.profit ?? 0 { best = (found, lower) }
            }
        }
        return best
    }

    /// What so much liquidity over the whole way earns: L (s − e) (c − p* / (e s)) with the end s
    /// at which the swap's net input is used up.
    fileprivate func profit(
        _ liquidity: Double, on path: PassivePath, _ terms: RangeOptimum.Terms
    ) -> Double {
        let moved = path.netInput / (passive + liquidity)
        let worth = 1 + terms.fee * (1 - terms.protocolShare) / (1 - terms.fee)
        return liquidity * moved
            * (worth - terms.fairPrice / (path.start * (path.start + moved)))
    }

    /// What the swapper receives more with so much liquidity of ours over the whole way.
    fileprivate func swapperGainBps(_ liquidity: Double, on path: PassivePath) -> Double {
        let end = path.start + path.netInput / (passive + liquidity)
        let output = path.netInput / (path.start * end)
        return (output / path.output - 1) * 1e4
    }

    /// The best two neighbouring ranges ahead of the price under the capital, where they earn more
    /// than so much; both hold the token that is sold.
    fileprivate func bestLadder(
        on path: PassivePath, _ terms: RangeOptimum.Terms, better profit: Double
    ) -> Double? {
        guard let capital else { return nil }
        var best: Double?
        for lower in 1..<40 {
            let rungs = [lower, lower + 1].map {
                LadderOptimum.Rung(
                    near: root(Double($0)), far: root(Double($0 + 1)), start: path.start)
            }
            let found = LadderOptimum(
                near: rungs[0], far: rungs[1], on: path, terms,
                capital: .init(input: 0, output: capital / (path.start * path.start)))
            if let found, found.profit > best ?? (profit * (1 + 1e-9)) { best = found.profit }
        }
        return best
    }

    /// The root so many spacings from the lower bound of the spacing in which the price stands at
    /// 37 %, as the literature has it.
    private func root(_ spacings: Double) -> Double {
        50 * UserSwaps.exponential((spacings - 0.37) * spacing * 0.5 * 0.000_099_995)
    }
}
