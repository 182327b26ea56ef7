/// A set of protocol rules, named as on mainnet, in the order in which they came into force.
public enum Fork: Int, Comparable, CaseIterable, Sendable {
    case frontier, homestead
    /// EIP-150.
    case tangerineWhistle
    /// EIP-155, EIP-158.
    case spuriousDragon
    case byzantium, constantinople
    /// Constantinople without EIP-1283.
    case petersburg
    case istanbul, berlin, london, paris, shanghai, cancun, prague, osaka, amsterdam

    public static func < (a: Fork, b: Fork) -> Bool { a.rawValue < b.rawValue }
}
