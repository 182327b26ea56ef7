import Ethereum

/// How the operator wants dust to be kept.
public struct GridTerms: Equatable, Sendable {
    /// Ranges to either side of the price's own in which dust is to stand.
    public var rangesPerSide: Int
    /// Wei of gas that one seeding or retirement may cost, all its transactions together.
    public var maxCostWei: UInt256
    /// Blocks between two seedings of a pool at least.
    public var minimumBlocks: UInt64
    /// Dust is taken out and none is put in.
    public var retires: Bool

    /// Ranges to either side that may be asked for.
    public static let rangesPerSideLimit = 16

    public init(
        rangesPerSide: Int, maxCostWei: UInt256 = 50_000_000_000_000_000,
        minimumBlocks: UInt64 = 300, retires: Bool = false
    ) {
        self.rangesPerSide = rangesPerSide
        self.maxCostWei = maxCostWei
        self.minimumBlocks = minimumBlocks
        self.retires = retires
    }

    /// Ranges next to the price's own, to either side, without one of which the grid is renewed:
    /// half of what is asked for, rounded up. So the price has to leave the inner half first.
    var innerRangesPerSide: Int { (rangesPerSide + 1) / 2 }

    /// How far from the price's range dust is looked for, in ranges.
    var reach: Int { retires ? Self.retirementReach : 2 * rangesPerSide }

    /// What was seeded further away than this is not found any more.
    private static let retirementReach = 256
}

/// Why the grid of a pool is not changed.
public enum GridRefusal: Error, Equatable, Sendable {
    case rejected(Rejection)
    /// One transaction would cost more than the operator allows.
    case tooDear(costWei: UInt256, limitWei: UInt256)
    /// In this pool even the least liquidity is worth something.
    case notDust(worthWei: UInt256, limitWei: UInt256)
    case transactionFails(String)

    /// The name in events.
    public var label: String {
        switch self {
        case .rejected(let rejection): rejection.label
        case .tooDear: "too_dear"
        case .notDust: "not_dust"
        case .transactionFails: "transaction_fails"
        }
    }
}

extension GridRefusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .rejected(let rejection): "\(rejection)"
        case .tooDear(let cost, let limit):
            "one transaction would cost \(cost) wei of gas, at most \(limit) are allowed"
        case .notDust(let worth, let limit):
            "its liquidity would be worth \(worth) wei, dust is at most \(limit)"
        case .transactionFails(let reason): "the transaction would fail: \(reason)"
        }
    }
}
