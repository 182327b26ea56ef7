import Ethereum
import UniswapV3

/// Reads a pool's events one after another from the bytes of a table, for histories of millions.
///
/// Gives what `PoolEvents` gives. Rows in the plain form that such files have (ASCII, decimal
/// digits) are read straight from the bytes; every other row, and every row that cannot be read,
/// goes through `CommaSeparatedTable`, so that what is accepted and what is said about an error is
/// the same for both.
package struct PoolEventReader: Sendable {
    /// Where a reader stands: enough to go on from there with another one.
    package struct Place: Equatable, Sendable {
        var offset: Int
        var line: Int
        var lastTimestamp: UInt64
        /// Rows read before.
        package var rows: Int

        /// The line of the row that was read last.
        package var previousLine: Int { line - 1 }
    }

    private let bytes: [UInt8]
    /// The line of the columns' names, for rows that are read the strict way.
    private let header: String
    private let roles: [EventColumn?]
    private let blockIndex: Int
    /// Begin and end of each column's field in the row under way; an empty range where the table
    /// has no such column.
    private var fields = EventFields()
    private var place: Place

    /// Reads the column names.
    package init(_ input: [UInt8]) throws(TableError) {
        bytes = try Self.plain(input)
        var start = 0
        var line = 1
        while start < bytes.count, bytes[start] == Self.newline {
            start += 1
            line += 1
        }
        let end = bytes[start...].firstIndex(of: Self.newline) ?? bytes.count
        guard start < end else { throw .empty }
        header = String(decoding: bytes[start..<end], as: UTF8.self)
        // The strict reading finds names that are repeated.
        _ = try CommaSeparatedTable(header)
        roles = header.split(separator: ",", omittingEmptySubsequences: false)
            .map { EventColumn(name: String($0)) }
        guard let blockIndex = roles.firstIndex(of: .block) else {
            throw .missingColumn("block")
        }
        guard roles.contains(.event) else { throw .missingColumn("event") }
        self.blockIndex = blockIndex
        place = Place(offset: min(end + 1, bytes.count), line: line + 1, lastTimestamp: 0, rows: 0)
    }

    /// Where the next row is read.
    package func mark() -> Place { place }

    /// Goes on where a reader of the same bytes stood.
    package mutating func resume(at place: Place) { self.place = place }

    /// Bytes read, of all.
    package var progress: (read: Int, all: Int) { (place.offset, bytes.count) }

    static let newline = UInt8(ascii: "\n")
    static let comma = UInt8(ascii: ",")

    /// The bytes with every kind of line end as a newline alone and without a mark of the encoding.
    private static func plain(_ input: [UInt8]) throws(TableError) -> [UInt8] {
        var strange: UInt8 = 0
        for byte in input where byte >= 0x80 || byte &- 0x0B < 3 { strange |= 1 }
        if strange == 0 { return input }
        guard let text = String(validating: input, as: UTF8.self) else { throw .notText }
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let joined = lines.joined(separator: "\n")
        return Array((joined.first == "\u{feff}" ? joined.dropFirst() : joined[...]).utf8)
    }

    // MARK: Rows

    /// The next event; nil after the last.
    package mutating func next() throws(TableError) -> PoolEvents.Event? {
        guard skipEmptyLines() else { return nil }
        let start = place.offset
        let (end, isPlain) = split()
        place.offset = min(end + 1, bytes.count)
        var event = isPlain ? plainEvent() : nil
        if event == nil { event = try strictEvent(start..<end) }
        guard let event else { throw .noRows }
        place.line += 1
        place.rows += 1
        place.lastTimestamp = event.timestamp
        return event
    }

    /// Passes over the next row and gives its block; nil after the last. Of the row nothing else is
    /// looked at.
    package mutating func skip() throws(TableError) -> UInt64? {
        guard skipEmptyLines() else { return nil }
        let start = place.offset
        let newline = Self.newline
        let comma = Self.comma
        let wanted = blockIndex
        let (end, block) = bytes.withUnsafeBufferPointer { bytes -> (Int, UInt64?) in
            var index = start
            var field = 0
            var begin = start
            var value: UInt64?
            while index < bytes.count, bytes[index] != newline {
                if bytes[index] == comma {
                    if field == wanted { value = EventFields.digits(bytes, begin, index, 15) }
                    field += 1
                    begin = index + 1
                }
                index += 1
            }
            if field == wanted { value = EventFields.digits(bytes, begin, index, 15) }
            return (index, value)
        }
        place.offset = min(end + 1, bytes.count)
        let result: UInt64
        if let block { result = block } else { result = try strictEvent(start..<end).block }
        place.line += 1
        place.rows += 1
        return result
    }

    private mutating func skipEmptyLines() -> Bool {
        while place.offset < bytes.count, bytes[place.offset] == Self.newline {
            place.offset += 1
            place.line += 1
        }
        return place.offset < bytes.count
    }

    /// Finds the row's fields. Gives where its line ends, and whether it has as many fields as
    /// there are columns.
    private mutating func split() -> (end: Int, isComplete: Bool) {
        let start = place.offset
        let roles = roles
        let newline = Self.newline
        let comma = Self.comma
        var fields = EventFields()
        let end = bytes.withUnsafeBufferPointer { bytes -> Int in
            var index = start
            var field = 0
            var begin = start
            while true {
                let byte = index < bytes.count ? bytes[index] : newline
                if byte == comma || byte == newline {
                    if field < roles.count, let role = roles[field] {
                        fields.set(role, begin, index)
                    }
                    field += 1
                    begin = index + 1
                    if byte == newline { break }
                }
                index += 1
            }
            fields.isComplete = field == roles.count
            return index
        }
        self.fields = fields
        return (end, fields.isComplete)
    }

    /// The row as `CommaSeparatedTable` reads it.
    private func strictEvent(_ range: Range<Int>) throws(TableError) -> PoolEvents.Event {
        let row = String(decoding: bytes[range], as: UTF8.self)
        do throws(TableError) {
            var table = try CommaSeparatedTable(header + "\n" + row)
            guard let row = try table.next() else { throw .noRows }
            var event = try PoolEvents.Event(row, lastTimestamp: place.lastTimestamp)
            event.line = place.line
            return event
        } catch {
            throw error.moved(down: place.line - 2)
        }
    }

    private func plainEvent() -> PoolEvents.Event? {
        let fields = fields
        let last = place.lastTimestamp
        let line = place.line
        return bytes.withUnsafeBufferPointer { fields.event($0, line: line, lastTimestamp: last) }
    }
}
