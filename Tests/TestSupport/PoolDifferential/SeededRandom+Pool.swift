import Ethereum
import UniswapV3
import World

/// Operations by chance: sizes of all magnitudes, ranges near and far, and now and then something
/// that the pool refuses.
extension SeededRandom {
    /// An integer above 0 whose number of bits is uniform over 1...bits.
    mutating func integer(bits: UInt64) -> UInt256 {
        let width = UInt64.random(in: 1...bits, using: &self)
        return UInt256(next(), next(), next(), next() | 1 << 63) >> (256 - width)
    }

    /// A range within some hundred spacings of the price, now and then the widest one.
    mutating func range(in pool: PoolState) -> RangeLiquidity {
        let spacing = pool.tickSpacing
        let liquidity = integer(bits: 90).low128
        if happens(0.05) {
            let edge = TickMath.maxTick / spacing * spacing
            return RangeLiquidity(tickLower: -edge, tickUpper: edge, liquidity: liquidity)
        }
        let base = TickSpacing.floor(pool.tick, spacing)
        let reach = [Tick(3), 40, 300].randomElement(using: &self)!
        let first = Tick.random(in: -reach...reach, using: &self)
        let width = Tick.random(in: 1...reach, using: &self)
        // A bound off the grid, or a range the wrong way round, must be refused.
        let off: Tick = spacing > 1 && happens(0.01) ? 1 : 0
        let lower = base + first * spacing + off
        let upper = happens(0.01) ? lower : base + (first + width) * spacing
        return RangeLiquidity(tickLower: lower, tickUpper: upper, liquidity: liquidity)
    }

    mutating func operation(
        in pool: PoolState, positions: [Position], balances: TokenAmounts
    ) -> PoolOperation {
        switch unit() {
        case ..<0.50: return swap(in: pool)
        case ..<0.62: return .mint(happens(0.6) ? known(positions, bits: 90) : range(in: pool))
        case ..<0.80: return .burn(burnt(positions))
        case ..<0.90:
            let position = known(positions, bits: 1)
            return .collect(
                tickLower: position.tickLower, tickUpper: position.tickUpper,
                amount0: happens(0.7) ? .max : integer(bits: 100).low128,
                amount1: happens(0.7) ? .max : integer(bits: 100).low128)
        case ..<0.96: return flash(in: pool, balances)
        case ..<0.98:
            return .setFeeProtocol(
                UInt8.random(in: 0...11, using: &self), UInt8.random(in: 0...11, using: &self))
        default:
            return .collectProtocol(
                amount0: happens(0.5) ? .max : integer(bits: 80).low128,
                amount1: happens(0.5) ? .max : integer(bits: 80).low128)
        }
    }

    private mutating func swap(in pool: PoolState) -> PoolOperation {
        let zeroForOne = Bool.random(using: &self)
        // Far enough to cross many ticks, near enough that there is a way back.
        let away = Tick(1 << UInt32.random(in: 0...15, using: &self))
        let tick = pool.tick + (zeroForOne ? -away : away)
        let near = max(TickMath.minTick + 1, min(TickMath.maxTick - 1, tick))
        let limit = TickMath.sqrtPriceX96(atTick: near)!
        return .swap(
            zeroForOne: zeroForOne,
            amountSpecified: Int256(
                negative: Bool.random(using: &self),
                magnitude: happens(0.005) ? .zero : integer(bits: 110))!,
            sqrtPriceLimitX96: limit)
    }

    private mutating func known(_ positions: [Position], bits: UInt64) -> RangeLiquidity {
        let position = positions.randomElement(using: &self)!
        return RangeLiquidity(
            tickLower: position.tickLower, tickUpper: position.tickUpper,
            liquidity: integer(bits: bits).low128)
    }

    /// All of a position, a part, nothing, or more than it has.
    private mutating func burnt(_ positions: [Position]) -> RangeLiquidity {
        let position = positions.randomElement(using: &self)!
        let liquidity: UInt128
        switch unit() {
        case ..<0.35: liquidity = position.liquidity
        case ..<0.45: liquidity = 0
        case ..<0.50: liquidity = position.liquidity + 1
        default: liquidity = min(position.liquidity, integer(bits: 90).low128)
        }
        return RangeLiquidity(
            tickLower: position.tickLower, tickUpper: position.tickUpper, liquidity: liquidity)
    }

    private mutating func flash(in pool: PoolState, _ balances: TokenAmounts) -> PoolOperation {
        func part(_ balance: UInt256) -> UInt256 { min(balance, integer(bits: 110)) }
        let amounts = TokenAmounts(
            amount0: part(balances.amount0), amount1: part(balances.amount1))
        var paid = pool.flashFees(of: amounts) ?? .zero
        if happens(0.5) { paid.amount0 = paid.amount0 &+ integer(bits: 60) }
        if happens(0.5) { paid.amount1 = paid.amount1 &+ integer(bits: 60) }
        if happens(0.1), !paid.amount0.isZero { paid.amount0 = paid.amount0 &- .one }
        return .flash(amounts, paid: paid)
    }
}
