import Ethereum
import Foundation
import Testing

/// A recorded mainnet block: storage before and after, and the receipts' logs.
struct RecordedBlock: Decodable {
    struct Account: Decodable {
        var storage: [String: String]?
    }

    struct Log: Decodable {
        var address: String
        var topics: [String]
        var data: String
    }

    struct Receipt: Decodable {
        var logs: [Log]
    }

    var pre: [String: Account]
    var post: [String: Account]
    var receipts: [Receipt]

    static func load(_ number: Int) throws -> RecordedBlock {
        let gzip = Process()
        gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        gzip.arguments = [
            "gzip", "-dc",
            RecordedData.root.appendingPathComponent("mainnet-blocks-full/\(number).json.gz").path,
        ]
        let output = Pipe()
        gzip.standardOutput = output
        try gzip.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        gzip.waitUntilExit()
        return try JSONDecoder().decode(RecordedBlock.self, from: text)
    }

    static func words(_ account: Account?) throws -> [UInt256: UInt256] {
        var words: [UInt256: UInt256] = [:]
        for (slot, value) in account?.storage ?? [:] {
            let (key, word): (UInt256, UInt256) = (
                try #require(UInt256(hex: slot)), try #require(UInt256(hex: value))
            )
            words[key] = word
        }
        return words
    }
}
