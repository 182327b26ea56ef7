import Ethereum
import Recordings
import Strategy
import UniswapV3

/// A mint and a burn of the same range and liquidity around swaps within one block's events.
struct RealJitPair: Equatable {
    /// Places among the block's events.
    var mint: Int
    var burn: Int
    var range: RangeLiquidity

    /// All of a block, each mint with the first burn that fits it. A history does not tell whose
    /// they are, so that two owners who do the same in the opposite order look like one.
    static func pairs(in events: [PoolEvents.Event]) -> [RealJitPair] {
        var pairs: [RealJitPair] = []
        for (mint, event) in events.enumerated() {
            guard case .mint(let range, _, _) = event.action, range.liquidity > 0 else { continue }
            for burn in events.indices.dropFirst(mint + 1)
            where !pairs.contains(where: { $0.burn == burn }) {
                guard case .burn(range, _, _) = events[burn].action else { continue }
                let hasSwap = events[mint..<burn].contains {
                    if case .swap = $0.action { true } else { false }
                }
                if hasSwap { pairs.append(RealJitPair(mint: mint, burn: burn, range: range)) }
                break
            }
        }
        return pairs
    }
}

/// What such a position earns, followed event by event.
struct RealJitAccount {
    private let pair: RealJitPair
    private let minted: TokenAmounts
    private let burned: TokenAmounts
    private var insideAtMint: (UInt256, UInt256)?
    private var fees: TokenAmounts?

    init(_ pair: RealJitPair, in events: [PoolEvents.Event]) {
        self.pair = pair
        minted = Self.amounts(of: events[pair.mint])
        burned = Self.amounts(of: events[pair.burn])
    }

    private static func amounts(of event: PoolEvents.Event) -> TokenAmounts {
        switch event.action {
        case .mint(_, let amount0, let amount1), .burn(_, let amount0, let amount1):
            TokenAmounts(amount0: amount0, amount1: amount1)
        case .initialize, .swap, .other: .zero
        }
    }

    /// Whether it stands in the pool when this event happens.
    func holds(_ index: Int) -> Bool { pair.mint < index && index < pair.burn }

    /// Takes its liquidity out of a pool that holds it.
    func takeOut(of state: inout PoolState) -> Bool {
        do throws(PoolError) {
            try state.removeLiquidity(
                tickLower: pair.range.tickLower, tickUpper: pair.range.tickUpper,
                liquidity: pair.range.liquidity)
            return true
        } catch {
            return false
        }
    }

    /// Looks at the pool right before an event.
    mutating func before(
        _ index: Int, _ event: PoolEvents.Event, _ pool: PoolState, _ wethIsToken0: Bool?
    ) {
        guard index == pair.mint + 1 || index == pair.burn else { return }
        let (inside0, inside1) = pool.feeGrowthInside(
            tickLower: pair.range.tickLower, tickUpper: pair.range.tickUpper)
        if index == pair.mint + 1 { insideAtMint = (inside0, inside1) }
        guard index == pair.burn, let start = insideAtMint else { return }
        // Growth · liquidity / 2^128, rounded down, as the contract books it.
        func earned(_ growth: UInt256) -> UInt256 {
            UInt256(growth.multipliedFullWidth(by: UInt256(pair.range.liquidity)).low.high128)
        }
        fees = TokenAmounts(
            amount0: earned(inside0 &- start.0), amount1: earned(inside1 &- start.1))
    }

    /// What it came to, at the pool's price when the block was over.
    func finding(
        pool: String, in events: [PoolEvents.Event], firstRow: Int, input: Hash32,
        price: UInt256, wethIsToken0: Bool?, ours rows: [Opportunity]
    ) -> RealJit {
        let between = (firstRow + pair.mint)..<(firstRow + pair.burn)
        var finding = RealJit(
            source: .init(input: input, row: firstRow + pair.mint),
            block: events[pair.mint].block, pool: pool, tickLower: pair.range.tickLower,
            tickUpper: pair.range.tickUpper, liquidity: pair.range.liquidity, fees: fees)
        if let wethIsToken0, let fees {
            let valuation = WethValuation(wethIsToken0: wethIsToken0, sqrtPriceX96: price)
            finding.feeWei =
                valuation.wei(
                    amount0: Int256(bitPattern: fees.amount0),
                    amount1: Int256(bitPattern: fees.amount1))?.magnitude
            finding.grossWei = valuation.wei(
                amount0: Int256(from: minted.amount0, to: burned.amount0 &+ fees.amount0),
                amount1: Int256(from: minted.amount1, to: burned.amount1 &+ fees.amount1))
        }
        finding.ours = Self.ours(rows.filter { between.contains($0.source.row) })
        return finding
    }

    /// The best of ours among the swaps in between.
    private static func ours(_ rows: [Opportunity]) -> RealJit.Ours? {
        let planned = rows.compactMap { row in row.plan.map { (row.outcome, $0) } }
        guard let best = planned.max(by: { $0.1.netWei < $1.1.netWei }) else { return nil }
        return RealJit.Ours(
            basis: .history, outcome: best.0, feeWei: best.1.feeWei, grossWei: best.1.grossWei,
            netWei: best.1.netWei)
    }
}
