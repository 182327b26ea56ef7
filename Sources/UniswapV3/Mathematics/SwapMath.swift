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
        let kept = feePipsDenominator - UInt64(feePips)
        // What is left without its fee, times 10^6: it takes part in comparisons undivided.
        guard let scaled = amount.multipliedChecked(by: UInt256(kept)) else {
            guard
                let withoutFee = UInt256.mulDiv(
                    amount, UInt256(kept), UInt256(feePipsDenominator)),
                let needed = amountIn(start, target, liquidity, zeroForOne)
            else { return nil }
            return withoutFee >= needed
                ? finished(at: target, start, liquidity, zeroForOne, feePips, amountIn: needed)
                : unfinished(
                    target, start, liquidity, zeroForOne, feePips, amount, withoutFee: withoutFee)
        }
        let withoutFee: UInt256
        if zeroForOne {
            withoutFee = FixedPoint.divided(scaled, by: feePipsDenominator).quotient
            let covers = SqrtPriceMath.covers(
                amount0: withoutFee, start, target, liquidity: liquidity)
            if covers != false {
                guard let needed = amountIn(start, target, liquidity, zeroForOne) else {
                    return nil
                }
                if withoutFee >= needed {
                    return finished(
                        at: target, start, liquidity, zeroForOne, feePips, amountIn: needed)
                }
            }
        } else {
            guard let needed = amountIn(start, target, liquidity, zeroForOne) else { return nil }
            // ⌊scaled / 10^6⌋ ≥ needed.
            if let price = needed.multipliedChecked(by: UInt256(feePipsDenominator)),
                scaled >= price
            {
                return finished(
                    at: target, start, liquidity, zeroForOne, feePips, amountIn: needed)
            }
            withoutFee = FixedPoint.divided(scaled, by: feePipsDenominator).quotient
        }
        return unfinished(
            target, start, liquidity, zeroForOne, feePips, amount, withoutFee: withoutFee)
    }

    /// An exact input's step that ends before its target.
    @inline(__always)
    private static func unfinished(
        _ target: SqrtPriceX96, _ start: SqrtPriceX96, _ liquidity: UInt128, _ zeroForOne: Bool,
        _ feePips: UInt32, _ amount: UInt256, withoutFee: UInt256
    ) -> SwapStep? {
        guard
            let end = SqrtPriceMath.nextSqrtPriceX96(
                from: start, liquidity: liquidity, amountIn: withoutFee, zeroForOne: zeroForOne),
            let amountIn = amountIn(start, end, liquidity, zeroForOne)
        else { return nil }
        // Rounding can still land exactly on the target; then the fee is the step's own.
        if end == target {
            return finished(
                at: target, start, liquidity, zeroForOne, feePips, amountIn: amountIn)
        }
        guard let amountOut = amountOut(start, end, liquidity, zeroForOne) else { return nil }
        return SwapStep(
            sqrtPriceX96: end, amountIn: amountIn, amountOut: amountOut,
            feeAmount: amount &- amountIn)
    }

    private static func exactOutput(
        _ start: SqrtPriceX96, _ target: SqrtPriceX96, _ liquidity: UInt128, amount: UInt256,
        feePips: UInt32
    ) -> SwapStep? {
        let zeroForOne = start >= target
        guard let reaches = pays(for: amount, start, target, liquidity, zeroForOne) else {
            return nil
        }
        var end = target
        var out = amount
        if !reaches {
            guard
                let next = SqrtPriceMath.nextSqrtPriceX96(
                    from: start, liquidity: liquidity, amountOut: amount, zeroForOne: zeroForOne)
            else { return nil }
            end = next
        }
        if end == target {
            guard let toTarget = amountOut(start, target, liquidity, zeroForOne) else {
                return nil
            }
            out = min(toTarget, amount)
        }
        // Else the price moved at least as far as asked for, because it was rounded that way, so
        // that it would pay at least the amount: what it would pay beyond is kept.
        guard let amountIn = amountIn(start, end, liquidity, zeroForOne),
            let fee = fee(onAmountIn: amountIn, feePips: feePips)
        else { return nil }
        return SwapStep(sqrtPriceX96: end, amountIn: amountIn, amountOut: out, feeAmount: fee)
    }

    /// Whether the way to the target pays out no more than `amount`, so that it is gone whole.
    @inline(__always)
    private static func pays(
        for amount: UInt256, _ start: SqrtPriceX96, _ target: SqrtPriceX96, _ liquidity: UInt128,
        _ zeroForOne: Bool
    ) -> Bool? {
        // The token0 of the way, rounded down, is at most the amount where it is below the amount
        // plus one.
        if !zeroForOne, let above = amount.addingChecked(.one),
            let exceeds = SqrtPriceMath.exceeds(amount0: above, start, target, liquidity: liquidity)
        {
            return exceeds
        }
        return amountOut(start, target, liquidity, zeroForOne).map { amount >= $0 }
    }

    /// An exact input's step that reaches its target.
    @inline(__always)
    private static func finished(
        at target: SqrtPriceX96, _ start: SqrtPriceX96, _ liquidity: UInt128, _ zeroForOne: Bool,
        _ feePips: UInt32, amountIn: UInt256
    ) -> SwapStep? {
        guard let amountOut = amountOut(start, target, liquidity, zeroForOne),
            let fee = fee(onAmountIn: amountIn, feePips: feePips)
        else { return nil }
        return SwapStep(
            sqrtPriceX96: target, amountIn: amountIn, amountOut: amountOut, feeAmount: fee)
    }

    /// amountIn · φ / (1 − φ), rounded up: the fee is a share of amountIn + fee.
    @inline(__always)
    private static func fee(onAmountIn amountIn: UInt256, feePips: UInt32) -> UInt256? {
        let kept = feePipsDenominator - UInt64(feePips)
        guard let product = amountIn.multipliedChecked(by: UInt256(UInt64(feePips))) else {
            return UInt256.mulDivRoundingUp(amountIn, UInt256(UInt64(feePips)), UInt256(kept))
        }
        let (quotient, remainder) = FixedPoint.divided(product, by: kept)
        return remainder == 0 ? quotient : quotient.addingChecked(.one)
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
