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
                return Row(
                    example: example, fairPriceName: name, fairPrice: r, optimum: optimum,
                    spacingsAhead: ahead)
            }
        }
    }

    /// The rows as two tables in Markdown.
    public var lines: [String] {
        var lines = [
            "| pool, depth, swap | fair price | L / L0 | profit before gas |", "|---|---|---|---|",
        ]
        for row in rows where row.example.capital == nil {
            lines.append(
                "| \(row.example.name) | \(row.fairPriceName) | "
                    + (row.optimum.map { fixed($0.liquidity / row.example.passive, decimals: 2) }
                        ?? "–") + " | \(row.profitText) |")
        }
        lines += [
            "", "| pool, depth, swap, capital | fair price | range | profit before gas |",
            "|---|---|---|---|",
        ]
        for row in rows where row.example.capital != nil {
            lines.append(
                "| \(row.example.name) | \(row.fairPriceName) | "
                    + (row.spacingsAhead.map { "\($0) ahead" } ?? "–")
                    + " | \(row.profitText) |")
        }
        return lines
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
                ]
            })
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

    /// The root so many spacings from the lower bound of the spacing in which the price stands at
    /// 37 %, as the literature has it.
    private func root(_ spacings: Double) -> Double {
        50 * UserSwaps.exponential((spacings - 0.37) * spacing * 0.5 * 0.000_099_995)
    }
}
