import Chain
import Contracts
import Ethereum
import NIOCore
import Store
import Wire

extension HotLoop {
    /// Remembers openings that stand without their closing.
    func noteOpenings(_ found: [OwnOpening]) {
        for opening in found where !openings.contains(opening) { openings.append(opening) }
    }

    /// A bundle whose `open` stands in the chain without its own `close`. True where its position
    /// may be open; false where a later bundle of ours with the same `open` closed it, or this
    /// process has settled it otherwise.
    func resolveUnclosed(_ stored: StoredBundle, openedIn block: BlockReference) throws -> Bool {
        let other = try ledger.landedBundles().last {
            $0.bundle.open.hash == stored.bundle.open.hash
        }
        if let other {
            try settle(stored, as: .lost(.replaced(by: other.bundle.bundleHash)))
            return false
        }
        guard let open = try? SignedTransaction(decoding: stored.bundle.open.raw),
            let opening = OwnOpening(
                transaction: stored.bundle.open.hash, sender: stored.bundle.operatorAccount,
                data: open.transaction.data, configuration)
        else { throw BlockEntries.Malformed(what: "the opening of \(stored.bundle.bundleHash)") }
        noteOpenings([opening])
        return true
    }

    /// Whether an opening's account must be kept for taking it out.
    func needsItsAccount(_ opening: OwnOpening, behind block: UInt64) -> Bool {
        unwindings[opening.transaction].map { !$0.rests(at: block) } ?? true
    }

    /// Asks the executor about each remembered opening, and takes out of its pool what still stands
    /// there, through the public mempool, in the next block; where that was in vain, later.
    func closeOpenings(_ reference: BlockReference) -> EventLoopFuture<Void> {
        let asked = openings.filter { needsItsAccount($0, behind: reference.number) }
        guard !asked.isEmpty else { return loop.makeSucceededVoidFuture() }
        let calls = asked.map { opening in
            JSONRPCCall(
                "eth_call",
                [
                    [
                        "to": .address(configuration.executor),
                        "input": .data(JitExecutorViews.poolState(opening.pool)),
                    ],
                    ["blockHash": .hash(reference.hash)],
                ])
        }
        return node.batch(calls).flatMap { [self] answers in
            do {
                var sent: [EventLoopFuture<Void>] = []
                var senders: Set<Address> = []
                for (opening, answer) in zip(asked, answers) {
                    guard let state = try answer.get().data.flatMap(JitExecutorViews.PoolState.init)
                    else { throw BlockEntries.Malformed(what: "pools") }
                    if !state.isOpen(opening.positions, paid: opening.paid) {
                        try settleUnwound(opening, reference)
                        openings.removeAll { $0 == opening }
                        unwindings[opening.transaction] = nil
                    } else if !rests(opening, reference),
                        senders.insert(opening.sender).inserted
                    {
                        sent.append(unwind(opening))
                    }
                }
                return EventLoopFuture.andAllSucceed(sent, on: loop)
            } catch {
                return loop.makeFailedFuture(error)
            }
        }
    }

    /// Whether the last try was in vain and the next one is to wait; the operator is told the first
    /// time.
    private func rests(_ opening: OwnOpening, _ reference: BlockReference) -> Bool {
        guard let index = operatorIndex(of: opening) else { return false }
        var unwinding = unwindings[opening.transaction] ?? Unwinding()
        let inVain = unwinding.stillStands(at: reference.number, nonce: nonces[index])
        unwindings[opening.transaction] = unwinding
        if let inVain, unwinding.failures == 1 {
            observe(
                .stillOpen(
                    opening: opening.transaction, pool: opening.pool, transaction: inVain,
                    nextTry: unwinding.nextTry + 1))
        }
        return unwinding.rests(at: reference.number)
    }

    private func operatorIndex(of opening: OwnOpening) -> Int? {
        configuration.operators.firstIndex { $0.address == opening.sender }
    }

    private func settleUnwound(_ opening: OwnOpening, _ reference: BlockReference) throws {
        for stored in try ledger.unresolvedBundles()
        where stored.bundle.open.hash == opening.transaction {
            guard case .orphaned = stored.state else { continue }
            try settle(stored, as: .unwound(reference))
        }
    }

    private func unwind(_ opening: OwnOpening) -> EventLoopFuture<Void> {
        guard let head, !configuration.simulates, let index = operatorIndex(of: opening)
        else { return loop.makeSucceededVoidFuture() }
        let fee = head.nextBaseFeePerGas
        let transaction = Transaction(
            type: .feeMarket, chainId: configuration.chainId, nonce: nonces[index],
            maxFeePerGas: fee &+ fee &+ Self.unwindTip, maxPriorityFeePerGas: Self.unwindTip,
            gasLimit: Self.unwindGas(opening.positions.count), to: configuration.executor,
            data: JitExecutor.unwind(
                pool: opening.poolArguments, positions: opening.positions, paid: opening.paid))
        let signed: SignedTransaction
        do {
            signed = try SignedTransaction(
                transaction, signedBy: configuration.operators[index])
        } catch {
            return loop.makeFailedFuture(error)
        }
        unwindings[opening.transaction, default: Unwinding()].sent(
            signed.hash, nonce: nonces[index])
        observe(.unwinding(transaction: signed.hash, pool: opening.pool))
        return node.call("eth_sendRawTransaction", [.data(signed.raw)]).map { _ in }
            .flatMapErrorThrowing { [observe] error in
                // It is tried again behind the next head.
                observe(.failed(what: "taking out \(opening.transaction): \(error)"))
            }
    }

    /// Wei per gas that an unwinding pays for being in the next block.
    private static var unwindTip: UInt256 { 2_000_000_000 }
    /// Twice of what one position takes under Amsterdam, and of what four take under Osaka.
    private static func unwindGas(_ positions: Int) -> UInt64 { 300_000 * UInt64(positions + 1) }
}
