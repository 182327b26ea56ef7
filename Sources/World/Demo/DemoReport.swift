import Ethereum
import Strategy
import Wire

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
    public var json: JSON {
        .object([
            .init("seed", .integer(Int64(clamping: seed))),
            .init("bundlesIncluded", .integer(Int64(bundlesIncluded))),
            .init("netProfitWei", .string(netProfitWei.description)),
            .init("swapperWorseOff", .integer(Int64(swapperWorseOff))),
            .init("balancesMatch", .bool(balancesMatch)),
            .init("opportunities", .array(opportunities.map(\.json))),
        ])
    }
}

extension Opportunity {
    /// The opportunity as a JSON object.
    var json: JSON {
        BundleFields.json(
            block: block, pool: swap.pool.address, txHash: swap.pending.hash,
            amountIn: swap.amountIn, bundle: bundle, label: label)
    }
}
