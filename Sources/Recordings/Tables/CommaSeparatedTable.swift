import Ethereum
import UniswapV3

/// Comma-separated values under a line of column names; no field is quoted.
///
/// Strict: every row has as many fields as there are columns, so that a row that was cut off, or
/// one with a comma too many, is told by its line and not read as something else.
package struct CommaSeparatedTable: Sendable {
    private let columns: [String: Int]
    private var lines: ArraySlice<(number: Int, text: Substring)>

    /// Reads the column names. Empty lines do not count, but keep their numbers.
    ///
    /// - Parameter required: Columns that must be there.
    package init(_ text: String, required: [String] = []) throws(TableError) {
        var rest: [(number: Int, text: Substring)] = []
        for (index, line) in text.split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline
        ).enumerated() where !line.isEmpty {
            rest.append((index + 1, line))
        }
        guard let header = rest.first?.text else { throw .empty }
        // Some programs mark a file's encoding by a character of no width.
        let names = (header.first == "\u{feff}" ? header.dropFirst() : header).split(
            separator: ",", omittingEmptySubsequences: false)
        var columns: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            guard columns.updateValue(index, forKey: String(name)) == nil else {
                throw .repeatedColumn(String(name))
            }
        }
        for column in required where columns[column] == nil { throw .missingColumn(column) }
        self.columns = columns
        lines = rest.dropFirst()
    }

    /// Reads the column names of a text's UTF-8 bytes.
    package init(utf8 bytes: [UInt8], required: [String] = []) throws(TableError) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText }
        try self.init(text, required: required)
    }

    /// The next row; nil after the last.
    package mutating func next() throws(TableError) -> Row? {
        guard let line = lines.popFirst() else { return nil }
        let fields = line.text.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == columns.count else {
            throw .fieldCount(line: line.number, found: fields.count, expected: columns.count)
        }
        return Row(columns: columns, line: line.number, fields: fields)
    }

    /// One row, read by its columns' names; each reading says what is wrong with a value.
    package struct Row: Sendable {
        fileprivate let columns: [String: Int]
        /// The line in the file, from 1.
        package let line: Int
        fileprivate let fields: [Substring]

        /// The field as it is written.
        package func text(_ column: String) throws(TableError) -> String {
            guard let index = columns[column] else { throw .missingColumn(column) }
            return String(fields[index])
        }

        /// Whether there is such a column and something in it.
        package func has(_ column: String) -> Bool {
            columns[column].map { !fields[$0].isEmpty } ?? false
        }

        /// That the column's value is not what it should be.
        package func error(_ column: String, expected: String) -> TableError {
            .value(
                line: line, column: column, value: (try? text(column)) ?? "", expected: expected)
        }

        /// An integer that a double holds too.
        package func integer(_ column: String) throws(TableError) -> Int {
            guard let value = Int(try text(column)), value.magnitude < 1 << 53 else {
                throw error(column, expected: "an integer")
            }
            return value
        }

        /// An integer from 0 on.
        package func blockNumber(_ column: String) throws(TableError) -> UInt64 {
            guard let value = UInt64(exactly: try integer(column)) else {
                throw error(column, expected: "a block's number")
            }
            return value
        }

        /// A tick within the protocol's bounds.
        package func tick(_ column: String) throws(TableError) -> Tick {
            guard let value = Tick(try text(column)),
                value.magnitude <= TickMath.maxTick.magnitude
            else { throw error(column, expected: "a tick, at most 887272 either way") }
            return value
        }

        /// Decimal digits, below 2^256.
        package func unsigned(_ column: String) throws(TableError) -> UInt256 {
            guard let value = UInt256(decimal: try text(column)) else {
                throw error(column, expected: "an integer from 0 to 2^256 - 1")
            }
            return value
        }

        /// Decimal digits, below 2^128.
        package func unsigned128(_ column: String) throws(TableError) -> UInt128 {
            guard let value = UInt256(decimal: try text(column))?.asUInt128 else {
                throw error(column, expected: "an integer from 0 to 2^128 - 1")
            }
            return value
        }

        /// Decimal digits with an optional minus sign, within 256 bits of two's complement.
        package func signed(_ column: String) throws(TableError) -> Int256 {
            guard let value = Int256(decimal: try text(column)) else {
                throw error(column, expected: "an integer, at most 2^255 - 1 either way")
            }
            return value
        }

        /// A flag.
        package func flag(_ column: String) throws(TableError) -> Bool {
            switch try text(column).lowercased() {
            case "1", "true": return true
            case "0", "false": return false
            default: throw error(column, expected: "0 or 1")
            }
        }

        /// Unix seconds from digits or ISO 8601; nil for an empty field.
        package func timestamp(_ column: String) throws(TableError) -> UInt64? {
            let text = try text(column)
            if text.isEmpty { return nil }
            if let seconds = UInt64(text), seconds < 1 << 40 { return seconds }
            guard let seconds = UniversalTime.seconds(text) else {
                throw error(column, expected: "Unix seconds or a time in ISO 8601")
            }
            return seconds
        }
    }
}

/// What is wrong with a table of comma-separated values.
package enum TableError: Error, Equatable, Sendable, CustomStringConvertible {
    case notText
    case empty
    case noRows
    case repeatedColumn(String)
    case missingColumn(String)
    case fieldCount(line: Int, found: Int, expected: Int)
    case value(line: Int, column: String, value: String, expected: String)

    /// The same, `count` lines further down.
    func moved(down count: Int) -> TableError {
        switch self {
        case .fieldCount(let line, let found, let expected):
            .fieldCount(line: line + count, found: found, expected: expected)
        case .value(let line, let column, let value, let expected):
            .value(line: line + count, column: column, value: value, expected: expected)
        case .notText, .empty, .noRows, .repeatedColumn, .missingColumn: self
        }
    }

    package var description: String {
        switch self {
        case .notText: "the file is no UTF-8 text."
        case .empty: "the file is empty; its first line must name the columns."
        case .noRows: "the file has no row below the column names."
        case .repeatedColumn(let name): "line 1: two columns are called \(name)."
        case .missingColumn(let name): "the file has no column \(name)."
        case .fieldCount(let line, let found, let expected):
            "line \(line): \(found) fields, but there are \(expected) columns."
        case .value(let line, let column, let value, let expected):
            "line \(line), column \(column): \"\(value.prefix(100))\" is not \(expected)."
        }
    }
}
