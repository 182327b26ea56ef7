/// Who else may pay a builder for what a target brings.
public enum Rival: String, Equatable, Sendable, CaseIterable, CustomStringConvertible {
    /// Trades in front of the target up to its minimum output, and back behind it.
    case sandwich
    /// Trades behind the target against the fair price; our liquidity takes from it.
    case backrun
    /// Opens liquidity as we do.
    case jit

    public var description: String {
        switch self {
        case .sandwich: "a sandwicher"
        case .backrun: "a backrunner"
        case .jit: "another provider of just-in-time liquidity"
        }
    }
}
