import Ethereum
import JSON
import Wire

/// The parameters of `eth_sendBundle`.
public struct SendBundleRequest: Equatable, Sendable {
    /// Signed transactions as bytes, in order.
    public var transactions: [[UInt8]]
    public var blockNumber: UInt64
    /// Unix seconds; nil for no bound.
    public var minTimestamp: UInt64?
    public var maxTimestamp: UInt64?
    public var revertingTxHashes: [Hash32]
    /// A version-4 UUID under which the sender replaces or cancels the bundle.
    public var replacementUuid: String?
    /// Names of the builders that are to get it; empty for the relay's own choice.
    public var builders: [String]

    public init(
        transactions: [[UInt8]], blockNumber: UInt64, minTimestamp: UInt64? = nil,
        maxTimestamp: UInt64? = nil, revertingTxHashes: [Hash32] = [],
        replacementUuid: String? = nil, builders: [String] = []
    ) {
        self.transactions = transactions
        self.blockNumber = blockNumber
        self.minTimestamp = minTimestamp
        self.maxTimestamp = maxTimestamp
        self.revertingTxHashes = revertingTxHashes
        self.replacementUuid = replacementUuid
        self.builders = builders
    }

    /// The call's parameters.
    public var params: JSON {
        var members: [JSON.Member] = [
            .init("txs", .array(transactions.map { .data($0) })),
            .init("blockNumber", .quantity(blockNumber)),
        ]
        if let minTimestamp { members.append(.init("minTimestamp", .integer(minTimestamp))) }
        if let maxTimestamp { members.append(.init("maxTimestamp", .integer(maxTimestamp))) }
        if !revertingTxHashes.isEmpty {
            members.append(
                .init("revertingTxHashes", .array(revertingTxHashes.map { .hash($0) })))
        }
        if let replacementUuid {
            members.append(.init("replacementUuid", .string(replacementUuid)))
        }
        if !builders.isEmpty {
            members.append(.init("builders", .array(builders.map { .string($0) })))
        }
        return .array([.object(members)])
    }

    /// What a relay reads. Clients send 0, empty lists and null for what they leave out.
    public init(_ params: JSON) throws(JSONRPCError) {
        let bundle = try BundleParameters(params)
        transactions = try bundle.transactions()
        blockNumber = try bundle.blockNumber()
        minTimestamp = try bundle.timestamp("minTimestamp")
        maxTimestamp = try bundle.timestamp("maxTimestamp")
        var hashes: [Hash32] = []
        for element in bundle.object["revertingTxHashes"]?.array ?? [] {
            guard let hash = element.hash else {
                throw JSONRPCError.invalidParams("revertingTxHashes must be 32-byte hashes")
            }
            hashes.append(hash)
        }
        revertingTxHashes = hashes
        replacementUuid = try bundle.uuid("replacementUuid", required: false)
        builders = (bundle.object["builders"]?.array ?? []).compactMap(\.string)
    }
}

/// The parameters of `eth_callBundle`.
public struct CallBundleRequest: Equatable, Sendable {
    public var transactions: [[UInt8]]
    public var blockNumber: UInt64
    /// The block behind which the bundle is executed; nil for the newest.
    public var stateBlockNumber: UInt64?
    /// Unix seconds of the simulated block; nil for a slot after the state's.
    public var timestamp: UInt64?

    public init(
        transactions: [[UInt8]], blockNumber: UInt64, stateBlockNumber: UInt64? = nil,
        timestamp: UInt64? = nil
    ) {
        self.transactions = transactions
        self.blockNumber = blockNumber
        self.stateBlockNumber = stateBlockNumber
        self.timestamp = timestamp
    }

    /// The call's parameters.
    public var params: JSON {
        var members: [JSON.Member] = [
            .init("txs", .array(transactions.map { .data($0) })),
            .init("blockNumber", .quantity(blockNumber)),
            .init("stateBlockNumber", stateBlockNumber.map { .quantity($0) } ?? "latest"),
        ]
        if let timestamp { members.append(.init("timestamp", .integer(timestamp))) }
        return .array([.object(members)])
    }

