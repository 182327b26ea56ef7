import Ethereum
import Foundation
import UniswapV3

/// The rows of comma-separated values under a line of column names; no field is quoted.
struct CommaSeparatedTable {
    private let columns: [String: Int]
    private var lines: ArraySlice<(number: Int, text: Substring)>

    init(_ text: String) throws {
        var rest: [(number: Int, text: Substring)] = []
        for (index, line) in text.split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline
        ).enumerated() where !line.isEmpty {
            rest.append((index + 1, line))
        }
        var columns: [String: Int] = [:]
        for (index, name) in (rest.first?.text.split(separator: ",") ?? []).enumerated() {
            columns[String(name)] = index
        }
        self.columns = columns
        lines = rest.dropFirst()
    }

    mutating func next() -> Row? {
        guard let line = lines.popFirst() else { return nil }
        return Row(
            columns: columns, line: line.number,
            fields: line.text.split(separator: ",", omittingEmptySubsequences: false))
    }

    /// One row, read by its columns' names; each reading says what is wrong with a value.
    struct Row {
        fileprivate let columns: [String: Int]
        let line: Int
        fileprivate let fields: [Substring]

        func text(_ column: String) throws -> String {
            guard let index = columns[column] else { throw EventHistory.ReadError.column(column) }
            return index < fields.count ? String(fields[index]) : ""
        }

        func error(_ column: String) -> EventHistory.ReadError {
            .row(line: line, column: column, value: (try? text(column)) ?? "")
        }

        func integer(_ column: String) throws -> Int {
            guard let value = Int(try text(column)), value.magnitude < 1 << 53 else {
                throw error(column)
            }
            return value
        }

        func blockNumber(_ column: String) throws -> UInt64 {
            guard let value = UInt64(exactly: try integer(column)) else { throw error(column) }
            return value
        }

        func tick(_ column: String) throws -> Int32 {
            let value = try integer(column)
            guard value.magnitude <= TickMath.maxTick.magnitude else { throw error(column) }
            return Int32(value)
        }

        func unsigned(_ column: String) throws -> UInt256 {
            guard let value = UInt256(decimal: try text(column)) else { throw error(column) }
            return value
        }

        func signed(_ column: String) throws -> Int256 {
            guard let value = Int256(decimal: try text(column)) else { throw error(column) }
            return value
        }

        func flag(_ column: String) throws -> Bool {
            switch try text(column).lowercased() {
            case "1", "true": true
            case "0", "false": false
            default: throw error(column)
            }
        }

        /// Unix seconds from digits or ISO 8601; nil for an empty field.
        func timestamp(_ column: String) throws -> UInt64? {
            let text = try text(column)
            if text.isEmpty { return nil }
            if let seconds = UInt64(text), seconds < 1 << 40 { return seconds }
            let normalized = text.replacingOccurrences(of: " ", with: "T")
            let zoned = normalized.hasSuffix("Z") ? normalized : normalized + "Z"
            guard let date = ISO8601DateFormatter().date(from: zoned),
                date.timeIntervalSince1970 >= 0
            else { throw error(column) }
            return UInt64(date.timeIntervalSince1970)
        }
    }
}
