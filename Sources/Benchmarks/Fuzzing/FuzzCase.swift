import EVM
import Ethereum

/// One program with what came of it here, as the peer reads it: a line of JSON.
struct FuzzCase: Codable {
    /// An account before the program.
    struct AccountFields: Codable {
        var balance: String
        var nonce: UInt64
        var code: String
        var storage: [String: String]
    }

    /// An account after it; nil fields are as before.
    struct Changed: Codable {
        var exists: Bool
        var balance: String
        var nonce: UInt64
        var code: String?
        var storageCleared: Bool
        var storage: [String: String]
    }

    struct LogFields: Codable {
        var address: String
        var topics: [String]
        var data: String
    }

    struct Outcome: Codable {
        /// `success`, `revert` or `halt`.
        var status: String
        var reason: String?
        var gasUsed: UInt64
        var gasRefunded: UInt64
        var output: String
        var created: String?
        var logs: [LogFields]
        var changes: [String: Changed]
        /// Slots that were read or written, by account.
        var slots: [String: [String]]
    }

    var seed: UInt64
    var program: UInt64
    var kind: String
    var fork: String
    var number: UInt64
    var timestamp: UInt64
    var accounts: [String: AccountFields]
    var from: String
    var to: String?
    var value: String
    var data: String
    var gas: UInt64
    var outcome: Outcome
}
