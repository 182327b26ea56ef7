/// One balance: an account's units of a token, or its ether.
public struct Holding: Hashable, Sendable {
    public var account: Address
    /// Nil for ether.
    public var token: Address?

    public init(account: Address, token: Address?) {
        self.account = account
        self.token = token
    }
}

extension Holding: Comparable {
    /// By account, ether before tokens.
    public static func < (a: Holding, b: Holding) -> Bool {
        if a.account != b.account { return a.account < b.account }
        return (a.token ?? .zero) < (b.token ?? .zero)
    }
}

extension Holding: CustomStringConvertible {
    /// `ether of 0x…` or `token 0x… of 0x…`.
    public var description: String {
        "\(token.map { "token \($0)" } ?? "ether") of \(account)"
    }
}
