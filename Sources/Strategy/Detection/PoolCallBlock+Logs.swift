import Contracts
import Ethereum
import UniswapV3

extension PoolCallBlock {
    /// A mined transaction with its logs.
    public struct LoggedTransaction: Equatable, Sendable {
        public var hash: Hash32
        public var sender: Sender
        /// Empty for one that failed.
        public var logs: [Log]

        public init(hash: Hash32, sender: Sender, logs: [Log]) {
            self.hash = hash
            self.sender = sender
            self.logs = logs
        }
    }

    /// The calls of these pools as their events tell of them, transactions in the block's order.
    /// What was reverted has no events. Positions of `ignoring` are left out.
    public init(
        number: UInt64, transactions: [LoggedTransaction], pools: Set<Address>,
        ignoring owners: Set<Address> = []
    ) {
        var calls: [PoolCall] = []
        var senders: [Hash32: Sender] = [:]
        for (index, transaction) in transactions.enumerated() {
            senders[transaction.hash] = transaction.sender
            for log in transaction.logs where pools.contains(log.address) {
                guard let event = PoolEvent(log), !owners.contains(event.owner ?? .zero) else {
                    continue
                }
                calls.append(
                    PoolCall(
                        transactionIndex: UInt64(index), transactionHash: transaction.hash,
                        pool: log.address, action: event.action))
            }
        }
        self.init(number: number, calls: calls, senders: senders)
    }
}

extension PoolEvent {
    /// Whose position it is of; nil for a swap.
    fileprivate var owner: Address? {
        switch self {
        case .swap: nil
        case .mint(let position, _, _, _), .burn(let position, _, _, _),
            .collect(let position, _, _):
            position.owner
        }
    }

    fileprivate var action: PoolCall.Action {
        switch self {
        case .swap(let swap): return .swap(amount0: swap.amount0, amount1: swap.amount1)
        case .mint(let position, let liquidity, let amount0, let amount1):
            return .mint(
                owner: position.owner, position.range(liquidity),
                TokenAmounts(amount0: amount0, amount1: amount1))
        case .burn(let position, let liquidity, let amount0, let amount1):
            return .burn(
                owner: position.owner, position.range(liquidity),
                TokenAmounts(amount0: amount0, amount1: amount1))
        case .collect(let position, let amount0, let amount1):
            return .collect(
                owner: position.owner, tickLower: position.tickLower,
                tickUpper: position.tickUpper, TokenAmounts(amount0: amount0, amount1: amount1))
        }
    }
}

extension PoolEvent.Position {
    fileprivate func range(_ liquidity: UInt128) -> RangeLiquidity {
        RangeLiquidity(tickLower: tickLower, tickUpper: tickUpper, liquidity: liquidity)
    }
}
