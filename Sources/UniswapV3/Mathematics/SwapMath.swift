import Ethereum

/// The outcome of a swap along constant liquidity.
public struct SwapStep: Equatable, Sendable {
    /// The price where the step ends.
    public var sqrtPriceX96: SqrtPriceX96
    /// What the pool takes in, without the fee.
    public var amountIn: UInt256
    /// What the pool gives out.
    public var amountOut: UInt256
    /// The fee on top of `amountIn`, in the same token.
    public var feeAmount: UInt256
}

/// One step of a swap: along constant liquidity, to a target price or until the amount is used up
/// (whitepaper section 6.2.3).
public enum SwapMath {
    /// A fee of 100 %: fees are counted in hundredths of a basis point.
    public static let feePipsDenominator: UInt64 = 1_000_000

    /// The step from `sqrtPriceX96` towards `target`; the target's side gives the direction.
    ///
    /// `remaining` above 0 is what may still come in, fee included; below 0 its magnitude is what
    /// must still go out. Amounts in and the fee are rounded up and the amount out is rounded down,
    /// in the pool's favour. Where an exact input ends inside the step, the fee is all that is left
    /// of it, so that amountIn + feeAmount = remaining. nil where the contract reverts.
    public static func step(
        from sqrtPriceX96: SqrtPriceX96, target: SqrtPriceX96, liquidity: UInt128,
        remaining: Int256, feePips: UInt32
    ) -> SwapStep? {
        guard UInt64(feePips) < feePipsDenominator else { return nil }
        return remaining.isNegative
            ? exactOutput(
                sqrtPriceX96, target, liquidity, amount: remaining.magnitude, feePips: feePips)
            : exactInput(
                sqrtPriceX96, target, liquidity, amount: remaining.bitPattern, feePips: feePips)
    }

    private static func exactInput(
        _ start: SqrtPriceX96, _ target: SqrtPriceX96, _ liquidity: UInt128, amount: UInt256,
        feePips: UInt32
    ) -> SwapStep? {
        let zeroForOne = start >= target
        let kept = UInt256(feePipsDenominator - UInt64(feePips))
        guard let withoutFee = UInt256.mulDiv(amount, kept, UInt256(feePipsDenominator)),
            let reaches = reaches(target, start, liquidity, zeroForOne, withoutFee)
        else { return nil }

        if reaches { return finished(at: target, start, liquidity, zeroForOne, feePips) }
        guard
            let end = SqrtPriceMath.nextSqrtPriceX96(
                from: start, liquidity: liquidity, amountIn: withoutFee, zeroForOne: zeroForOne)
        else { return nil }
        // Rounding can still land exactly on the target; then the fee is the step's own.
        if end == target {
            return finished(at: target, start, liquidity, zeroForOne, feePips)
        }
        guard let amountIn = amountIn(start, end, liquidity, zeroForOne),
            let amountOut = amountOut(start, end, liquidity, zeroForOne)
        else { return nil }
        return SwapStep(
            sqrtPriceX96: end, amountIn: amountIn, amountOut: amountOut,
            feeAmount: amount &- amountIn)
    }

    private static func exactOutput(
        _ start: SqrtPriceX96, _ target: SqrtPriceX96, _ liquidity: UInt128, amount: UInt256,
        feePips: UInt32
    ) -> SwapStep? {
        let zeroForOne = start >= target
        guard let toTarget = amountOut(start, target, liquidity, zeroForOne) else { return nil }
        var end = target
        var out = toTarget
        if amount < toTarget {
            guard
                let next = SqrtPriceMath.nextSqrtPriceX96(
                    from: start, liquidity: liquidity, amountOut: amount, zeroForOne: zeroForOne)
            else { return nil }
            end = next
            if end != target {
                guard let partial = amountOut(start, end, liquidity, zeroForOne) else { return nil }
                out = partial
            }
        }
        // The price moved at least as far as asked for: what that would pay beyond it is kept.
        if out > amount { out = amount }
        guard let amountIn = amountIn(start, end, liquidity, zeroForOne),
            let fee = fee(onAmountIn: amountIn, feePips: feePips)
        else { return nil }
        return SwapStep(sqrtPriceX96: end, amountIn: amountIn, amountOut: out, feeAmount: fee)
    }

    /// Whether an amount without its fee pays for the whole way to the target.
    @inline(__always)
    private static func reaches(
        _ target: SqrtPriceX96, _ start: SqrtPriceX96, _ liquidity: UInt128, _ zeroForOne: Bool,
        _ withoutFee: UInt256
    ) -> Bool? {
        if zeroForOne,
            let covers = SqrtPriceMath.covers(
                amount0: withoutFee, start, target, liquidity: liquidity)
        {
            return covers
        }
        return amountIn(start, target, liquidity, zeroForOne).map { withoutFee >= $0 }
    }

    /// An exact input's step that reaches its target.
    @inline(__always)
    private static func finished(
        at target: SqrtPriceX96, _ start: SqrtPriceX96, _ liquidity: UInt128, _ zeroForOne: Bool,
        _ feePips: UInt32
    ) -> SwapStep? {
        guard let amountIn = amountIn(start, target, liquidity, zeroForOne),
            let amountOut = amountOut(start, target, liquidity, zeroForOne),
            let fee = fee(onAmountIn: amountIn, feePips: feePips)
        else { return nil }
        return SwapStep(
            sqrtPriceX96: target, amountIn: amountIn, amountOut: amountOut, feeAmount: fee)
    }

    /// amountIn · φ / (1 − φ), rounded up: the fee is a share of amountIn + fee.
    @inline(__always)
    private static func fee(onAmountIn amountIn: UInt256, feePips: UInt32) -> UInt256? {
        UInt256.mulDivRoundingUp(
            amountIn, UInt256(UInt64(feePips)), UInt256(feePipsDenominator - UInt64(feePips)))
    }

    @inline(__always)
    private static func amountIn(
        _ start: SqrtPriceX96, _ end: SqrtPriceX96, _ liquidity: UInt128, _ zeroForOne: Bool
    ) -> UInt256? {
        zeroForOne
            ? SqrtPriceMath.amount0Delta(end, start, liquidity: liquidity, rounding: .up)
            : SqrtPriceMath.amount1Delta(start, end, liquidity: liquidity, rounding: .up)
    }

    @inline(__always)
    private static func amountOut(
        _ start: SqrtPriceX96, _ end: SqrtPriceX96, _ liquidity: UInt128, _ zeroForOne: Bool
    ) -> UInt256? {
        zeroForOne
            ? SqrtPriceMath.amount1Delta(end, start, liquidity: liquidity, rounding: .down)
            : SqrtPriceMath.amount0Delta(start, end, liquidity: liquidity, rounding: .down)
    }
}
