import Ethereum

/// What it costs to trade the inventory back after a bundle.
public struct HedgeCost: Equatable, Sendable {
    /// Of what is traded: taker's fee, half the spread and impact, in hundredths of a basis point.
    public var costPips: UInt64
    /// Wei for each bundle, whatever the amount.
    public var fixedWei: UInt256

    public init(costPips: UInt64, fixedWei: UInt256 = .zero) {
        self.costPips = costPips
        self.fixedWei = fixedWei
    }

    /// Where the band of the fair price already holds the cost.
    public static let none = HedgeCost(costPips: 0)

    /// The trade that undoes a change of the token that is not WETH, and its cost, rounded up; nil
    /// where it does not fit 256 bits.
    public func hedge(ofOther change: Int256, _ valuation: WethValuation) -> Hedge? {
        guard change != .zero else {
            return Hedge(direction: .sell, amountRaw: .zero, costWei: .zero)
        }
        guard let worth = valuation.weiOfOther(change.magnitude, roundingUp: true),
            let cost = UInt256.mulDivRoundingUp(worth, UInt256(costPips), 1_000_000)
        else { return nil }
        return Hedge(
            direction: change.isNegative ? .buy : .sell, amountRaw: change.magnitude,
            costWei: cost &+ fixedWei)
    }
}

/// The trade that brings the inventory back to its split.
public struct Hedge: Equatable, Sendable {
    /// Which side of the trade is ours.
    public enum Direction: String, Sendable { case sell, buy }

    /// What to do with the token that is not WETH.
    public var direction: Direction
    /// Raw units of it.
    public var amountRaw: UInt256
    /// Wei that the trade is expected to cost.
    public var costWei: UInt256

    public init(direction: Direction, amountRaw: UInt256, costWei: UInt256) {
        self.direction = direction
        self.amountRaw = amountRaw
        self.costWei = costWei
    }
}
