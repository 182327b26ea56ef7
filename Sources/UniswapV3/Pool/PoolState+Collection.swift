import Ethereum

extension Position {
    /// Pays out what is owed, at most what is asked for of each token, as `collect` does; gives
    /// what is paid. A position without anything owed pays nothing, which is no error.
    @discardableResult
    public mutating func collect(
        amount0Requested: UInt128 = .max, amount1Requested: UInt128 = .max
    ) -> TokenAmounts {
        let paid0 = min(amount0Requested, tokensOwed0)
        let paid1 = min(amount1Requested, tokensOwed1)
        tokensOwed0 -= paid0
        tokensOwed1 -= paid1
        return TokenAmounts(amount0: UInt256(paid0), amount1: UInt256(paid1))
    }

    /// The position's four storage words (`PoolStorage.position`).
    public var words: (UInt256, UInt256, UInt256, UInt256) {
        (
            UInt256(liquidity), feeGrowthInside0LastX128, feeGrowthInside1LastX128,
            UInt256(tokensOwed0) | UInt256(tokensOwed1) << 128
        )
    }
}

extension PoolState {
    /// Pays the protocol's fees out, at most what is asked for of each token, as `collectProtocol`
    /// does for the factory's owner; gives what is paid. Whoever takes all of a token leaves one
    /// unit, which keeps the storage slot from being cleared.
    @discardableResult
    public mutating func collectProtocol(
        amount0Requested: UInt128 = .max, amount1Requested: UInt128 = .max
    ) throws(PoolError) -> TokenAmounts {
        guard slot0.isUnlocked else { throw .locked }
        func paid(_ requested: UInt128, of owed: UInt256) -> UInt256 {
            let amount = min(UInt256(requested), owed)
            return amount == owed && !amount.isZero ? amount &- .one : amount
        }
        let amounts = TokenAmounts(
            amount0: paid(amount0Requested, of: protocolFees.amount0),
            amount1: paid(amount1Requested, of: protocolFees.amount1))
        protocolFees.amount0 = protocolFees.amount0 &- amounts.amount0
        protocolFees.amount1 = protocolFees.amount1 &- amounts.amount1
        return amounts
    }

    /// Sets the protocol's part of the fees for each token that comes in, as `setFeeProtocol` does
    /// for the factory's owner: one in 4 to 10, or none with 0.
    public mutating func setFeeProtocol(_ part0: UInt8, _ part1: UInt8) throws(PoolError) {
        guard slot0.isUnlocked else { throw .locked }
        for part in [part0, part1] {
            guard part == 0 || (4...10).contains(part) else { throw .feeProtocolInvalid(part) }
        }
        slot0.feeProtocol = part0 | part1 << 4
    }

    /// What a flash loan costs: amount · fee, rounded up. nil where an amount is beyond what the
    /// contract's types hold.
    public func flashFees(of amounts: TokenAmounts) -> TokenAmounts? {
        let fee = UInt256(UInt64(feePips))
        let whole = UInt256(SwapMath.feePipsDenominator)
        guard let fee0 = UInt256.mulDivRoundingUp(amounts.amount0, fee, whole),
            let fee1 = UInt256.mulDivRoundingUp(amounts.amount1, fee, whole)
        else { return nil }
        return TokenAmounts(amount0: fee0, amount1: fee1)
    }

    /// Books a flash loan that was paid back with `paid` on top, at least its fees: the protocol's
    /// part, and the rest to the liquidity in range. That the pool owns what is lent is not known
    /// here. On an error the state is as before.
    public mutating func flash(
        _ amounts: TokenAmounts, paid: TokenAmounts
    ) throws(PoolError) {
        guard slot0.isUnlocked else { throw .locked }
        guard liquidity > 0 else { throw .liquidityZero }
        guard let fees = flashFees(of: amounts) else { throw .overflow }
        guard paid.amount0 >= fees.amount0, paid.amount1 >= fees.amount1 else {
            throw .flashUnderpaid(fees: fees)
        }
        let share0 = try flashShare(paid.amount0, denominator: slot0.feeProtocol & 15)
        let share1 = try flashShare(paid.amount1, denominator: slot0.feeProtocol >> 4)
        feeGrowthGlobal0X128 = feeGrowthGlobal0X128 &+ share0.growthX128
        feeGrowthGlobal1X128 = feeGrowthGlobal1X128 &+ share1.growthX128
        protocolFees.amount0 = UInt256(protocolFees.amount0.low128 &+ share0.protocolFee)
        protocolFees.amount1 = UInt256(protocolFees.amount1.low128 &+ share1.protocolFee)
    }

    /// How a flash fee is shared: the protocol's part rounded down, and the growth of the rest.
    private func flashShare(
        _ paid: UInt256, denominator: UInt8
    ) throws(PoolError) -> (protocolFee: UInt128, growthX128: UInt256) {
        let part =
            denominator == 0 ? .zero : paid.dividedOrZero(by: UInt256(UInt64(denominator)))
        guard
            let growth = UInt256.mulDiv(
                paid &- part, UInt256(0, 0, 1, 0), UInt256(liquidity))
        else { throw .overflow }
        return (part.low128, growth)
    }
}
