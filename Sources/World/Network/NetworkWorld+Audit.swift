import Chain
import Contracts
import EVM
import Ethereum
import Strategy
import UniswapV3
import Wire

extension NetworkWorld {
    /// A swap between two transactions of one operator, in a block of the chain.
    public struct Served: Sendable {
        public var block: UInt64
        public var open: Hash32
        public var close: Hash32
    }

    /// Where a swap stands between two transactions of one operator; nil where it does not.
    public func served(_ swap: UserSwap, from first: UInt64) -> Served? {
        let operators = Set(setup.wallets.operators.map(\.address))
        for block in chain.blocks.dropFirst(Int(first)) {
            let transactions = block.transactions
            guard
                let index = transactions.firstIndex(where: {
                    $0.signed.hash == swap.pending.hash
                })
            else { continue }
            guard index > 0, index + 1 < transactions.count,
                operators.contains(transactions[index - 1].sender),
                transactions[index - 1].sender == transactions[index + 1].sender
            else { return nil }
            return Served(
                block: block.number, open: transactions[index - 1].signed.hash,
                close: transactions[index + 1].signed.hash)
        }
        return nil
    }

    /// What anybody lost by our two transactions around a swap; empty where nobody did.
    package func losses(of swap: UserSwap, _ served: Served) throws -> [SwapperAudit.Loss] {
        let audit = SwapperAudit(
            chain: chain, weth: setup.contracts.tokens.weth,
            own: setup.wallets.own.union([setup.contracts.executor]))
        return try audit.losses(
            block: served.block, open: served.open, target: swap.pending.hash,
            close: served.close, pool: swap.pool.address)
    }

    /// What anybody lost by our transaction around a Safe's order; empty where nobody did.
    package func losses(
        of order: SafeOrder, _ landed: SafeOrder.Landed
    ) throws -> [SwapperAudit.Loss] {
        let audit = OrderAudit(
            chain: chain, weth: setup.contracts.tokens.weth,
            own: setup.wallets.own.union([
                setup.contracts.executor, setup.atomic.deployment.flash,
            ]), pools: Set(setup.contracts.pools.map(\.address)))
        return try audit.losses(
            block: landed.block, transactions: landed.bundle, order: order.order)
    }

    /// Positions of the executor that hold liquidity in a pool: nothing may stay there.
    public func positionsLeftOpen() throws -> Int {
        let operators = Set(setup.wallets.operators.map(\.address))
        var slots: Set<PositionSlot> = []
        for executed in chain.blocks.flatMap(\.transactions)
        where operators.contains(executed.sender) {
            let data = executed.signed.transaction.data
            guard let opened = JitExecutor.opened(by: data),
                let pool = setup.contracts.pools.first(where: {
                    $0.key.token0 == opened.pool.token0 && $0.key.token1 == opened.pool.token1
                        && $0.key.feePips == opened.pool.fee
                })
            else { continue }
            for position in opened.positions {
                slots.insert(
                    PositionSlot(
                        pool: pool.address,
                        slot: PoolStorage.position(
                            owner: setup.contracts.executor, tickLower: position.tickLower,
                            tickUpper: position.tickUpper)))
            }
        }
        let state = chain.state
        // The atomic mode closes what it opens in one transaction; its positions are looked at too.
        let flash = setup.atomic.deployment.flash
        for log in chain.blocks.flatMap(\.transactions).flatMap(\.outcome.logs)
        where log.topics.count == 4 && log.topics[0] == PositionEvents.mintTopic
            && Address(word: log.topics[1].word) == flash
        {
            slots.insert(
                PositionSlot(
                    pool: log.address,
                    slot: PoolStorage.position(
                        owner: flash,
                        tickLower: Int32(truncatingIfNeeded: log.topics[2].word.limb0),
                        tickUpper: Int32(truncatingIfNeeded: log.topics[3].word.limb0))))
        }
        // A position's liquidity, and three words on what it is owed.
        return slots.count {
            !state.storage($0.pool, slot: $0.slot).isZero
                || !state.storage($0.pool, slot: $0.slot &+ 3).isZero
        }
    }

    private struct PositionSlot: Hashable {
        var pool: Address
        var slot: UInt256
    }

    /// Operators of whom a transaction is left over: the next block would take it, or it waits
    /// behind a nonce that nobody has used.
    ///
    /// What a reorganisation has brought back to the mempool, below the base fee, is neither: it
    /// waits for its nonce to be used, and its guard names a parent that is gone.
    public func nonceGaps() throws -> Int {
        let baseFee = setup.devnet.nextEnvironment.baseFeePerGas
        return try setup.wallets.operators.count { wallet in
            let waiting = try client.call("txpool_contentFrom", [.address(wallet.address)]).wait()
            guard let pending = waiting["pending"]?.object, let queued = waiting["queued"]?.object
            else { throw JSONRPCError.server("txpool_contentFrom answers \(waiting.text)") }
            let next = pending.first?.value["maxFeePerGas"]?.quantity
            return !queued.isEmpty || next.map { $0 >= baseFee } ?? !pending.isEmpty
        }
    }

    /// Requests to send a bundle that the relay has answered, by whatever method.
    public func sendRequestsAtRelay() throws -> UInt64 {
        let counts = try client.call("devnet_relayRequests").wait()
        return (counts.object ?? []).reduce(0) { sum, member in
            member.key.hasPrefix("eth_send") ? sum + (member.value.uint64 ?? 0) : sum
        }
    }
}
