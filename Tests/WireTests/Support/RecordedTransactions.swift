import CZlib
import Ethereum
import Foundation
import Testing

/// Real signed transactions, which live outside the repository: in `JITBOT_DATA`, else in
/// `../shared/data` beside the package.
enum RecordedTransactions {
    private static let path: String = {
        let root =
            ProcessInfo.processInfo.environment["JITBOT_DATA"]
            ?? URL(fileURLWithPath: #filePath)
            .appendingPathComponent("../../../../../shared/data").standardizedFileURL.path
        return root + "/raw-signed-txs/txs.csv.gz"
    }()

    /// Without the data a developer's run skips by name; a run with `CI=true` must not.
    static let isExpected: Bool =
        ProcessInfo.processInfo.environment["CI"] == "true"
        || FileManager.default.fileExists(atPath: path)

    static let absence: Comment = "recorded data not found: set JITBOT_DATA"

    /// A row of the file.
    struct Row {
        let hash: Hash32
        let from: Address
        let raw: [UInt8]
    }

    /// All rows.
    static func rows() throws -> [Row] {
        let file = try #require(gzopen(path, "rb"))
        defer { gzclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = Int(gzread(file, &chunk, UInt32(chunk.count)))
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return try bytes.split(separator: UInt8(ascii: "\n")).dropFirst().map { line in
            let columns = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            try #require(columns.count == 7)
            return Row(
                hash: try #require(Hash32(hex: columns[2])),
                from: try #require(Address(hex: columns[4])),
                raw: try #require(
                    Hex.decode(columns[6].filter { $0 != "\r" })))
        }
    }
}
