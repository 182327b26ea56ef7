import Bot
import Ethereum
import JSON
import Store
import Strategy
import Wire

/// What a demo brought.
public struct DemoReport: Sendable {
    public let plan: DemoPlan
    /// Blocks that setting up took; the first block of the demo follows.
    public let setupBlocks: UInt64
    /// The bot's ledger beside the chain.
    public let ledger: LedgerAudit
    public internal(set) var opportunities: [Opportunity] = []
    /// The orders that the Safe's owners signed.
    public internal(set) var orders: [SafeOrder] = []
    /// Wei that all of the operator's accounts have more, after gas, tips and trading back.
    public internal(set) var netProfitWei: Int256 = .zero
    /// Whether the inventory's other token is what it was at the start.
    public internal(set) var usdcUnchanged = false
    /// Bundles that the relay was sent while the bot simulated.
    public internal(set) var simulationModeSends: UInt64 = 0
    /// Positions of the executor that still stand in a pool.
    public internal(set) var positionsLeftOpen = 0
    /// Operators of whom a transaction waits.
    public internal(set) var nonceGaps = 0
    /// Times that the bot was started again after it had ended unasked.
    public internal(set) var botRestarts = 0
    /// The grids of dust; nil where none were kept.
    public internal(set) var grid: DemoGrid?
    /// What re-execution of mined blocks without us found; by block.
    var swapperLosses: [(block: UInt64, losses: [SwapperAudit.Loss])] = []

    init(plan: DemoPlan, setupBlocks: UInt64, ledger: LedgerAudit) {
        self.plan = plan
        self.setupBlocks = setupBlocks
        self.ledger = ledger
    }

    public var bundlesIncluded: Int { opportunities.count { $0.outcome == .included } }

    /// Bundles of one transaction, each with a signed order and a flash loan, that are in a block.
    public var atomicBundlesIncluded: Int { orders.count { $0.landed?.isAtomic == true } }

    /// Bundles of three transactions with which our own tokens served an order, in a block.
    public var orderBundlesIncluded: Int { orders.count { $0.landed?.isAtomic == false } }

    /// Bundles whose swapper, or anybody else whom the swap touched, owns less than without us.
    public var swapperWorseOff: Int { swapperLosses.count }

    /// Whether at every block the books equal the chain, to the wei, and the inventory ended in its
    /// starting split.
    public var balancesMatch: Bool { ledger.matchesChain && usdcUnchanged }

    /// Whether every promise held.
    public var succeeded: Bool {
        swapperWorseOff == 0 && balancesMatch && simulationModeSends == 0
            && positionsLeftOpen == 0 && nonceGaps == 0 && ledger.unresolved == 0
    }

    /// The report as one JSON object; wei as decimal strings.
    public var json: JSON {
        .object(
            [
                .init("seed", .integer(Int64(clamping: plan.seed))),
                .init("fault", plan.fault.map { .string($0.description) } ?? .null),
                .init("bundlesSent", .integer(Int64(ledger.bundlesSent))),
                .init("bundlesIncluded", .integer(Int64(bundlesIncluded))),
                .init("bundlesLost", .array(ledger.bundlesLost.map(json(of:)))),
                .init("atomicBundlesSent", .integer(Int64(ledger.atomicBundlesSent))),
                .init("atomicBundlesIncluded", .integer(Int64(atomicBundlesIncluded))),
                .init("netProfitWei", .string(netProfitWei.description)),
                .init("swapperWorseOff", .integer(Int64(swapperWorseOff))),
                .init("balancesMatch", .bool(balancesMatch)),
                .init("ledgerMatchesChain", .bool(ledger.matchesChain)),
                .init("simulationModeSends", .integer(Int64(clamping: simulationModeSends))),
                .init("positionsLeftOpen", .integer(Int64(positionsLeftOpen))),
                .init("nonceGaps", .integer(Int64(nonceGaps))),
                .init("botRestarts", .integer(Int64(botRestarts))),
                .init("opportunities", .array(opportunities.map(\.json))),
                .init("atomicOrders", .array(orders.map(\.json))),
            ] + orderBundles + (grid.map { [.init("keptGrid", $0.json)] } ?? []))
    }

    /// Told where orders may be served with our own tokens.
    private var orderBundles: [JSON.Member] {
        guard plan.orderModes.contains(.inventory) else { return [] }
        return [
            .init("orderBundlesSent", .integer(Int64(ledger.orderBundlesSent))),
            .init("orderBundlesIncluded", .integer(Int64(orderBundlesIncluded))),
        ]
    }

    private func json(of lost: LostBundle) -> JSON {
        .object([
            .init("block", .integer(Int64(clamping: lost.targetBlock))),
            .init("bundleHash", .hash(lost.bundleHash)),
            .init("txHash", ledger.targets[lost.bundleHash].map { .hash($0) } ?? .null),
            .init("cause", .string(lost.cause.label)),
            .init("detail", .string(Self.deterministic(lost.cause))),
        ])
    }

    /// The cause's text without what differs from run to run: a port that was free.
    private static func deterministic(_ cause: LostCause) -> String {
        if case .relayUnreachable = cause { return "the relay could not be reached" }
        return cause.description
    }
}

extension Opportunity {
    /// The opportunity as a JSON object.
    var json: JSON {
        SwapFields.json(
            block: block, pool: swap.pool.address, txHash: swap.pending.hash,
            amountIn: swap.amountIn, bundle: answer?.bundle ?? BotAnswer.noBundle, outcome: label)
    }
}

extension SafeOrder {
    /// The order as a JSON object: the bot's answer, and where it landed.
    var json: JSON {
        .object(
            [
                .init("signedIn", .integer(Int64(clamping: signedIn))),
                .init(
                    "block", landed.map { .integer(Int64(clamping: $0.block)) } ?? .null),
                .init("txHash", landed.map { .hash($0.transaction) } ?? .null),
                .init("orderHash", .hash(hash)), .init("account", .address(order.safe)),
                .init("amountIn", .string(amountIn.description)),
            ] + AtomicFields.names.map { .init($0, answer?[$0] ?? .null) } + [
                .init("outcome", .string(label))
            ])
    }
}
