import Ethereum

/// The ways in which a target can be served.
public enum BundleMode: String, Equatable, Sendable, CaseIterable {
    /// [open, target, close] with our own tokens, positions new.
    case inventory
    /// The same on positions that keep dust.
    case keptGrid
    /// One transaction around an order that anybody may submit, with a flash loan.
    case atomic
}

/// What one way of serving a target leaves, by execution under the fork's rules: what ways are
/// compared by.
public struct ModeOffer: Equatable, Sendable {
    public var mode: BundleMode
    /// Gas that is ours.
    public var gasUsed: UInt64
    /// Wei at the worst fair price, after everything that the way costs: gas, tip, hedge, loan.
    public var netProfitWei: Int256

    public init(mode: BundleMode, gasUsed: UInt64, netProfitWei: Int256) {
        self.mode = mode
        self.gasUsed = gasUsed
        self.netProfitWei = netProfitWei
    }

    /// What a proven bundle leaves.
    public init(_ bundle: SimulatedBundle) {
        self.init(
            mode: bundle.plan.keptPositions > 0 ? .keptGrid : .inventory,
            gasUsed: bundle.gasUsed, netProfitWei: bundle.lowestNetProfitWei)
    }

    /// The offer that leaves most; of equal ones the one with less gas, and then the earlier mode.
    public static func best(of offers: [ModeOffer]) -> ModeOffer? {
        offers.reduce(nil) { best, offer in
            guard let best else { return offer }
            if offer.netProfitWei != best.netProfitWei {
                return offer.netProfitWei > best.netProfitWei ? offer : best
            }
            return offer.gasUsed < best.gasUsed ? offer : best
        }
    }
}
