import Ethereum

/// A holding whose balance on the chain is not what the books say.
public struct LedgerDifference: Hashable, Sendable {
    public var block: BlockReference
    public var holding: Holding
    /// Wei or raw units by the books.
    public var bookedRaw: Int256
    /// Wei or raw units on the chain.
    public var onChainRaw: UInt256

    public init(
        block: BlockReference, holding: Holding, bookedRaw: Int256, onChainRaw: UInt256
    ) {
        self.block = block
        self.holding = holding
        self.bookedRaw = bookedRaw
        self.onChainRaw = onChainRaw
    }

    /// On the chain less booked; nil where a signed 256-bit integer does not hold it, which only a
    /// token that lies about balances can bring about.
    public var differenceRaw: Int256? {
        guard let onChain = Int256(magnitude: onChainRaw) else { return nil }
        return onChain.subtractingExactly(bookedRaw)
    }

    /// Whether the two are the same number.
    public var agrees: Bool { !bookedRaw.isNegative && bookedRaw.bitPattern == onChainRaw }
}

extension LedgerDifference: CustomStringConvertible {
    /// What an operator reads.
    public var description: String {
        "\(holding) at \(block): booked \(bookedRaw), on the chain \(onChainRaw)"
    }
}
