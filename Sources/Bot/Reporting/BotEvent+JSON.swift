import Contracts
import Ethereum
import JSON
import Store
import Strategy
import Wire

extension BotEvent {
    /// The event as one JSON object, whose first member names it; wei as decimal strings.
    public var json: JSON {
        func object(_ event: String, _ members: [JSON.Member]) -> JSON {
            .object([.init("event", .string(event))] + members)
        }
        switch self {
        case .connected(let node): return object("connected", [.init("node", .string(node))])
        case .disconnected(let reason, let delay):
            return object(
                "disconnected",
                [
                    .init("reason", .string(reason)),
                    .init("retryInMilliseconds", .integer(delay)),
                ])
        case .head(let block, let fee):
            return object(
                "head",
                [
                    .init("block", .integer(Int64(clamping: block.number))),
                    .init("hash", .hash(block.hash)),
                    .init("baseFeePerGas", .string(fee.description)),
                ])
        case .rejected(let hash, let block, let rejection):
            return object(
                "opportunity",
                Self.opportunity(
                    block: block, txHash: hash, pool: rejection.pool, bundle: nil,
                    outcome: rejection.label, reason: rejection.shortReason))
        case .bundle(let bundle, let sent):
            return object(
                "opportunity",
                Self.opportunity(
                    block: bundle.targetBlock, txHash: bundle.target.hash,
                    pool: bundle.plan.pool.address, bundle: bundle,
                    outcome: sent ? "sent" : "simulated", reason: nil))
        case .submitted(let bundle, let relay, let answer):
            return object(
                "submission",
                [.init("bundleHash", .hash(bundle)), .init("relay", .string(relay))]
                    + Self.members(answer))
        case .resolved(let bundle, let target, let state):
            return object(
                "bundle",
                [
                    .init("bundleHash", .hash(bundle)), .init("txHash", .hash(target)),
                    .init("state", .string(state.label)),
                ] + Self.members(state))
        case .unwinding(let transaction, let pool):
            return object(
                "unwinding", [.init("txHash", .hash(transaction)), .init("pool", .address(pool))])
        case .stillOpen(let opening, let pool, let transaction, let nextTry):
            return object(
                "stillOpen",
                [
                    .init("openTxHash", .hash(opening)), .init("pool", .address(pool)),
                    .init("txHash", .hash(transaction)),
                    .init("nextTryBlock", .integer(Int64(clamping: nextTry))),
                ])
        case .gridChange(let change):
            return object(
                "gridChange",
                [
                    .init("block", .integer(Int64(clamping: change.targetBlock))),
                    .init("pool", .address(change.pool)),
                    .init("kind", .string(change.kind.rawValue)),
                    .init("ranges", .array(change.ranges.map(Self.range))),
                    .init("gasUsed", .integer(Int64(clamping: change.gasUsed))),
                    .init("costWei", .string(change.costWei.description)),
                ])
        case .gridStands(let pool, let ranges):
            return object(
                "gridStands",
                [
                    .init("pool", .address(pool)),
                    .init("ranges", .array(ranges.map(Self.range))),
                ])
        case .gridRefused(let pool, let block, let refusal):
            return object(
                "gridRefused",
                [
                    .init("block", .integer(Int64(clamping: block))),
                    .init("pool", .address(pool)), .init("outcome", .string(refusal.label)),
                    .init("reason", .string(refusal.description)),
                ])
        case .booksDiffer(let differences):
            return object(
                "booksDiffer",
                [.init("differences", .array(differences.map { .string($0.description) }))])
        case .failed(let what): return object("failure", [.init("reason", .string(what))])
        case .intake(let host, let port):
            return object(
                "intake", [.init("host", .string(host)), .init("port", .integer(port))])
        case .orderTaken(let order): return object("orderTaken", AtomicFields.members(of: order))
        case .orderRefused(let order, let code, let reason):
            return object(
                "orderRefused",
                AtomicFields.members(of: order) + [
                    .init("code", .integer(code)), .init("reason", .string(reason)),
                ])
        case .orderDeclined(let order, let block, let rejection):
            return object(
                "order",
                [.init("block", .integer(Int64(clamping: block)))]
                    + AtomicFields.members(of: order) + AtomicFields.members(nil) + [
                        .init("outcome", .string(rejection.label)),
                        .init("reason", .string(rejection.description)),
                        .init("mode", .null), .init("otherModes", []),
                    ])
        case .atomicBundle(let bundle, let sent):
            return object(
                "order",
                [.init("block", .integer(Int64(clamping: bundle.targetBlock)))]
                    + AtomicFields.members(of: bundle.order) + AtomicFields.members(bundle) + [
                        .init("outcome", .string(sent ? "sent" : "simulated")),
                        .init("reason", .null),
                        .init("mode", .string(Strategy.BundleMode.atomic.label)),
                        .init("otherModes", .array(bundle.otherModes.map(Self.mode))),
                    ])
        case .orderBundle(let bundle, let sent):
            return object(
                "order",
                [.init("block", .integer(Int64(clamping: bundle.targetBlock)))]
                    + AtomicFields.members(of: bundle.order) + AtomicFields.members(bundle) + [
                        .init("outcome", .string(sent ? "sent" : "simulated")),
                        .init("reason", .null),
                        .init("mode", .string(bundle.plan.mode.label)),
                        .init("otherModes", .array(bundle.otherModes.map(Self.mode))),
                    ])
        }
    }

