import Ethereum
import UniswapV3

/// One real swap with what just-in-time liquidity would have made of it: a row of the report.
public struct Opportunity: Equatable, Sendable {
    /// Where a row comes from: an input's digest, and the swap's place in the input.
    public struct Source: Hashable, Sendable, Comparable {
        public var input: Hash32
        public var row: Int

        package init(input: Hash32, row: Int) {
            self.input = input
            self.row = row
        }

        public static func < (a: Source, b: Source) -> Bool {
            a.input == b.input ? a.row < b.row : a.input < b.input
        }
    }

    /// A mark-out: the same inventory change at a later price of the pool itself.
    public enum MarkOut: Int, CaseIterable, Sendable {
        case atOnce, oneMinute, oneHour

        /// Seconds behind the swap.
        public var seconds: UInt64 {
            switch self {
            case .atOnce: 0
            case .oneMinute: 60
            case .oneHour: 3600
            }
        }

        /// How reports name it.
        public var label: String {
            switch self {
            case .atOnce: "t+0"
            case .oneMinute: "t+1min"
            case .oneHour: "t+1h"
            }
        }
    }

    public var source: Source
    public var block: UInt64
    /// Unix seconds.
    public var timestamp: UInt64
    /// The pool's address, or the pair and fee where the input does not tell it.
    public var pool: String
    public var feePips: UInt32
    public var zeroForOne: Bool
    public var isExactOutput: Bool
    /// Raw units.
    public var amountIn: UInt256
    public var amountOut: UInt256
    /// What went in, in wei at the pool's price before the swap; nil without WETH in the pool.
    public var amountInWei: UInt256?
    public var sqrtPriceX96Before: UInt256
    public var sqrtPriceX96After: UInt256
    public var tickBefore: Int32
    public var tickAfter: Int32
    public var baseFeeWei: UInt256
    public var outcome: String
    public var plan: PlannedLiquidity?
    /// Net profit by `MarkOut`, in its order; nil where no later price is known. Empty without a
    /// plan.
    public var markOutsWei: [Int256?] = []
    /// By `FairPriceScenario`: the plan's net profit were that the fair price; empty without one.
    public var heldWei: [Int256?] = []
    /// By `FairPriceScenario`: the net profit of what would have been served had that been known
    /// when planning; nil where nothing would have been. Empty where it was not asked.
    public var replannedWei: [Int256?] = []
    /// Whether somebody's just-in-time liquidity stood around the swap in fact; it is taken out of
    /// the pool here.
    public var hadRealJit: Bool = false

    /// Whether it would have been served.
    public var isServed: Bool { outcome == SwapDecision.served }
}
