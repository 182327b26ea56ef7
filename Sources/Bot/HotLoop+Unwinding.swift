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

    /// Asks the executor about each remembered opening, and takes out of its pool what still stands
    /// there, through the public mempool, in the next block.
    func closeOpenings(_ reference: BlockReference) -> EventLoopFuture<Void> {
        guard !openings.isEmpty else { return loop.makeSucceededVoidFuture() }
        let asked = openings
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
                var open: [OwnOpening] = []
                for (opening, answer) in zip(asked, answers) {
                    guard let state = try answer.get().data.flatMap(JitExecutorViews.PoolState.init)
                    else { throw BlockEntries.Malformed(what: "pools") }
                    if state.isOpen(opening.positions, paid: opening.paid) {
                        open.append(opening)
                    } else {
                        try settleUnwound(opening, reference)
                    }
                }
                openings = open
            } catch {
                return loop.makeFailedFuture(error)
            }
            return EventLoopFuture.andAllSucceed(openings.map(unwind), on: loop)
        }
    }

    private func settleUnwound(_ opening: OwnOpening, _ reference: BlockReference) throws {
        for stored in try ledger.unresolvedBundles()
        where stored.bundle.open.hash == opening.transaction {
            guard case .orphaned = stored.state else { continue }
            try settle(stored, as: .unwound(reference))
        }
    }

    private func unwind(_ opening: OwnOpening) -> EventLoopFuture<Void> {
        guard let head, !configuration.simulates,
            let index = configuration.operators.firstIndex(where: {
                $0.address == opening.sender
            })
        else { return loop.makeSucceededVoidFuture() }
        let fee = head.nextBaseFeePerGas
        let transaction = Transaction(
            type: .feeMarket, chainId: configuration.chainId, nonce: nonces[index],
            maxFeePerGas: fee &+ fee &+ Self.unwindTip, maxPriorityFeePerGas: Self.unwindTip,
            gasLimit: Self.unwindGas, to: configuration.executor,
            data: JitExecutor.unwind(
                pool: opening.poolArguments, positions: opening.positions, paid: opening.paid))
        let signed: SignedTransaction
        do {
            signed = try SignedTransaction(
                transaction, signedBy: configuration.operators[index])
        } catch {
            return loop.makeFailedFuture(error)
        }
        observe(.unwinding(transaction: signed.hash, pool: opening.pool))
        return node.call("eth_sendRawTransaction", [.data(signed.raw)]).map { _ in }
            .flatMapErrorThrowing { [observe] error in
                // It is tried again behind the next head.
                observe(.failed(what: "taking out \(opening.transaction): \(error)"))
            }
    }

    /// Wei per gas that an unwinding pays for being in the next block.
    private static var unwindTip: UInt256 { 2_000_000_000 }
    private static var unwindGas: UInt64 { 600_000 }
}
