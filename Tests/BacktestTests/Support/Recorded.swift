import Backtest
import CZlib
import Foundation

/// Recorded files as sources.
enum Recorded {
    /// A file with what lies beside it; gzip data are unpacked.
    static func source(_ url: URL) throws -> BacktestSource {
        try BacktestSource(
            name: url.lastPathComponent, bytes: bytes(url),
            neighbour: { name in
                let beside = url.deletingLastPathComponent().appendingPathComponent(name)
                guard FileManager.default.fileExists(atPath: beside.path) else { return nil }
                return try bytes(beside)
            })
    }

    private struct Unreadable: Error {
        var path: String
    }

    static func bytes(_ url: URL) throws -> [UInt8] {
        guard let file = gzopen(url.path, "rb") else { throw Unreadable(path: url.path) }
        defer { gzclose(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = gzread(file, &part, UInt32(part.count))
            guard count >= 0 else { throw Unreadable(path: url.path) }
            if count == 0 { return bytes }
            bytes += part.prefix(Int(count))
        }
    }
}
