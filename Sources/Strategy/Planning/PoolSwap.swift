import Ethereum

/// A swap as a pool is asked for it.
public struct PoolSwap: Equatable, Hashable, Sendable {
    /// Whether token0 comes in and the price goes down.
    public var zeroForOne: Bool
    /// Raw units: above 0 what goes in, fee included; below 0 what must come out.
    public var amountSpecified: Int256

    public init(zeroForOne: Bool, amountSpecified: Int256) {
        self.zeroForOne = zeroForOne
        self.amountSpecified = amountSpecified
    }

    /// Whether what comes out is fixed and not what goes in.
    public var isExactOutput: Bool { amountSpecified.isNegative }
}
