import Contracts
import EVM
import Ethereum

/// What a pending transaction does on the head state, by execution: the one swap of it that we
/// could serve.
public struct SwapProbe: Equatable, Sendable {
    public var pool: FollowedPool
    public var swap: UniswapV3PoolContract.Swap
    /// Gas at its peak: before the refund.
    public var gasUsed: UInt64
    /// What the sender allows.
    public var gasLimit: UInt64
    /// Whether the sender has fixed what goes out and not what comes in, as far as his calldata
    /// can be read. It decides which liquidity is tried, and nothing else.
    public var isExactOutput: Bool

    package init(
        pool: FollowedPool, swap: UniswapV3PoolContract.Swap, gasUsed: UInt64, gasLimit: UInt64,
        isExactOutput: Bool = false
    ) {
        self.pool = pool
        self.swap = swap
        self.gasUsed = gasUsed
        self.gasLimit = gasLimit
        self.isExactOutput = isExactOutput
    }

    /// Whether token0 comes in and the price goes down.
    public var zeroForOne: Bool { swap.zeroForOne }

    /// Raw units that the swap puts into the pool, fee included.
    public var amountIn: UInt256 { (zeroForOne ? swap.amount0 : swap.amount1).magnitude }

    /// Raw units that the swap takes out of the pool.
    public var amountOut: UInt256 { (zeroForOne ? swap.amount1 : swap.amount0).magnitude }

    /// What the swap asks of a pool, as the pool's own function takes it: what comes in, or, below
    /// zero, what goes out.
    public var amountSpecified: Int256 {
        isExactOutput ? -Int256(bitPattern: amountOut) : Int256(bitPattern: amountIn)
    }

    /// Executes the transaction alone on the head state and reads its swap; the machine is left as
    /// it was found.
    public static func run(
        _ target: PendingTransaction, on head: HeadState, machine: VirtualMachine
    ) throws(Rejection) -> SwapProbe {
        let start = machine.checkpoint()
        let outcome = try executeTarget(target, machine: machine)
        machine.rollback(to: start)
        guard outcome.status == .success else { throw .targetReverts }
        // Only pools on the owner's list count, and their addresses are derived from the factory:
        // a contract that merely writes the same event is not one of them.
        let swaps = outcome.logs.compactMap { log in
            head.pools.first { $0.address == log.address }.flatMap { pool in
                UniswapV3PoolContract.Swap(log).map { (pool: pool, swap: $0) }
            }
        }
        guard let first = swaps.first else { throw .noSwap }
        guard swaps.count == 1 else { throw .severalSwaps(count: swaps.count) }
        guard first.pool.key.token0 == head.weth || first.pool.key.token1 == head.weth else {
            throw .poolWithoutWeth(pool: first.pool.address)
        }
        let transaction = target.signed.transaction
        var probe = SwapProbe(
            pool: first.pool, swap: first.swap, gasUsed: outcome.gasUsed + outcome.gasRefunded,
            gasLimit: transaction.gasLimit)
        probe.isExactOutput = RouterCalldata.decode(transaction.data).swaps.contains {
            !$0.isExactInput && $0.amount == probe.amountOut
        }
        return probe
    }

    /// Executes the target, its failure to execute being a rejection.
    static func executeTarget(
        _ target: PendingTransaction, machine: VirtualMachine
    ) throws(Rejection) -> TransactionOutcome {
        do {
            return try machine.execute(target.signed.transaction, sender: target.sender)
        } catch {
            throw Rejection(error)
        }
    }
}
