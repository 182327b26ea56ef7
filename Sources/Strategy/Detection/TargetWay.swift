import Contracts
import Ethereum
import UniswapV3

/// A target's way through one followed pool: its swap there, or several of one direction taken
/// together. What is planned for.
public struct TargetWay: Equatable, Sendable {
    public var pool: FollowedPool
    /// Whether token0 comes in and the price goes down.
    public var zeroForOne: Bool
    /// Raw units that the swaps put into the pool, fee included.
    public var amountIn: UInt256
    /// Raw units that they take out of it.
    public var amountOut: UInt256
    /// The target's gas at its peak: before the refund.
    public var gasUsed: UInt64
    /// What the sender allows.
    public var gasLimit: UInt64
    /// Whether the sender has fixed what goes out and not what comes in, as far as his calldata
    /// can be read. It decides which liquidity is tried, and nothing else.
    public var isExactOutput: Bool
    /// The target's swaps on this pool.
    public var swapCount: Int

    package init(
        pool: FollowedPool, zeroForOne: Bool, amountIn: UInt256, amountOut: UInt256,
        gasUsed: UInt64, gasLimit: UInt64, isExactOutput: Bool = false, swapCount: Int = 1
    ) {
        self.pool = pool
        self.zeroForOne = zeroForOne
        self.amountIn = amountIn
        self.amountOut = amountOut
        self.gasUsed = gasUsed
        self.gasLimit = gasLimit
        self.isExactOutput = isExactOutput
        self.swapCount = swapCount
    }

    /// What the swap asks of a pool, as the pool's own function takes it: what comes in, or, below
    /// zero, what goes out.
    public var amountSpecified: Int256 {
        isExactOutput ? -Int256(bitPattern: amountOut) : Int256(bitPattern: amountIn)
    }
}

extension SwapProbe {
    /// The target's way through each followed pool with WETH, in the order of their first swaps.
    ///
    /// A pool that cannot be served is left out where another one can; else the first one's reason
    /// is thrown.
    public func ways(
        weth: Address, calls: [RoutedSwap] = []
    ) throws(Rejection) -> [TargetWay] {
        var ways: [TargetWay] = []
        var reason: Rejection?
        var seen: [Address] = []
        for swap in swaps where !seen.contains(swap.pool) {
            seen.append(swap.pool)
            guard let pool = swap.followed else {
                reason = reason ?? .poolNotFollowed(pool: swap.pool, venue: swap.venue)
                continue
            }
            let here = swaps.filter { $0.pool == swap.pool }
            guard swap.key.token0 == weth || swap.key.token1 == weth else {
                reason = Self.nearer(reason, .poolWithoutWeth(pool: swap.pool))
                continue
            }
            guard here.allSatisfy({ $0.zeroForOne == swap.zeroForOne }) else {
                reason = Self.nearer(reason, .swapsBothWays(pool: swap.pool))
                continue
            }
            ways.append(
                TargetWay(
                    pool: pool, zeroForOne: swap.zeroForOne,
                    amountIn: here.reduce(.zero) { $0 &+ $1.amountIn },
                    amountOut: here.reduce(.zero) { $0 &+ $1.amountOut }, gasUsed: gasUsed,
                    gasLimit: gasLimit,
                    isExactOutput: calls.contains { $0.fixesOutput(of: here) },
                    swapCount: here.count))
        }
        guard ways.isEmpty else { return ways }
        throw reason ?? .noSwap
    }

    /// The reason to tell: a followed pool's before that of one that is not.
    private static func nearer(_ first: Rejection?, _ second: Rejection) -> Rejection {
        if let first, first.label != "pool_not_followed" { return first }
        return second
    }
}

extension RoutedSwap {
    /// Whether this call fixes what comes out of these swaps on one pool: it passes that pool in
    /// their direction with a fixed end.
    fileprivate func fixesOutput(of swaps: [ProbedSwap]) -> Bool {
        guard !isExactInput, venue == .uniswapV3, tokens.count == feesPips.count + 1,
            let swap = swaps.first
        else { return false }
        return feesPips.indices.contains {
            feesPips[$0] == swap.key.feePips && tokens[$0] == swap.tokenIn
                && tokens[$0 + 1] == swap.tokenOut
        }
    }
}
