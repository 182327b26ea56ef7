import Ethereum

/// A block by number and hash: after a reorganisation two blocks have the same number.
public struct BlockReference: Hashable, Sendable {
    public var number: UInt64
    public var hash: Hash32

    public init(number: UInt64, hash: Hash32) {
        self.number = number
        self.hash = hash
    }
}

extension BlockReference: CustomStringConvertible {
    /// `block 7 (0x…)`.
    public var description: String { "block \(number) (\(hash))" }
}
