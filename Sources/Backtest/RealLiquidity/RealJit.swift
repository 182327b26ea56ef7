import Ethereum
import UniswapV3

/// Just-in-time liquidity that somebody really provided, as far as an input tells, with ours for
/// the same swaps beside it.
public struct RealJit: Equatable, Sendable {
    /// Ours beside it.
    public struct Ours: Equatable, Sendable {
        /// Where the pool that ours was planned on comes from.
        public enum Basis: String, CaseIterable, Sendable {
            /// The input's own pool, the other's liquidity taken out.
            case history
            /// A pool made of the other's amounts: price before and after, and passive liquidity
            /// taken as constant. An estimate.
            case reconstruction
        }

        public var basis: Basis
        public var outcome: String
        /// Wei at the pool's price before the swap.
        public var feeWei: UInt256
        /// Wei before gas, hedge and tip, and after them, at the worse end of the band.
        public var grossWei: Int256
        public var netWei: Int256
    }

    /// What an input's author says of an operation, as he wrote it: decimal amounts, not wei.
    public struct Stated: Equatable, Sendable {
        public var poolName: String
        public var fees0: DecimalAmount
        public var fees1: DecimalAmount
        public var feesUsd: DecimalAmount
        public var profitUsd: DecimalAmount
    }

    public var source: Opportunity.Source
    public var block: UInt64
    public var pool: String
    public var tickLower: Tick
    public var tickUpper: Tick
    /// Nil where the input does not tell.
    public var liquidity: UInt128?
    /// Raw units of fees; nil where they are not known.
    public var fees: TokenAmounts?
    /// The same in wei at the pool's price when it was over; nil where that is not known.
    public var feeWei: UInt256?
    /// What the position left in wei at that price, before gas and tip.
    public var grossWei: Int256?
    /// Wei paid to the block's builder; nil without traces.
    public var tipWei: UInt256?
    public var stated: Stated?
    public var ours: Ours?

    package init(
        source: Opportunity.Source, block: UInt64, pool: String, tickLower: Tick,
        tickUpper: Tick, liquidity: UInt128? = nil, fees: TokenAmounts? = nil,
        feeWei: UInt256? = nil, grossWei: Int256? = nil, tipWei: UInt256? = nil,
        stated: Stated? = nil, ours: Ours? = nil
    ) {
        self.source = source
        self.block = block
        self.pool = pool
        self.tickLower = tickLower
        self.tickUpper = tickUpper
        self.liquidity = liquidity
        self.fees = fees
        self.feeWei = feeWei
        self.grossWei = grossWei
        self.tipWei = tipWei
        self.stated = stated
        self.ours = ours
    }
}
