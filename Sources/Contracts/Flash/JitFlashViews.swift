import Ethereum

/// What the flash contract tells of itself: calls, whose answers are one word each.
public enum JitFlashViews {
    /// Calldata for the address of the executor.
    public static let executor = Calldata(Selector("EXECUTOR()")).bytes
    /// Calldata for the address of the trampoline.
    public static let trampoline = Calldata(Selector("TRAMPOLINE()")).bytes

    private static let lenderKindSelector = Selector("lenderKind(address)")
    private static let isTargetSelector = Selector("isTarget(address,bytes4)")
    private static let tokenLimitSelector = Selector("tokenLimit(address)")

    /// Calldata for a lender's kind, a raw value of `JitFlash.LenderKind`; 0 is not allowed.
    public static func lenderKind(_ lender: Address) -> [UInt8] {
        Calldata(lenderKindSelector, lender.word).bytes
    }

    /// Calldata for whether orders may call a function of a target.
    public static func isTarget(_ target: Address, selector: Selector) -> [UInt8] {
        Calldata(isTargetSelector, target.word, UInt256(UInt64(selector.value)) << 224).bytes
    }

    /// Calldata for the largest loan of a token other than WETH, raw units; 0 is none.
    public static func tokenLimit(_ token: Address) -> [UInt8] {
        Calldata(tokenLimitSelector, token.word).bytes
    }
}