    /// What a relay reads.
    public init(_ params: JSON) throws(JSONRPCError) {
        let bundle = try BundleParameters(params)
        transactions = try bundle.transactions()
        blockNumber = try bundle.blockNumber()
        if let state = bundle.object["stateBlockNumber"], state.string != "latest", !state.isNull {
            guard let number = state.quantity64 ?? state.uint64 else {
                throw JSONRPCError.invalidParams("stateBlockNumber must be a quantity or latest")
            }
            stateBlockNumber = number
        }
        timestamp = try bundle.timestamp("timestamp")
    }
}

/// The one object that bundle calls take.
struct BundleParameters {
    /// Transactions of a bundle at most.
    static let maximumTransactions = 100
    /// Bytes of all of them at most.
    static let maximumBytes = 300_000

    let object: JSON

    init(_ params: JSON) throws(JSONRPCError) {
        guard let object = params[0], object.object != nil else {
            throw JSONRPCError.invalidParams("expected one object")
        }
        self.object = object
    }

    func transactions() throws(JSONRPCError) -> [[UInt8]] {
        guard let elements = object["txs"]?.array, !elements.isEmpty else {
            throw JSONRPCError.server("bundle missing txs")
        }
        guard elements.count <= Self.maximumTransactions else {
            throw JSONRPCError.server(
                "invalid bundle body size: \(elements.count) transactions, at most "
                    + "\(Self.maximumTransactions)")
        }
        var transactions: [[UInt8]] = []
        var bytes = 0
        for element in elements {
            guard let raw = element.data else {
                throw JSONRPCError.server("unable to decode txs")
            }
            bytes += raw.count
            transactions.append(raw)
        }
        guard bytes <= Self.maximumBytes else {
            throw JSONRPCError.server(
                "invalid bundle body size: \(bytes) bytes, at most \(Self.maximumBytes)")
        }
        return transactions
    }

    func blockNumber() throws(JSONRPCError) -> UInt64 {
        guard let field = object["blockNumber"], let number = field.quantity64 ?? field.uint64
        else { throw JSONRPCError.server("bundle missing blockNumber") }
        return number
    }

    /// Unix seconds; 0, null and nothing are no bound.
    func timestamp(_ key: String) throws(JSONRPCError) -> UInt64? {
        guard let field = object[key], !field.isNull else { return nil }
        guard let seconds = field.uint64 ?? field.quantity64 else {
            throw JSONRPCError.invalidParams("\(key) must be Unix seconds")
        }
        return seconds == 0 ? nil : seconds
    }

    func uuid(_ key: String, required: Bool) throws(JSONRPCError) -> String? {
        guard let field = object[key], !field.isNull else {
            if required { throw JSONRPCError.invalidParams("\(key) is missing") }
            return nil
        }
        guard let text = field.string, BundleUuid.isValid(text) else {
            throw JSONRPCError.invalidParams("\(key) must be a UUID")
        }
        return text.lowercased()
    }
}

/// The form of a UUID: 8-4-4-4-12 hexadecimal digits.
public enum BundleUuid {
    static func isValid(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.count) == [8, 4, 4, 4, 12]
            && parts.joined().utf8.allSatisfy { Hex.nibble($0) != nil }
    }

    /// The UUID of version 4 that a hash gives: the same bundle gets the same name.
    public static func from(_ hash: Hash32) -> String {
        var bytes = Array(hash.bytes.prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Array(Hex.encode(bytes))
        func part(_ range: Range<Int>) -> String { String(digits[range]) }
        return [part(0..<8), part(8..<12), part(12..<16), part(16..<20), part(20..<32)]
            .joined(separator: "-")
    }
}
