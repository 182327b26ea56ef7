import Ethereum
import Strategy
import UniswapV3

/// A bound of what any liquidity could earn from a swap, without looking for it: most swaps are too
/// small to pay for our gas, and need no plan.
///
/// Whatever positions are opened, they take in at most the swap's net input K = (1 − φ) y and the
/// liquidity's part of its fee, φ (1 − π) y, and give for what they take in at least as much as the
/// price at the end of the swap asks, which with more liquidity is never beyond the end s without
/// us. Valued at the worst fair price p* (input per output) that is at most
///
///     K (c − p* / s²)        c = 1 + φ (1 − π) / (1 − φ)
///
/// in the input token (docs/STRATEGY.md has the terms). Gas is at least that of ticks in use, the
/// hedge at least nothing, and what is left of more profit after the tip is never less. A swap
/// whose fill would change is not served at all, so that a price limit does not enter. The doubles'
/// errors are covered by a billionth of K and a thousand raw units.
///
/// p* is that of the scenario most in our favour, so that no scenario's rows miss a swap either.
public struct SizeFilter {
    let costs: Costs
    let fairBandPips: UInt64

    /// A filter for one pool's fee, under settings and a base fee.
    public init(settings: BacktestSettings, feePips: UInt32, baseFeeWei: UInt256) {
        costs = Costs(settings: settings, baseFeeWei: baseFeeWei)
        fairBandPips = UInt64(feePips) * settings.small(.fairBandPercentOfFee) / 100
    }

    /// Whether no plan for this swap can reach the minimum profit.
    public func drops(_ question: SwapQuestion) -> Bool {
        guard let wethIsToken0 = question.wethIsToken0 else { return false }
        let bound = boundWei(question, wethIsToken0: wethIsToken0)
        guard bound < 0x1p200 else { return false }
        let gross = Int256(bitPattern: UInt256(approximating: bound))
        let net = costs.net(grossWei: gross, gas: costs.gas(), hedgedWei: .zero)
        return net.netWei < costs.minimumWei
    }

    /// Wei that no plan's profit before costs exceeds.
    func boundWei(_ question: SwapQuestion, wethIsToken0: Bool) -> Double {
        let state = question.state
        let zeroForOne = question.zeroForOne
        let fee = Double(state.feePips) * 1e-6
        let denominator = state.slot0.protocolFeeDenominator(zeroForOne: zeroForOne)
        let share = denominator == 0 ? 0 : 1 / Double(denominator)
        let netInput = question.amountIn.approximateDouble * (1 - fee)
        let worth = 1 + fee * (1 - share) / (1 - fee)
        // Root of token1 per token0, at which we sell what goes out and value what comes in.
        let band = FairPriceBand(
            midSqrtPriceX96: FairPriceScenario.minusFee.sqrtPriceX96(question),
            halfWidthPips: fairBandPips)
        let worst = zeroForOne ? band.lowSqrtPriceX96 : band.highSqrtPriceX96
        let fairRoot = worst.approximateDouble
        let endRoot = question.swap.sqrtPriceX96After.approximateDouble
        guard fairRoot > 0, endRoot > 0 else { return .infinity }
        // p*/s²: the square of fair over end in input per output; the roots are of the inverse
        // where token0 goes in.
        let ratio = zeroForOne ? endRoot / fairRoot : fairRoot / endRoot
        let margin = max(0, worth - ratio * ratio)
        let profit = netInput * (margin + 1e-9) + 1000
        if zeroForOne == wethIsToken0 { return profit }
        let price = fairRoot * 0x1p-96
        return zeroForOne ? profit * price * price : profit / (price * price)
    }
}

extension UInt256 {
    /// A double that is not negative and below 2^256, rounded down; 0 for anything else.
    init(approximating value: Double) {
        guard value >= 1, value < 0x1p256 else {
            self = .zero
            return
        }
        let exponent = Int(value.exponent)
        // The significand's 53 bits as an integer, moved to their place.
        let digits = UInt64(value.significand * 0x1p52)
        self =
            exponent >= 52
            ? UInt256(digits) << UInt64(exponent - 52) : UInt256(digits >> UInt64(52 - exponent))
    }
}
