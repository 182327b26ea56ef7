import Ethereum
import UniswapV3

/// Just-in-time liquidity by somebody: a position minted in front of others' swaps and burned
/// behind them, in transactions of its own within one block.
public struct JitAttack: Equatable, Sendable {
    public var block: UInt64
    public var pool: Address
    public var mintTransaction: Hash32
    public var burnTransaction: Hash32
    /// The others' transactions in between that swapped in the pool, in order.
    public var swapTransactions: [Hash32]
    public var range: RangeLiquidity
    /// What the mint took, and what the burn gave back without fees.
    public var minted: TokenAmounts
    public var burned: TokenAmounts
    /// What was collected beyond what was burned; nil where it was not collected in the block.
    public var fees: TokenAmounts?
    /// Raw units that those swaps took into the pool, fees included.
    public var swapsIn: TokenAmounts
    /// Raw units that those swaps took out of it.
    public var swapsOut: TokenAmounts
}

extension JitAttack {
    /// The position's part of all fees that the swaps paid, in millionths, rounded down; nil where
    /// the fees are not known, or are more than the swaps can have paid because older ones were
    /// collected with them.
    ///
    /// Where both tokens came in, token1 counts in token0 at the swaps' average price.
    public func feeShareMillionths(feePips: UInt32) -> UInt64? {
        guard let fees else { return nil }
        let million = UInt256(SwapMath.feePipsDenominator)
        func paid(_ amount: UInt256) -> UInt256 {
            UInt256.mulDiv(amount, UInt256(UInt64(feePips)), million) ?? .zero
        }
        let (in0, in1) = (paid(swapsIn.amount0), paid(swapsIn.amount1))
        let earned: UInt256
        let total: UInt256
        if in1.isZero {
            (earned, total) = (fees.amount0, in0)
        } else if in0.isZero {
            (earned, total) = (fees.amount1, in1)
        } else {
            let all0 = swapsIn.amount0 &+ swapsOut.amount0
            let all1 = swapsIn.amount1 &+ swapsOut.amount1
            guard let fees1 = UInt256.mulDiv(fees.amount1, all0, all1),
                let paid1 = UInt256.mulDiv(in1, all0, all1)
            else { return nil }
            (earned, total) = (fees.amount0 &+ fees1, in0 &+ paid1)
        }
        guard !total.isZero, let share = UInt256.mulDiv(earned, million, total)?.asUInt64,
            share <= SwapMath.feePipsDenominator
        else { return nil }
        return share
    }
}
