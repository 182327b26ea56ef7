import Ethereum
import UniswapV3

/// A call of a V3 pool within a block, as its trace shows it.
public struct PoolCall: Equatable, Sendable {
    /// The transaction's place in the block.
    public var transactionIndex: UInt64
    public var transactionHash: Hash32
    public var pool: Address
    public var action: Action

    /// What was called; calls that were reverted are not among these.
    public enum Action: Equatable, Sendable {
        /// Raw units that the pool took (above 0) or gave (below 0).
        case swap(amount0: Int256, amount1: Int256)
        case mint(owner: Address, RangeLiquidity, TokenAmounts)
        /// What the burn credits, without fees. The owner is who calls.
        case burn(owner: Address, RangeLiquidity, TokenAmounts)
        case collect(owner: Address, tickLower: Tick, tickUpper: Tick, TokenAmounts)
        /// A flash loan: nothing of a position.
        case flash
    }

    public init(
        transactionIndex: UInt64, transactionHash: Hash32, pool: Address, action: Action
    ) {
        self.transactionIndex = transactionIndex
        self.transactionHash = transactionHash
        self.pool = pool
        self.action = action
    }
}

/// A block's calls of V3 pools that were not reverted, in the order of their execution, and who
/// sent the transactions they are in.
public struct PoolCallBlock: Equatable, Sendable {
    public var number: UInt64
    public var calls: [PoolCall]
    /// By transaction hash, as far as known.
    public var senders: [Hash32: Sender]

    /// Who sent a transaction, and to what; nil recipient for a creation.
    public struct Sender: Equatable, Sendable {
        public var from: Address
        public var to: Address?

        public init(from: Address, to: Address?) {
            self.from = from
            self.to = to
        }
    }

    public init(number: UInt64, calls: [PoolCall], senders: [Hash32: Sender]) {
        self.number = number
        self.calls = calls
        self.senders = senders
    }
}
