import Ethereum

/// Calls of Uniswap's SwapRouter (v3-periphery), through which users swap.
public enum SwapRouter {
    private static let exactInputSingleSelector = Selector(
        "exactInputSingle((address,address,uint24,address,uint256,uint256,uint256,uint160))")
    private static let exactOutputSingleSelector = Selector(
        "exactOutputSingle((address,address,uint24,address,uint256,uint256,uint256,uint160))")

    /// Calldata that sells exactly `amountIn`, or less where the price limit stops it.
    /// A limit of 0 means none.
    public static func exactInputSingle(
        tokenIn: Address, tokenOut: Address, fee: UInt32, recipient: Address, deadline: UInt64,
        amountIn: UInt256, amountOutMinimum: UInt256, sqrtPriceLimitX96: UInt256
    ) -> [UInt8] {
        Calldata(
            exactInputSingleSelector, tokenIn.word, tokenOut.word, UInt256(UInt64(fee)),
            recipient.word, UInt256(deadline), amountIn, amountOutMinimum, sqrtPriceLimitX96
        ).bytes
    }

    /// Calldata that buys exactly `amountOut`, or less where the price limit stops it.
    /// A limit of 0 means none.
    public static func exactOutputSingle(
        tokenIn: Address, tokenOut: Address, fee: UInt32, recipient: Address, deadline: UInt64,
        amountOut: UInt256, amountInMaximum: UInt256, sqrtPriceLimitX96: UInt256
    ) -> [UInt8] {
        Calldata(
            exactOutputSingleSelector, tokenIn.word, tokenOut.word, UInt256(UInt64(fee)),
            recipient.word, UInt256(deadline), amountOut, amountInMaximum, sqrtPriceLimitX96
        ).bytes
    }
}
