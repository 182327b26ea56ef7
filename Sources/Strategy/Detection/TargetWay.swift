import Contracts
import Ethereum
import UniswapV3

/// A target's way through one followed pool: its swap there, or several of one direction, one after
/// the other. What is planned for.
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
    /// The swaps as the pool is asked for them, as far as the calldata tells what each of them
    /// fixes. It decides which liquidity is tried, and nothing else.
    public var swaps: [PoolSwap]
    /// The target's swaps on this pool.
    public var swapCount: Int

    /// Swaps that are planned one by one at most: the search's time grows with them.
    static let longestSequence = 3

    /// A way of one swap.
    package init(
        pool: FollowedPool, zeroForOne: Bool, amountIn: UInt256, amountOut: UInt256,
        gasUsed: UInt64, gasLimit: UInt64, isExactOutput: Bool = false
    ) {
        let amount = isExactOutput ? -Int256(bitPattern: amountOut) : Int256(bitPattern: amountIn)
        self.init(
            pool: pool, zeroForOne: zeroForOne, amountIn: amountIn, amountOut: amountOut,
            gasUsed: gasUsed, gasLimit: gasLimit,
            swaps: [PoolSwap(zeroForOne: zeroForOne, amountSpecified: amount)])
    }

    /// A way of swaps of one direction that together move these amounts.
    package init(
        pool: FollowedPool, zeroForOne: Bool, amountIn: UInt256, amountOut: UInt256,
        gasUsed: UInt64, gasLimit: UInt64, swaps: [PoolSwap]
    ) {
        self.pool = pool
        self.zeroForOne = zeroForOne
        self.amountIn = amountIn
        self.amountOut = amountOut
        self.gasUsed = gasUsed
        self.gasLimit = gasLimit
        swapCount = swaps.count
        self.swaps =
            swaps.merged(limit: Self.longestSequence)
            // More of them, by turns: their sum.
            ?? [PoolSwap(zeroForOne: zeroForOne, amountSpecified: Int256(bitPattern: amountIn))]
    }

    /// Whether the sender has fixed what goes out and not what comes in, by all of them.
    public var isExactOutput: Bool { swaps.allSatisfy(\.isExactOutput) }

    /// What all of them together ask of a pool, as the pool's own function takes it: what comes in,
    /// or, below zero, what goes out.
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
                    gasLimit: gasLimit, swaps: Self.asked(here, by: calls)))
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

extension SwapProbe {
    /// Swaps of one direction on one pool, as the pool is asked for them. Where as many calls pass
    /// the pool as there are swaps, each is its swap's; else all must say the same. What nothing is
    /// known of fixes what goes in.
    private static func asked(_ swaps: [ProbedSwap], by calls: [RoutedSwap]) -> [PoolSwap] {
        guard let first = swaps.first else { return [] }
        let passing = calls.filter { $0.passes(first) }.map { !$0.isExactInput }
        let all = !passing.isEmpty && passing.allSatisfy { $0 }
        return swaps.enumerated().map { index, swap in
            let isExactOutput = passing.count == swaps.count ? passing[index] : all
            return PoolSwap(
                zeroForOne: swap.zeroForOne,
                amountSpecified: isExactOutput
                    ? -Int256(bitPattern: swap.amountOut) : Int256(bitPattern: swap.amountIn))
        }
    }
}

extension RoutedSwap {
    /// Whether this call passes a swap's pool in its direction.
    fileprivate func passes(_ swap: ProbedSwap) -> Bool {
        guard venue == .uniswapV3, tokens.count == feesPips.count + 1 else { return false }
        return feesPips.indices.contains {
            feesPips[$0] == swap.key.feePips && tokens[$0] == swap.tokenIn
                && tokens[$0 + 1] == swap.tokenOut
        }
    }
}
