import Contracts
import EVM
import Ethereum
import UniswapV3

/// One swap of a target on a genuine pool, as executed without us.
public struct ProbedSwap: Equatable, Sendable {
    public var pool: Address
    public var key: PoolKey
    /// Whose pool it is.
    public var venue: String
    /// The owner's terms; nil for a pool that is not followed.
    public var followed: FollowedPool?
    /// Raw units that the pool took (above 0) or gave (below 0).
    public var amount0: Int256
    public var amount1: Int256
    /// The price around the swap.
    public var sqrtPriceX96Before: UInt256
    public var sqrtPriceX96After: UInt256
    public var tickBefore: Tick
    public var tickAfter: Tick
    /// The liquidity in range around it.
    public var liquidityBefore: UInt128
    public var liquidityAfter: UInt128
    /// Usable ticks between the two prices: those that have liquidity, and those that have none,
    /// each of which the swap would cross anew if a position of ours ended there. Nil where the way
    /// is longer than `longestWay`.
    public var ticksOnTheWay: TicksOnTheWay?

    /// Usable ticks on a swap's way.
    public struct TicksOnTheWay: Equatable, Sendable {
        public var initialized: Int
        public var fresh: Int
    }

    /// Whether token0 comes in and the price goes down.
    public var zeroForOne: Bool { !amount0.isNegative && amount1.isNegative }
    /// Raw units that the swap puts into the pool, fee included.
    public var amountIn: UInt256 { (zeroForOne ? amount0 : amount1).magnitude }
    /// Raw units that the swap takes out of the pool.
    public var amountOut: UInt256 { (zeroForOne ? amount1 : amount0).magnitude }
    public var tokenIn: Address { zeroForOne ? key.token0 : key.token1 }
    public var tokenOut: Address { zeroForOne ? key.token1 : key.token0 }

    /// Words of the bitmap that are read for one swap at most.
    private static let longestWay = 32

    /// A swap of which no more than its amounts is known.
    package init(pool: Address, key: PoolKey, amount0: Int256, amount1: Int256) {
        self.pool = pool
        self.key = key
        self.amount0 = amount0
        self.amount1 = amount1
        venue = ""
        (sqrtPriceX96Before, sqrtPriceX96After) = (.zero, .zero)
        (tickBefore, tickAfter) = (0, 0)
        (liquidityBefore, liquidityAfter) = (0, 0)
    }
}

extension ProbedSwap {
    /// The swaps that the logs tell of, in order; those of contracts that are no pools of these
    /// venues are left out. `machine` stands on the state before the target.
    static func all(
        in logs: [Log], on head: HeadState, machine: VirtualMachine
    ) throws(Rejection) -> [ProbedSwap] {
        var swaps: [ProbedSwap] = []
        var known: [Address: GenuinePool?] = [:]
        for log in logs {
            guard let event = UniswapV3PoolContract.Swap(log) else { continue }
            let followed = head.pools.first { $0.address == log.address }
            let genuine: GenuinePool?
            if let cached = known[log.address] {
                genuine = cached
            } else {
                genuine = try GenuinePool.at(log.address, venues: head.venues, machine: machine)
                known[log.address] = .some(genuine)
            }
            // What the owner follows is his word; that it is the pool of this key is the factory's.
            guard let genuine, followed.map({ $0.key == genuine.key }) ?? true else { continue }
            let before = swaps.last { $0.pool == log.address }
            swaps.append(
                try ProbedSwap(event, genuine, followed, after: before, machine: machine))
        }
        return swaps
    }

    private init(
        _ event: UniswapV3PoolContract.Swap, _ genuine: GenuinePool, _ followed: FollowedPool?,
        after previous: ProbedSwap?, machine: VirtualMachine
    ) throws(Rejection) {
        pool = event.pool
        key = genuine.key
        venue = genuine.venue.name
        self.followed = followed
        amount0 = event.amount0
        amount1 = event.amount1
        sqrtPriceX96After = event.sqrtPriceX96
        tickAfter = event.tick
        liquidityAfter = event.liquidity
        ticksOnTheWay = nil
        do throws(StateNotLoaded) {
            if let previous {
                sqrtPriceX96Before = previous.sqrtPriceX96After
                tickBefore = previous.tickAfter
                liquidityBefore = previous.liquidityAfter
            } else {
                let slot0 = Slot0(word: try machine.storage(pool, slot: PoolStorage.slot0))
                sqrtPriceX96Before = slot0.sqrtPriceX96
                tickBefore = slot0.tick
                liquidityBefore = try machine.storage(pool, slot: PoolStorage.liquidity).low128
            }
            ticksOnTheWay = try Self.ticks(
                from: tickBefore, to: tickAfter, key, of: pool, machine)
        } catch {
            throw .unsimulatable(.stateNotLoaded(error.key))
        }
    }

    /// Counts usable ticks t with low < t ≤ high.
    private static func ticks(
        from: Tick, to: Tick, _ key: PoolKey, of pool: Address, _ machine: VirtualMachine
    ) throws(StateNotLoaded) -> TicksOnTheWay? {
        guard let spacing = TickSpacing.of(feePips: key.feePips) else { return nil }
        let first = TickSpacing.compressed(min(from, to), spacing) + 1
        let last = TickSpacing.compressed(max(from, to), spacing)
        guard first <= last else { return TicksOnTheWay(initialized: 0, fresh: 0) }
        guard (last >> 8) - (first >> 8) < Tick(longestWay) else { return nil }
        var initialized = 0
        for word in (first >> 8)...(last >> 8) {
            var bits = try machine.storage(
                pool, slot: PoolStorage.tickBitmap(word: Int16(truncatingIfNeeded: word)))
            while let bit = TickBitmap.lowestBit(bits) {
                bits = bits & (bits &- .one)
                if (first...last).contains(word << 8 | Tick(bit)) { initialized += 1 }
            }
        }
        return TicksOnTheWay(
            initialized: initialized, fresh: Int(last - first) + 1 - initialized)
    }
}