    private static func opportunity(
        block: UInt64, txHash: Hash32, pool: Address?, bundle: SimulatedBundle?, outcome: String,
        reason: String?
    ) -> [JSON.Member] {
        [
            .init("block", .integer(Int64(clamping: block))),
            .init("txHash", .hash(txHash)),
            .init("pool", pool.map { .address($0) } ?? .null),
        ] + BundleFields.members(bundle) + [
            .init("outcome", .string(outcome)),
            .init("reason", reason.map { .string($0) } ?? .null),
            .init(
                "positions", bundle.map { .array($0.plan.positions.map(Self.position)) } ?? .null),
            .init("mode", bundle.map { .string($0.plan.mode.label) } ?? .null),
            .init("otherModes", .array(bundle.map { $0.otherModes.map(Self.mode) } ?? [])),
        ]
    }

    /// What another way of serving the target would have left, or why it was refused.
    private static func mode(_ outcome: ModeOutcome) -> JSON {
        switch outcome {
        case .proven(let offer):
            [
                "mode": .string(offer.mode.label), "outcome": "proven",
                "gasUsed": .integer(Int64(clamping: offer.gasUsed)),
                "netProfitWei": .string(offer.netProfitWei.description), "reason": .null,
            ]
        case .refused(let mode, let label, let reason):
            [
                "mode": .string(mode.label), "outcome": .string(label), "gasUsed": .null,
                "netProfitWei": .null, "reason": .string(reason),
            ]
        }
    }

    private static func range(_ range: KeptRange) -> JSON {
        [
            "tickLower": .integer(Int64(range.tickLower)),
            "tickUpper": .integer(Int64(range.tickUpper)),
        ]
    }

    private static func position(_ position: JitPosition) -> JSON {
        [
            "tickLower": .integer(Int64(position.tickLower)),
            "tickUpper": .integer(Int64(position.tickUpper)),
            "liquidity": .string(position.liquidity.description),
        ]
    }

    private static func members(_ answer: SubmissionRecord.Answer) -> [JSON.Member] {
        switch answer {
        case .accepted(let text):
            [.init("answer", "accepted"), .init("detail", .string(text))]
        case .refused(let code, let message):
            [
                .init("answer", "refused"), .init("code", .integer(code)),
                .init("detail", .string(message)),
            ]
        case .unreachable(let detail):
            [.init("answer", "unreachable"), .init("detail", .string(detail))]
        }
    }

    private static func members(_ state: BundleState) -> [JSON.Member] {
        func reference(_ block: BlockReference) -> [JSON.Member] {
            [
                .init("block", .integer(Int64(clamping: block.number))),
                .init("blockHash", .hash(block.hash)),
            ]
        }
        switch state {
        case .built, .sent, .orphaned(nil): return []
        case .landed(let block, let profit):
            return reference(block) + [.init("realisedProfitWei", .string(profit.description))]
        case .orphaned(let block?), .unwound(let block): return reference(block)
        case .lost(let cause):
            return [
                .init("cause", .string(cause.label)),
                .init("detail", .string(cause.description)),
            ]
        }
    }
}
