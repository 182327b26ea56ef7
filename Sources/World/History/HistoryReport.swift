import Bot
import Contracts
import Ethereum
import JSON
import Strategy
import Wire

/// What a re-enacted history showed.
public struct HistoryReport: Sendable {
    /// What the bot did in front of one real swap.
    public struct Answer: Sendable {
        /// What came of it.
        public enum Outcome: Sendable {
            /// Executed on a branch; so many accounts lost by it.
            case served(SimulatedBundle, losses: Int)
            case lost(SimulatedBundle, reason: String)
            case declined(Rejection)
        }

        public var event: EventHistory.Event
        public var swap: EventHistory.Swap
        public var txHash: Hash32
        public var outcome: Outcome
    }

    /// A value of a swap that is not mainnet's.
    public struct Difference: Equatable, Sendable {
        public var sequence: Int
        public var field: String
        public var mainnet: String
        public var here: String
    }

    public let history: EventHistory
    public let pool: Address
    public let baseFeePerGas: UInt256
    public internal(set) var answers: [Answer] = []
    /// Swaps whose amounts, price, liquidity and tick are mainnet's.
    public private(set) var exact = 0
    /// The first difference of each swap that is not.
    public private(set) var differences: [Difference] = []

    init(history: EventHistory, pool: Address, baseFeePerGas: UInt256) {
        self.history = history
        self.pool = pool
        self.baseFeePerGas = baseFeePerGas
    }

    mutating func compare(
        _ sequence: Int, _ mainnet: EventHistory.Swap, _ here: UniswapV3PoolContract.Swap?
    ) {
        let pairs: [(String, String, String?)] = [
            ("amount0", "\(mainnet.amount0)", here.map { "\($0.amount0)" }),
            ("amount1", "\(mainnet.amount1)", here.map { "\($0.amount1)" }),
            ("sqrtPriceX96", "\(mainnet.sqrtPriceX96After)", here.map { "\($0.sqrtPriceX96)" }),
            ("liquidity", "\(mainnet.liquidityAfter)", here.map { "\($0.liquidity)" }),
            ("tick", "\(mainnet.tickAfter)", here.map { "\($0.tick)" }),
        ]
        guard let first = pairs.first(where: { $0.1 != $0.2 }) else {
            exact += 1
            return
        }
        differences.append(
            Difference(
                sequence: sequence, field: first.0, mainnet: first.1, here: first.2 ?? "no swap"))
    }

    public var swaps: Int { answers.count }

    /// Swaps whose swapper would have owned more.
    public var improved: Int {
        answers.count {
            if case .served(let bundle, 0) = $0.outcome { return !bundle.swapper.gainWei.isZero }
            return false
        }
    }

    public var declined: Int {
        answers.count {
            if case .declined = $0.outcome { return true }
            return false
        }
    }

    public var swapperWorseOff: Int {
        answers.count {
            if case .served(_, let losses) = $0.outcome { return losses > 0 }
            return false
        }
    }

    /// Wei that all served swaps together would have left us, at the worst fair price.
    public var netProfitWei: Int256 {
        answers.reduce(.zero) { sum, answer in
            if case .served(let bundle, _) = answer.outcome { return sum &+ bundle.netProfitWei }
            return sum
        }
    }

    /// Wei that all swappers together would have gained.
    public var swapperGainWei: UInt256 {
        answers.reduce(.zero) { sum, answer in
            if case .served(let bundle, _) = answer.outcome { return sum &+ bundle.swapper.gainWei }
            return sum
        }
    }

    /// Whether mainnet was met and nobody lost.
    public var succeeded: Bool { exact == swaps && swapperWorseOff == 0 }

    /// The report as one JSON object.
    public var json: JSON {
        .object([
            .init(
                "history",
                .object([
                    .init("pool", .string("\(history.token0)/\(history.token1)")),
                    .init("feePips", .integer(Int64(history.feePips))),
                    .init("baseFeePerGas", .string(baseFeePerGas.description)),
                    .init("swaps", .integer(Int64(swaps))),
                    .init("exact", .integer(Int64(exact))),
                    .init("improved", .integer(Int64(improved))),
                    .init("declined", .integer(Int64(declined))),
                    .init("swapperWorseOff", .integer(Int64(swapperWorseOff))),
                    .init("netProfitWei", .string(netProfitWei.description)),
                    .init("swapperGainWei", .string(swapperGainWei.description)),
                ])
            ),
            .init("opportunities", .array(answers.map { $0.json(pool: pool) })),
        ])
    }
}

extension HistoryReport.Answer {
    /// `included`, `lost`, or the rejection's label.
    var label: String {
        switch outcome {
        case .served: "included"
        case .lost: "lost"
        case .declined(let rejection): rejection.label
        }
    }

    fileprivate func json(pool: Address) -> JSON {
        var bundle: SimulatedBundle?
        switch outcome {
        case .served(let served, _), .lost(let served, _): bundle = served
        case .declined: bundle = nil
        }
        let amountIn = swap.zeroForOne ? swap.amount0 : swap.amount1
        return SwapFields.json(
            block: event.block, pool: pool, txHash: txHash, amountIn: amountIn.magnitude,
            bundle: BundleFields.members(bundle), outcome: label)
    }
}
