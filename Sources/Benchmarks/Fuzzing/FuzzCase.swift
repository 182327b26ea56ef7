import World

/// One program with what came of it here, as the peer reads it: a line of JSON.
struct FuzzCase: Codable {
    /// An account before the program.
    struct AccountFields: Codable {
        var balance: String
        var nonce: UInt64
        var code: String
        var storage: [String: String]
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
    var outcome: EngineOutcome
}
