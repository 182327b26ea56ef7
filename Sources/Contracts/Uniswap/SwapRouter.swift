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

    private static let exactInputSelector = Selector(
        "exactInput((bytes,address,uint256,uint256,uint256))")
    private static let exactOutputSelector = Selector(
        "exactOutput((bytes,address,uint256,uint256,uint256))")

    /// Calldata that sells exactly `amountIn` over several pools.
    public static func exactInput(
        path: SwapPath, recipient: Address, deadline: UInt64, amountIn: UInt256,
        amountOutMinimum: UInt256
    ) -> [UInt8] {
        routed(exactInputSelector, path, recipient, deadline, amountIn, amountOutMinimum)
    }

    /// Calldata that buys exactly `amountOut` over several pools; the path runs backwards, from
    /// what is bought.
    public static func exactOutput(
        path: SwapPath, recipient: Address, deadline: UInt64, amountOut: UInt256,
        amountInMaximum: UInt256
    ) -> [UInt8] {
        routed(exactOutputSelector, path, recipient, deadline, amountOut, amountInMaximum)
    }

    /// A struct whose first field is dynamic: its five words stand behind an offset, the path
    /// behind them.
    private static func routed(
        _ selector: Selector, _ path: SwapPath, _ recipient: Address, _ deadline: UInt64,
        _ amount: UInt256, _ bound: UInt256
    ) -> [UInt8] {
        let packed = path.packed
        var calldata = Calldata(
            selector, 32, 160, recipient.word, UInt256(deadline), amount, bound,
            UInt256(UInt64(packed.count))
        ).bytes
        calldata += packed
        calldata += [UInt8](repeating: 0, count: (32 - packed.count % 32) % 32)
        return calldata
    }

    private static let multicallSelector = Selector("multicall(bytes[])")

    /// Calldata of several calls in one transaction.
    public static func multicall(_ calls: [[UInt8]]) -> [UInt8] {
        var heads = Calldata(multicallSelector, 32, UInt256(UInt64(calls.count)))
        var tail: [UInt8] = []
        for call in calls {
            heads.append(UInt256(UInt64(32 * calls.count + tail.count)))
            tail += UInt256(UInt64(call.count)).bigEndianBytes + call
            tail += [UInt8](repeating: 0, count: (32 - call.count % 32) % 32)
        }
        return heads.bytes + tail
    }
}
