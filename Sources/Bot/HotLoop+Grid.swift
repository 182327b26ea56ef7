import EVM
import Ethereum
import JSON
import NIOCore
import Relay
import Store
import Strategy
import Wire

extension HotLoop {
    /// Reads what stands of the grids of dust on the head, and changes one pool's where that is
    /// due. A grid that cannot be read is none: bundles are then made on new positions.
    func tendGrids() -> EventLoopFuture<Void> {
        guard let terms = configuration.settings.grid else {
            return loop.makeSucceededVoidFuture()
        }
        return tendGrids(terms, round: 0).flatMapErrorThrowing { [self] error in
            _ = grids.take([:], block: head?.number ?? 0, nonces: operatorNonces, terms)
            observe(.failed(what: "the grids of dust: \(error)"))
        }
    }

    /// The next nonce of each operator, behind the head.
    private var operatorNonces: [Address: UInt64] {
        Dictionary(
            zip(configuration.operators.map(\.address), nonces),
            uniquingKeysWith: { first, _ in first })
    }

    private func tendGrids(_ terms: GridTerms, round: Int) -> EventLoopFuture<Void> {
        guard let (state, missing) = speculativeHead() else {
            return loop.makeSucceededVoidFuture()
        }
        let machine = reusedMachine(state)
        let keeper = GridKeeper(head: state, terms: terms, machine: machine)
        var kept: [Address: [KeptRange]] = [:]
        var change: SimulatedGridChange?
        var refused: [(pool: Address, refusal: GridRefusal)] = []
        let index = try? live.accountForOrder()
        for pool in configuration.pools {
            do throws(GridRefusal) {
                let standing = try keeper.kept(pool)
                kept[pool.address] = standing
                guard !configuration.simulates, !isHalted, change == nil, let index,
                    terms.retires || grids.mayChange(pool.address, block: state.nextBlock.number)
                else { continue }
                change = try keeper.change(pool, kept: standing, account: account(index))
            } catch {
                refused.append((pool.address, error))
            }
        }
        guard missing.all.isEmpty else {
            guard round < Self.roundLimit else {
                return loop.makeFailedFuture(BlockEntries.Malformed(what: "the grids' state"))
            }
            return fetch(missing.all, tracing: nil).flatMap { [self] in
                tendGrids(terms, round: round + 1)
            }
        }
        let standing = grids.take(
            kept, block: state.nextBlock.number - 1, nonces: operatorNonces, terms)
        for pool in standing {
            observe(.gridStands(pool: pool, ranges: kept[pool] ?? []))
        }
        for (pool, refusal) in refused where grids.isNews(refusal, pool: pool) {
            observe(.gridRefused(pool: pool, block: state.nextBlock.number, refusal))
        }
        guard let change, let index else { return loop.makeSucceededVoidFuture() }
        return send(change, signedBy: index)
    }

    /// Sends a seeding to the relays, for the next block alone: what does not land costs nothing.
    /// Dust is taken out through the public mempool, with or without relays: it may land whenever.
    ///
    /// The pool and the operator are no other bundle's in this slot, since dust in the price's
    /// range changes the liquidity that a guard asks for.
    private func send(
        _ change: SimulatedGridChange, signedBy index: Int
    ) -> EventLoopFuture<Void> {
        let signed: SignedGridChange
        do {
            signed = try SignedGridChange(change, key: configuration.operators[index])
        } catch {
            return loop.makeFailedFuture(error)
        }
        let uuid = BundleUuid.from(
            Keccak256.hash(headHash.bytes + change.pool.bytes + [0]))
        live.insert(
            .init(
                order: nil, bundleHash: signed.hash, pools: [change.pool],
                operatorIndex: index, replacementUuid: uuid, netProfitWei: nil))
        grids.sent(change)
        observe(.gridChange(change))
        guard change.kind == .seeding else {
            let sent = signed.transactions.map { transaction in
                node.call("eth_sendRawTransaction", [.data(transaction.raw)]).map { _ in }
                    .flatMapErrorThrowing { [observe] error in
                        // It is tried again behind the next head.
                        observe(.failed(what: "taking out dust by \(transaction.hash): \(error)"))
                    }
            }
            return EventLoopFuture.andAllSucceed(sent, on: loop)
        }
        let request = SendBundleRequest(
            transactions: signed.transactions.map(\.raw), blockNumber: change.targetBlock,
            replacementUuid: uuid)
        let answers = relays.map { relay in
            relay.call("eth_sendBundle", request.params)
                .map { SubmissionRecord.Answer(accepted: $0) }
                .flatMapErrorThrowing { SubmissionRecord.Answer($0) }
        }
        return EventLoopFuture.whenAllSucceed(answers, on: loop).map { [self] answers in
            for (relay, answer) in zip(relays, answers) {
                observe(
                    .submitted(
                        bundle: signed.hash, relay: "\(relay.connection.endpoint)", answer))
            }
        }
    }
}

extension SubmissionRecord.Answer {
    /// Characters that are kept of what a relay says: it may say megabytes.
    private static let textLimit = 512

    init(accepted result: JSON) { self = .accepted(String(result.text.prefix(Self.textLimit))) }

    /// What a failed request says.
    init(_ error: any Error) {
        switch error {
        case let error as JSONRPCError:
            self = .refused(
                code: Int64(error.code), message: String(error.message.prefix(Self.textLimit)))
        default: self = .unreachable(detail: "\(error)")
        }
    }
}
