import Ethereum
import Foundation
import Testing
import UniswapV3

/// The recorded mainnet data, which lives outside the repository: `JITBOT_DATA`, else
/// `../shared/data` beside the package.
enum RecordedData {
    static let root: URL = {
        if let path = ProcessInfo.processInfo.environment["JITBOT_DATA"] {
            return URL(fileURLWithPath: path)
        }
        return URL(fileURLWithPath: #filePath).appendingPathComponent(
            "../../../../../shared/data"
        ).standardizedFileURL
    }()

    /// Without the data a developer's run skips by name; a run with `CI=true` must not.
    static let isExpected: Bool =
        ProcessInfo.processInfo.environment["CI"] == "true"
        || FileManager.default.fileExists(atPath: root.path)

    static let absence: Comment = "recorded data not found: set JITBOT_DATA"

    static func data(_ path: String) throws -> Data {
        try Data(contentsOf: root.appendingPathComponent(path))
    }

    /// The rows of a file with comma-separated columns, by the names in its first line.
    static func rows(_ path: String) throws -> [[String: String]] {
        let text = String(decoding: try data(path), as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let header = try #require(lines.first)
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
    }

    static func state(_ path: String) throws -> PoolSnapshot {
        try JSONDecoder().decode(PoolSnapshot.self, from: try data(path))
    }
}

/// A recorded pool, numbers above 53 bits as decimal text.
struct PoolSnapshot: Decodable {
    struct TickRecord: Decodable {
        var liquidityGross: String
        var liquidityNet: String
        var feeGrowthOutside0X128: String?
        var feeGrowthOutside1X128: String?
    }

    var pool: String?
    var token0: String
    var token1: String
    var fee: UInt32
    var tickSpacing: Tick
    var sqrtPriceX96: String
    var tick: Tick
    var liquidity: String
    var feeProtocol: UInt8?
    var feeGrowthGlobal0X128: String?
    var feeGrowthGlobal1X128: String?
    var ticks: [String: TickRecord]

    func key() throws -> PoolKey {
        let first = try #require(Address(hex: token0))
        let second = try #require(Address(hex: token1))
        return try #require(PoolKey(sorting: first, second, feePips: fee))
    }

    func poolState() throws -> PoolState {
        func number(_ text: String?) throws -> UInt256 {
            try #require(UInt256(decimal: text ?? "0"))
        }
        return try PoolState(
            key: try key(), tickSpacing: tickSpacing,
            slot0: Slot0(
                sqrtPriceX96: try number(sqrtPriceX96), tick: tick, feeProtocol: feeProtocol ?? 0),
            liquidity: try #require(UInt128(liquidity)),
            feeGrowthGlobal0X128: try number(feeGrowthGlobal0X128),
            feeGrowthGlobal1X128: try number(feeGrowthGlobal1X128),
            ticks: try ticks.map { tick, record in
                InitializedTick(
                    tick: try #require(Tick(tick)),
                    liquidityGross: try #require(UInt128(record.liquidityGross)),
                    liquidityNet: try #require(Int128(record.liquidityNet)),
                    feeGrowthOutside0X128: try number(record.feeGrowthOutside0X128),
                    feeGrowthOutside1X128: try number(record.feeGrowthOutside1X128))
            })
    }
}
