import Ethereum

/// The code of a contract with what is worked out once per code: shared between threads, simulations
/// and all accounts that have it.
public final class Code: Sendable, Equatable {
    /// The bytes as deployed.
    public let bytes: [UInt8]
    /// keccak256 of the bytes.
    public let hash: Hash32

    /// The code of these bytes.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        self.hash = Keccak256.hash(bytes)
    }

    /// No code.
    public static let empty = Code([])

    public static func == (a: Code, b: Code) -> Bool { a.hash == b.hash }
}
