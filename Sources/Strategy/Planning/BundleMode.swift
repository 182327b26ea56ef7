import Ethereum

/// The ways in which a target can be served.
public enum BundleMode: String, Equatable, Sendable, CaseIterable {
    /// [open, target, close] with our own tokens, positions new.
    case inventory
    /// The same on positions that keep dust.
    case keptGrid = "kept_grid"
    /// One transaction around an order that anybody may submit, with a flash loan.
    case atomic

    /// The name in events and in the ledger.
    public var label: String { rawValue }
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
            mode: bundle.plan.mode, gasUsed: bundle.gasUsed,
            netProfitWei: bundle.lowestNetProfitWei)
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

/// What came of a way of serving a target that was not chosen: what it would have left, proven by
/// execution like the chosen one, or why it was refused.
public enum ModeOutcome: Equatable, Sendable {
    case proven(ModeOffer)
    /// The rejection's label, and what an operator reads.
    case refused(BundleMode, label: String, reason: String)

    public var mode: BundleMode {
        switch self {
        case .proven(let offer): offer.mode
        case .refused(let mode, _, _): mode
        }
    }
}

extension ModeOutcome: CustomStringConvertible {
    public var description: String {
        switch self {
        case .proven(let offer): "\(offer.mode.label) would have left \(offer.netProfitWei) wei"
        case .refused(let mode, _, let reason): "\(mode.label) was refused: \(reason)"
        }
    }
}
