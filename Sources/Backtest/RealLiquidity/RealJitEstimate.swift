import Ethereum
import Recordings
import Strategy
import UniswapV3

/// What another's just-in-time liquidity came to, from the amounts of his own mint and burn, and an
/// estimate of what ours would have been.
///
/// Liquidity L over a range that holds the price takes token1 up to the price: L (√P − √P_lower).
/// So the mint's amounts tell the price before the swap and the burn's the price after it, and from
/// what went in follows the liquidity that the swap met; less L that is the passive liquidity. A
/// pool of this constant liquidity is what ours is planned on. Without L the swap would go further
/// than anybody has seen: that passive liquidity stays the same there is the estimate.
struct RealJitEstimate {
    private let attack: JitAttack
    private let tipWei: UInt256?
    private let baseFeeWei: UInt256
    private let minted: TokenAmounts?
    private let burned: TokenAmounts?

    init(_ finding: JitFinding, in calls: [PoolCall], block: PoolCallFile.Block) {
        attack = finding.attack
        tipWei = finding.tipWei
        baseFeeWei = block.baseFeePerGas
        var minted: TokenAmounts?
        var burned: TokenAmounts?
        for call in calls where call.pool == finding.attack.pool {
            switch call.action {
            case .mint(_, finding.attack.range, let amounts)
            where call.transactionHash == finding.attack.mintTransaction:
                minted = amounts
            case .burn(_, finding.attack.range, let amounts)
            where call.transactionHash == finding.attack.burnTransaction:
                burned = amounts
            default: break
            }
        }
        self.minted = minted
        self.burned = burned
    }

    func finding(
        source: Opportunity.Source, settings: BacktestSettings, tokens: [Address]
    ) -> RealJit {
        var result = RealJit(
            source: source, block: attack.block, pool: attack.pool.description,
            tickLower: attack.range.tickLower, tickUpper: attack.range.tickUpper,
            liquidity: attack.range.liquidity, fees: attack.fees, tipWei: tipWei)
        guard let key = PoolKeySearch.key(of: attack.pool, among: tokens),
            let wethIsToken0 = key.token0 == .mainnetWeth
                ? true : key.token1 == .mainnetWeth ? false : nil,
            let minted, let burned, let after = root(burned)
        else { return result }
        let valuation = WethValuation(wethIsToken0: wethIsToken0, sqrtPriceX96: after)
        if let fees = attack.fees {
            result.feeWei =
                valuation.wei(
                    amount0: Int256(bitPattern: fees.amount0),
                    amount1: Int256(bitPattern: fees.amount1))?.magnitude
            result.grossWei = valuation.wei(
                amount0: Int256(from: minted.amount0, to: burned.amount0 &+ fees.amount0),
                amount1: Int256(from: minted.amount1, to: burned.amount1 &+ fees.amount1))
        }
        result.ours = ours(key, wethIsToken0, after: after, settings)
        return result
    }

    /// The price's root at which the position stands for these amounts; nil where all of them are
    /// in one token, which many prices give.
    private func root(_ amounts: TokenAmounts) -> UInt256? {
        guard !amounts.amount0.isZero, !amounts.amount1.isZero,
            let lower = TickMath.sqrtPriceX96(atTick: attack.range.tickLower),
            let width = UInt256.mulDiv(
                amounts.amount1, UInt256.one << 96, UInt256(attack.range.liquidity))
        else { return nil }
        return lower.addingChecked(width)
    }

    private func ours(
        _ key: PoolKey, _ wethIsToken0: Bool, after: UInt256, _ settings: BacktestSettings
    ) -> RealJit.Ours? {
        guard let question = question(key, wethIsToken0, after: after, settings) else { return nil }
        let decision = SwapDecision(question, settings: settings)
        guard let plan = decision.plan else { return nil }
        return RealJit.Ours(
            basis: .reconstruction, outcome: decision.outcome, feeWei: plan.feeWei,
            grossWei: plan.grossWei, netWei: plan.netWei)
    }

    /// Spacings on either side over which the passive liquidity is laid.
    private static let spacings: Tick = 400

    /// The swaps in between as one swap on the estimated pool; nil where they went both ways, or
    /// nothing passive is left.
    private func question(
        _ key: PoolKey, _ wethIsToken0: Bool, after: UInt256, _ settings: BacktestSettings
    ) -> SwapQuestion? {
        let amounts = attack.swapsIn
        guard amounts.amount0.isZero != amounts.amount1.isZero, let minted,
            let before = root(minted), let spacing = TickSpacing.of(feePips: key.feePips)
        else { return nil }
        let zeroForOne = amounts.amount1.isZero
        let amountIn = zeroForOne ? amounts.amount0 : amounts.amount1
        let (start, end) = (before.approximateDouble * 0x1p-96, after.approximateDouble * 0x1p-96)
        let distance = zeroForOne ? 1 / end - 1 / start : end - start
        guard distance > 0 else { return nil }
        let netInput = amountIn.approximateDouble * (1 - Double(key.feePips) * 1e-6)
        let passive = netInput / distance - Double(attack.range.liquidity)
        guard passive >= 1, passive < 0x1p110,
            var state = try? PoolState(key: key, initializedAt: before)
        else { return nil }
        let middle = TickSpacing.floor(state.tick, spacing)
        let reach = spacing * Self.spacings
        guard
            (try? state.addLiquidity(
                tickLower: max(middle - reach, -(TickMath.maxTick / spacing) * spacing),
                tickUpper: min(middle + reach, TickMath.maxTick / spacing * spacing),
                liquidity: UInt128(passive))) != nil,
            let result = try? state.swap(
                zeroForOne: zeroForOne, amountSpecified: Int256(bitPattern: amountIn))
        else { return nil }
        return SwapQuestion(
            state: state,
            swap: PoolEvents.Swap(
                zeroForOne: zeroForOne, amountSpecified: Int256(bitPattern: amountIn),
                sqrtPriceLimitX96: PoolState.outermostPrice(zeroForOne: zeroForOne),
                amount0: result.amount0, amount1: result.amount1,
                sqrtPriceX96After: result.sqrtPriceX96After,
                liquidityAfter: result.liquidityAfter, tickAfter: result.tickAfter),
            wethIsToken0: wethIsToken0,
            baseFeeWei: baseFeeWei.isZero ? settings[.baseFeeWei] : baseFeeWei)
    }
}
