import EVM
import Ethereum
import NIOCore
import Relay
import Store
import Strategy
import Wire

/// An order is served by a loan or with our own tokens, whichever leaves more.
extension HotLoop {
    /// The choice between the modes that the operator allows.
    func orderPipeline(
        _ head: HeadState, _ machine: VirtualMachine, _ atomic: AtomicPipeline
    ) -> OrderPipeline {
        OrderPipeline(
            head: head, parameters: configuration.parameters, machine: machine, atomic: atomic,
            modes: configuration.settings.orders?.modes ?? [.atomic])
    }

    func send(_ order: SimulatedOrder, opportunity: Int64?) -> EventLoopFuture<Void> {
        switch order {
        case .atomic(let bundle): send(bundle, opportunity: opportunity)
        case .inventory(let bundle): send(bundle, opportunity: opportunity)
        }
    }

    func record(_ order: SimulatedOrder, label: String) -> Int64? {
        switch order {
        case .atomic(let bundle): record(bundle, label: label)
        case .inventory(let bundle): record(bundle, label: label)
        }
    }

    // MARK: With our own tokens

    private func send(
        _ bundle: SimulatedOrderBundle, opportunity: Int64?
    ) -> EventLoopFuture<Void> {
        guard
            let index = configuration.operators.firstIndex(where: {
                $0.address == bundle.account.address
            }), let signed = try? SignedOrderBundle(bundle, key: configuration.operators[index])
        else { return loop.makeSucceededVoidFuture() }
        let uuid = BundleUuid.from(Keccak256.hash(headHash.bytes + bundle.order.hash.bytes))
        live.insert(
            .init(
                order: bundle.order.hash, bundleHash: signed.hash, pools: bundle.pools,
                operatorIndex: index, replacementUuid: uuid,
                netProfitWei: bundle.netProfitWei, deposits: bundle.deposits))
        return submit(
            SendBundleRequest(
                transactions: signed.transactions.map(\.raw), blockNumber: bundle.targetBlock,
                replacementUuid: uuid), bundleHash: signed.hash
        ) { sentAt in
            self.recordBundle(signed, uuid: uuid, opportunity: opportunity, at: sentAt)
        }
    }

    private func record(_ bundle: SimulatedOrderBundle, label: String) -> Int64? {
        let now = nowUnixMs()
        let plan = bundle.plan
        return keep("recording an opportunity") {
            try ledger.recordOpportunity(
                OpportunityRecord(
                    targetBlock: bundle.targetBlock, transactionHash: bundle.order.hash,
                    pool: plan.pool.address, amountInRaw: nil, outcomeLabel: label,
                    reason: Strategy.BundleMode.reason(plan.mode, bundle.otherModes),
                    plan: PlannedPosition(
                        tickLower: plan.tickLower, tickUpper: plan.tickUpper,
                        liquidity: plan.position.liquidity,
                        estimatedProfitWei: bundle.netProfitWei,
                        swapperGainRaw: Int256(bitPattern: bundle.user.gainWei)),
                    seenAtUnixMs: now, decidedAtUnixMs: now))
        }
    }

    private func recordBundle(
        _ signed: SignedOrderBundle, uuid: String, opportunity: Int64?, at unixMs: Int64
    ) {
        let bundle = signed.simulated
        func own(_ transaction: SignedTransaction) -> OwnTransaction {
            OwnTransaction(
                hash: transaction.hash, nonce: transaction.transaction.nonce, raw: transaction.raw)
        }
        _ = keep("recording a bundle") {
            try ledger.recordBundle(
                BundleRecord(
                    bundleHash: signed.hash, targetBlock: bundle.targetBlock,
                    headHash: bundle.headHash, opportunityId: opportunity,
                    operatorAccount: bundle.account.address, open: own(signed.open),
                    targetTransactionHash: signed.submission.hash, close: own(signed.close),
                    tipWei: bundle.tipWei, expectedNetProfitWei: bundle.netProfitWei,
                    replacementUuid: uuid, builtAtUnixMs: unixMs, mode: .inventory,
                    orderHash: bundle.order.hash))
        }
    }
}

extension SimulatedOrder {
    func event(sent: Bool) -> BotEvent {
        switch self {
        case .atomic(let bundle): .atomicBundle(bundle, sent: sent)
        case .inventory(let bundle): .orderBundle(bundle, sent: sent)
        }
    }
}
