import Ethereum
import JSON

/// One input of a backtest.
public struct BacktestInput: Equatable, Sendable {
    /// What a file holds.
    public enum Kind: String, CaseIterable, Sendable {
        /// A pool's events as a table.
        case poolHistory
        /// A whole block with its state, executed in the EVM.
        case recordedBlock
        /// Calls of pools in blocks, without the pools' states.
        case poolCalls
        /// Just-in-time operations of others as a table.
        case jitOperations
    }

    /// The file's name without folders.
    public var name: String
    public var kind: Kind
    /// Keccak-256 over the name and all bytes that the results depend on.
    public var digest: Hash32
    /// The pool's address, or pair and fee; nil for an input of many pools.
    public var pool: String?

    /// The digest of parts, each with its length in front.
    static func digest(_ parts: [[UInt8]]) -> Hash32 {
        var bytes: [UInt8] = []
        for part in parts {
            bytes += UInt256(UInt64(part.count)).bigEndianBytes
            // Of each part its hash, so that a large file is not copied once more.
            bytes += Keccak256.hash(part).bytes
        }
        return Keccak256.hash(bytes)
    }

    var json: JSON {
        [
            "name": .string(name), "kind": .string(kind.rawValue), "digest": .hash(digest),
            "pool": pool.map { .string($0) } ?? .null,
        ]
    }

    init(name: String, kind: Kind, digest: Hash32, pool: String?) {
        self.name = name
        self.kind = kind
        self.digest = digest
        self.pool = pool
    }

    init(_ object: JSONObject) throws(FieldError) {
        let kind = try object.string("kind")
        guard let known = Kind(rawValue: kind) else {
            throw FieldError(field: "kind", expected: "a kind of input", found: kind)
        }
        name = try object.string("name")
        self.kind = known
        digest = try object.hash("digest")
        pool = try object.required("pool") == .null ? nil : try object.string("pool")
    }
}
