import Ethereum

/// Calls of Uniswap's position manager (v3-periphery), through which passive liquidity comes.
public enum NonfungiblePositionManager {
    private static let mintSelector = Selector(
        "mint((address,address,uint24,int24,int24,uint256,uint256,uint256,uint256,address,uint256))"
    )

    /// Calldata that opens a position with at most these amounts.
    public static func mint(
        token0: Address, token1: Address, fee: UInt32, tickLower: Int32, tickUpper: Int32,
        amount0Desired: UInt256, amount1Desired: UInt256, recipient: Address, deadline: UInt64
    ) -> [UInt8] {
        Calldata(
            mintSelector, token0.word, token1.word, UInt256(UInt64(fee)), UInt256(tick: tickLower),
            UInt256(tick: tickUpper), amount0Desired, amount1Desired, .zero, .zero,
            recipient.word, UInt256(deadline)
        ).bytes
    }
}
