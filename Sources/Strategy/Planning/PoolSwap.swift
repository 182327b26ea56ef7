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

extension [PoolSwap] {
    /// Whether some fix what goes in and others what comes out.
    var mixesKinds: Bool {
        contains(where: \.isExactOutput) && !allSatisfy(\.isExactOutput)
    }

    /// The same swaps as at most so many, where there are more: neighbours of one kind are one swap
    /// of their sum, which goes the same way but for a unit of rounding each. Nil where more kinds
    /// follow each other than that.
    func merged(limit: Int) -> [PoolSwap]? {
        guard count > limit else { return self }
        var merged: [PoolSwap] = []
        for swap in self {
            if let last = merged.last, last.zeroForOne == swap.zeroForOne,
                last.isExactOutput == swap.isExactOutput
            {
                merged[merged.count - 1].amountSpecified =
                    last.amountSpecified &+ swap.amountSpecified
            } else {
                merged.append(swap)
            }
        }
        return merged.count > limit ? nil : merged
    }
}
