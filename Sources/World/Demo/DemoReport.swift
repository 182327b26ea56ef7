import Ethereum
import Strategy

/// What a demo brought.
public struct DemoReport: Sendable {
    public let seed: UInt64
    public let contracts: DemoContracts
    /// Blocks that setting up took; the first block of the demo follows.
    public internal(set) var setupBlocks: UInt64 = 0
    public internal(set) var opportunities: [Opportunity] = []
    /// Wei that all of the operator's accounts have more, after gas, tips and trading back.
    public internal(set) var netProfitWei: Int256 = .zero
    /// Whether the inventory's other token is what it was at the start.
    public internal(set) var usdcUnchanged = false
    /// What re-execution of mined blocks without us found; by block.
    var swapperLosses: [(block: UInt64, losses: [SwapperAudit.Loss])] = []
    /// Where the books and the chain differed; by block.
    var accountDifferences:
        [(block: UInt64, difference: (holding: Holding, booked: Int256, onChain: UInt256))] = []

    init(seed: UInt64, contracts: DemoContracts) {
        self.seed = seed
        self.contracts = contracts
    }

    public var bundlesIncluded: Int {
        opportunities.count {
            if case .included = $0.outcome { return true }
            return false
        }
    }

    /// Bundles whose swapper, or anybody else whom the swap touched, owns less than without us.
    public var swapperWorseOff: Int { swapperLosses.count }

    /// Whether at every block the books equal the chain, to the wei.
    public var balancesMatch: Bool { accountDifferences.isEmpty && usdcUnchanged }

    /// The report as one JSON object; wei as decimal strings.
    public var json: JSONText {
        .object([
            ("seed", .integer(Int64(clamping: seed))),
            ("bundlesIncluded", .integer(Int64(bundlesIncluded))),
            ("netProfitWei", .string(netProfitWei.description)),
            ("swapperWorseOff", .integer(Int64(swapperWorseOff))),
            ("balancesMatch", .bool(balancesMatch)),
            ("opportunities", .array(opportunities.map(\.json))),
        ])
    }
}

extension Opportunity {
    /// The opportunity as a JSON object; what a rejected one does not have is null.
    var json: JSONText {
        let bundle = bundle
        func string(_ value: (any CustomStringConvertible)?) -> JSONText {
            value.map { .string($0.description) } ?? .null
        }
        func integer(_ value: Int64?) -> JSONText { value.map { .integer($0) } ?? .null }
        let position = bundle?.plan.position
        return .object([
            ("block", .integer(Int64(clamping: block))),
            ("pool", .string(swap.pool.address.description)),
            ("txHash", .string(swap.pending.hash.description)),
            ("amountIn", .string(swap.amountIn.description)),
            ("tickLower", integer(position.map { Int64($0.tickLower) })),
            ("tickUpper", integer(position.map { Int64($0.tickUpper) })),
            ("liquidity", string(position?.liquidity)),
            ("feeWei", string(bundle?.feeWei)),
            ("gasUsed", integer(bundle.map { Int64(clamping: $0.gasUsed) })),
            ("netProfitWei", string(bundle?.netProfitWei)),
            ("swapperGainWei", string(bundle?.swapper.gainWei)),
            (
                "swapperGainBps",
                bundle.map { .decimal(Double($0.swapper.gainPips) / 100, decimals: 2) } ?? .null
            ),
            ("outcome", .string(label)),
        ])
    }
}
