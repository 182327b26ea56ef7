import Ethereum
import Foundation
import UniswapV3

/// A pool's history that nobody has had: seeded mints, burns and swaps performed by the pool model,
/// in the columns of recorded ones. Real histories at hand have some hundred events; what has to be
/// measured or broken off in the middle needs more.
public struct SyntheticHistory {
    /// The name says tokens and fee; token0 is WETH.
    public static let name = "weth_usd_3000_synthetic.csv"

    private static let header =
        "seq,block,tx_index,log_index,timestamp,event,sender,owner_or_recipient,tick_lower,"
        + "tick_upper,liquidity_delta,amount0,amount1,sqrt_price_x96_after,liquidity_after,"
        + "tick_after,mode,zero_for_one,amount_specified,sqrt_price_limit_x96"
    private static let accounts =
        "0xef1c6e67703c7bd7107eed8303fbe6ec2554bf6b,0x547659ebb09e28ed8ac82f114435351be9d2941a"
    private static let spacing: Tick = 60
    /// About 2,000 units of token1 for one of token0.
    private static let middle: Tick = 76_020

    private var random: SeededRandom
    private var pool: PoolState
    private var positions: [RangeLiquidity] = []
    private var lines: [String] = [header]
    private var block: UInt64 = 17_000_000

    /// The table of so many events, the first of which is Initialize.
    public static func csv(seed: UInt64, events: Int) throws -> String {
        var history = try SyntheticHistory(seed: seed)
        while history.lines.count <= events { try history.addEvent() }
        return history.lines.joined(separator: "\n") + "\n"
    }

    private init(seed: UInt64) throws {
        random = SeededRandom(seed: seed, purpose: "synthetic history")
        guard let key = PoolKey(sorting: Address(word: 1), Address(word: 2), feePips: 3000),
            let price = TickMath.sqrtPriceX96(atTick: Self.middle)
        else { throw SetupError.unexpectedState("no such pool") }
        pool = try PoolState(key: key, initializedAt: price)
        row("Initialize", ",,,,,\(price),,\(pool.tick),,,,")
        for _ in 0..<60 { try mint() }
    }

    private mutating func addEvent() throws {
        if random.happens(0.6) { block += 1 + random.next() % 3 }
        switch random.next() % 100 {
        case 0, 1: try mint()
        case 2,
            3 where positions.count > 40:
            try burn()
        default: try swap()
        }
    }

    private mutating func mint() throws {
        let width = Self.spacing * (2 + Tick(random.next() % 60))
        let shift = Self.spacing * (Tick(random.next() % 41) - 20)
        let range = RangeLiquidity(
            tickLower: Self.middle + shift - width, tickUpper: Self.middle + shift + width,
            liquidity: UInt128(1 + random.next() % 30) * 1_000_000_000_000_000_000_000)
        let paid = try pool.addLiquidity(
            tickLower: range.tickLower, tickUpper: range.tickUpper, liquidity: range.liquidity)
        positions.append(range)
        change("Mint", range, "\(range.liquidity)", paid)
    }

    private mutating func burn() throws {
        let range = positions.remove(at: Int(random.next() % UInt64(positions.count)))
        let paid = try pool.removeLiquidity(
            tickLower: range.tickLower, tickUpper: range.tickUpper, liquidity: range.liquidity)
        change("Burn", range, "-\(range.liquidity)", paid)
    }

    private mutating func change(
        _ event: String, _ range: RangeLiquidity, _ delta: String, _ amounts: TokenAmounts
    ) {
        row(
            event,
            "\(range.tickLower),\(range.tickUpper),\(delta),\(amounts.amount0),\(amounts.amount1),"
                + "\(pool.sqrtPriceX96),\(pool.liquidity),\(pool.tick),,,,")
    }

    /// A hundredth to a hundred ether, rather towards the middle price than away from it.
    private mutating func swap() throws {
        let isAbove = pool.tick > Self.middle
        let zeroForOne = random.happens(0.65) == isAbove
        let isExactOutput = random.happens(0.15)
        let ether = pow(10, -2 + 4 * random.unit())
        let units = UInt64(ether * 1e12) * (zeroForOne == isExactOutput ? 2000 : 1)
        let magnitude = UInt256(units) &* 1_000_000
        let amount =
            isExactOutput ? -Int256(bitPattern: magnitude) : Int256(bitPattern: magnitude)
        let limit = PoolState.outermostPrice(zeroForOne: zeroForOne)
        let result = try pool.apply(
            zeroForOne: zeroForOne, amountSpecified: amount, sqrtPriceLimitX96: limit)
        row(
            "Swap",
            ",,,\(result.amount0),\(result.amount1),\(result.sqrtPriceX96After),"
                + "\(result.liquidityAfter),\(result.tickAfter),"
                + "\(isExactOutput ? "exactOut" : "exactIn"),\(zeroForOne ? 1 : 0),\(amount),"
                + "\(limit)")
    }

    private mutating func row(_ event: String, _ rest: String) {
        let time = 1_600_000_000 + (block - 17_000_000) * 12
        lines.append(
            "\(lines.count - 1),\(block),,,\(time),\(event),\(Self.accounts),\(rest)")
    }
}
