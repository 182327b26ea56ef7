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

    func record(_ order: SimulatedOrder, label: String) -> Int64? {
        switch order {
        case .atomic(let bundle):
            let position = bundle.plan.position
            return recordProven(
                of: bundle.order.hash, for: bundle.targetBlock, on: bundle.plan.pool.address,
                PlannedPosition(
                    tickLower: position.tickLower, tickUpper: position.tickUpper,
                    liquidity: position.liquidity, estimatedProfitWei: bundle.netProfitWei,
                    swapperGainRaw: Int256(bitPattern: bundle.user.gainWei)),
                mode: .atomic, bundle.otherModes, label: label)
        case .inventory(let bundle):
            let plan = bundle.plan
            return recordProven(
                of: bundle.order.hash, for: bundle.targetBlock, on: plan.pool.address,
                PlannedPosition(
                    tickLower: plan.tickLower, tickUpper: plan.tickUpper,
                    liquidity: plan.position.liquidity,
                    estimatedProfitWei: bundle.netProfitWei,
                    swapperGainRaw: Int256(bitPattern: bundle.user.gainWei)),
                mode: plan.mode, bundle.otherModes, label: label)
        }
    }

    /// Signs a proven bundle of an order and sends it to the relays.
    func send(_ order: SimulatedOrder, opportunity: Int64?) -> EventLoopFuture<Void> {
        switch order {
        case .atomic(let bundle):
            guard let index = operatorIndex(bundle.account),
                let signed = try? SignedAtomicBundle(bundle, key: configuration.operators[index])
            else { return loop.makeSucceededVoidFuture() }
            return send(
                [signed.transaction], named: signed.hash, of: bundle.order,
                for: bundle.targetBlock, signedBy: index, pools: bundle.pools,
                netProfitWei: bundle.netProfitWei
            ) { [self] uuid, sentAt in
                recordBundle(signed, uuid: uuid, opportunity: opportunity, at: sentAt)
            }
        case .inventory(let bundle):
            guard let index = operatorIndex(bundle.account),
                let signed = try? SignedOrderBundle(bundle, key: configuration.operators[index])
            else { return loop.makeSucceededVoidFuture() }
            return send(
                signed.transactions, named: signed.hash, of: bundle.order,
                for: bundle.targetBlock, signedBy: index, pools: bundle.pools,
                netProfitWei: bundle.netProfitWei, deposits: bundle.deposits
            ) { [self] uuid, sentAt in
                recordBundle(signed, uuid: uuid, opportunity: opportunity, at: sentAt)
            }
        }
    }

    private func operatorIndex(_ account: OperatorAccount) -> Int? {
        configuration.operators.firstIndex { $0.address == account.address }
    }

    private func send(
        _ transactions: [SignedTransaction], named bundle: Hash32, of order: SignedOrder,
        for block: UInt64, signedBy index: Int, pools: [Address], netProfitWei: Int256,
        deposits: [Address: UInt256] = [:], record: @escaping (String, Int64) -> Void
    ) -> EventLoopFuture<Void> {
        let uuid = BundleUuid.from(Keccak256.hash(headHash.bytes + order.hash.bytes))
        live.insert(
            .init(
                order: order.hash, bundleHash: bundle, pools: pools, operatorIndex: index,
                replacementUuid: uuid, netProfitWei: netProfitWei, deposits: deposits))
        return submit(
            SendBundleRequest(
                transactions: transactions.map(\.raw), blockNumber: block,
                replacementUuid: uuid), bundleHash: bundle
        ) { record(uuid, $0) }
    }

    // MARK: Books

    private func recordBundle(
        _ signed: SignedOrderBundle, uuid: String, opportunity: Int64?, at unixMs: Int64
    ) {
        let bundle = signed.simulated
        _ = keep("recording a bundle") {
            try ledger.recordBundle(
                BundleRecord(
                    bundleHash: signed.hash, targetBlock: bundle.targetBlock,
                    headHash: bundle.headHash, opportunityId: opportunity,
                    operatorAccount: bundle.account.address, open: .init(signed.open),
                    targetTransactionHash: signed.submission.hash, close: .init(signed.close),
                    tipWei: bundle.tipWei, expectedNetProfitWei: bundle.netProfitWei,
                    replacementUuid: uuid, builtAtUnixMs: unixMs, mode: .inventory,
                    orderHash: bundle.order.hash))
        }
    }

    private func recordBundle(
        _ signed: SignedAtomicBundle, uuid: String, opportunity: Int64?, at unixMs: Int64
    ) {
        let bundle = signed.simulated
        let own = OwnTransaction(signed.transaction)
        _ = keep("recording a bundle") {
            try ledger.recordBundle(
                BundleRecord(
                    bundleHash: signed.hash, targetBlock: bundle.targetBlock,
                    headHash: bundle.headHash, opportunityId: opportunity,
                    operatorAccount: bundle.account.address, open: own,
                    targetTransactionHash: bundle.order.hash, close: own, tipWei: bundle.tipWei,
                    expectedNetProfitWei: bundle.netProfitWei, replacementUuid: uuid,
                    builtAtUnixMs: unixMs, mode: .atomic, orderHash: bundle.order.hash))
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
