import Ethereum

/// What is assumed of those who may pay a builder more for the same target.
public struct RivalParameters: Equatable, Sendable {
    /// The share of what he could earn that a rival is assumed to bid, in basis points; 0 where
    /// there are no rivals.
    public var bidShareBps: UInt64
    /// Gas of a sandwich's two trades, and of a back-run.
    public var sandwichGas: UInt64
    public var backrunGas: UInt64
    /// Wei that a sandwicher may put into his front-run.
    public var sandwichCapitalWei: UInt256

    public init(
        bidShareBps: UInt64, sandwichGas: UInt64 = 220_000, backrunGas: UInt64 = 110_000,
        sandwichCapitalWei: UInt256 = UInt256(10_000) &* UInt256(1_000_000_000_000_000_000)
    ) {
        self.bidShareBps = bidShareBps
        self.sandwichGas = sandwichGas
        self.backrunGas = backrunGas
        self.sandwichCapitalWei = sandwichCapitalWei
    }

    /// Nobody else is there, as on a devnet of one's own.
    public static let none = RivalParameters(bidShareBps: 0)
    /// A public mempool: whoever can earn bids nine tenths of it.
    public static let publicMempool = RivalParameters(bidShareBps: 9000)
}
