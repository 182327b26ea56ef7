import Ethereum

/// Functions of SwapRouter and SwapRouter02 (v3-periphery, swap-router-contracts): the two differ
/// in their structs, so that a selector tells them apart.
enum RouterFunctions {
    /// A function and what it takes. A function of one struct takes the struct's fields.
    struct Entry: Sendable {
        let signature: ABISignature
        let arguments: ArgumentLayout
        let isStruct: Bool
    }

    /// By selector.
    static let bySelector: [UInt32: Entry] = {
        var table: [UInt32: Entry] = [:]
        for (name, declaration) in declarations {
            let isStruct = declaration.hasPrefix("(")
            let fields = isStruct ? String(declaration.dropFirst().dropLast()) : declaration
            guard let layout = ArgumentLayout(fields) else { continue }
            let signature = ABISignature(
                name: name, arguments: isStruct ? [.tuple(layout.types)] : layout.types)
            table[Selector(signature.description).value] = Entry(
                signature: signature, arguments: layout, isStruct: isStruct)
        }
        return table
    }()

    /// Calls in one call: an array of calldata, with or without a condition before it.
    static let multicall = Selector("multicall(bytes[])").value
    static let multicallWithDeadline = Selector("multicall(uint256,bytes[])").value
    static let multicallWithParent = Selector("multicall(bytes32,bytes[])").value

    /// Name and declared arguments; round brackets around all of them for a struct.
    static let declarations: [(name: String, arguments: String)] = [
        // SwapRouter
        (
            "exactInputSingle",
            "(address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 deadline, "
                + "uint256 amountIn, uint256 amountOutMinimum, uint160 sqrtPriceLimitX96)"
        ),
        (
            "exactInput",
            "(bytes path, address recipient, uint256 deadline, uint256 amountIn, "
                + "uint256 amountOutMinimum)"
        ),
        (
            "exactOutputSingle",
            "(address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 deadline, "
                + "uint256 amountOut, uint256 amountInMaximum, uint160 sqrtPriceLimitX96)"
        ),
        (
            "exactOutput",
            "(bytes path, address recipient, uint256 deadline, uint256 amountOut, "
                + "uint256 amountInMaximum)"
        ),
        // SwapRouter02
        (
            "exactInputSingle",
            "(address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 amountIn, "
                + "uint256 amountOutMinimum, uint160 sqrtPriceLimitX96)"
        ),
        (
            "exactInput",
            "(bytes path, address recipient, uint256 amountIn, uint256 amountOutMinimum)"
        ),
        (
            "exactOutputSingle",
            "(address tokenIn, address tokenOut, uint24 fee, address recipient, "
                + "uint256 amountOut, uint256 amountInMaximum, uint160 sqrtPriceLimitX96)"
        ),
        (
            "exactOutput",
            "(bytes path, address recipient, uint256 amountOut, uint256 amountInMaximum)"
        ),
        (
            "swapExactTokensForTokens",
            "uint256 amountIn, uint256 amountOutMin, address[] path, address to"
        ),
        (
            "swapTokensForExactTokens",
            "uint256 amountOut, uint256 amountInMax, address[] path, address to"
        ),
        ("wrapETH", "uint256 value"),
        ("pull", "address token, uint256 value"),
        ("approveMax", "address token"),
        ("approveMaxMinusOne", "address token"),
        ("approveZeroThenMax", "address token"),
        ("approveZeroThenMaxMinusOne", "address token"),
        ("callPositionManager", "bytes data"),
        ("unwrapWETH9", "uint256 amountMinimum"),
        ("unwrapWETH9WithFee", "uint256 amountMinimum, uint256 feeBips, address feeRecipient"),
        ("sweepToken", "address token, uint256 amountMinimum"),
        (
            "sweepTokenWithFee",
            "address token, uint256 amountMinimum, uint256 feeBips, address feeRecipient"
        ),
        // Both
        ("refundETH", ""),
        ("unwrapWETH9", "uint256 amountMinimum, address recipient"),
        (
            "unwrapWETH9WithFee",
            "uint256 amountMinimum, address recipient, uint256 feeBips, address feeRecipient"
        ),
        ("sweepToken", "address token, uint256 amountMinimum, address recipient"),
        (
            "sweepTokenWithFee",
            "address token, uint256 amountMinimum, address recipient, uint256 feeBips, "
                + "address feeRecipient"
        ),
        ("selfPermit", permit),
        ("selfPermitIfNecessary", permit),
        ("selfPermitAllowed", permitAllowed),
        ("selfPermitAllowedIfNecessary", permitAllowed),
    ]

    private static let permit =
        "address token, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s"
    private static let permitAllowed =
        "address token, uint256 nonce, uint256 expiry, uint8 v, bytes32 r, bytes32 s"
}
