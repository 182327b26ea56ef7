/// The files of a tar archive, one after the other (POSIX.1-2001 ustar and pax, GNU long names).
struct TarReader {
    enum Entry {
        case file(name: String, content: [UInt8])
        /// A link or a device: nothing to judge.
        case other(name: String)
        case tooLarge(name: String)
    }

    static let blockBytes = 512

    /// Whether the bytes start with an archive's header: its checksum is right.
    static func recognises(_ start: ArraySlice<UInt8>) -> Bool {
        guard start.count == blockBytes, let header = Header(Array(start)) else { return false }
        return !header.isEmptyBlock
    }

    private let source: BufferedSource
    private let maximumFileBytes: Int
    private var offset = 0

    init(_ source: BufferedSource, maximumFileBytes: Int) {
        self.source = source
        self.maximumFileBytes = maximumFileBytes
    }

    /// The next entry that is no directory; nil after the last.
    mutating func next() throws(FileError) -> Entry? {
        var longName: String?
        var longSize: Int?
        while true {
            let headerOffset = offset
            guard let block = try source.readExactly(Self.blockBytes) else {
                if try source.peek(1).isEmpty, offset > 0, longName == nil { return nil }
                throw .truncatedArchive
            }
            offset += Self.blockBytes
            guard let header = Header(block) else {
                throw .damagedArchiveHeader(offset: headerOffset)
            }
            if header.isEmptyBlock { return nil }
            switch header.type {
            case UInt8(ascii: "L"):
                longName = Self.text(try content(header.size)[...])
            case UInt8(ascii: "x"):
                for record in Self.paxRecords(try content(header.size)) {
                    if record.key == "path" { longName = record.value }
                    if record.key == "size" { longSize = Int(record.value) }
                }
            case UInt8(ascii: "g"), UInt8(ascii: "K"): _ = try content(header.size)
            case UInt8(ascii: "5"):
                try skip(header.size)
                longName = nil
            case UInt8(ascii: "0"), 0, UInt8(ascii: "7"):
                let name = longName ?? header.name
                let size = longSize ?? header.size
                guard size >= 0 else { throw .damagedArchiveHeader(offset: headerOffset) }
                if size > maximumFileBytes {
                    try skip(size)
                    return .tooLarge(name: name)
                }
                return .file(name: name, content: try content(size))
            default:
                try skip(header.size)
                return .other(name: longName ?? header.name)
            }
        }
    }

    private mutating func content(_ size: Int) throws(FileError) -> [UInt8] {
        guard size <= maximumFileBytes else { throw .tooLarge(maximumBytes: maximumFileBytes) }
        guard let bytes = try source.readExactly(size) else { throw .truncatedArchive }
        offset += size
        try skipPadding(after: size)
        return bytes
    }

    private mutating func skip(_ size: Int) throws(FileError) {
        guard try source.skip(size) else { throw .truncatedArchive }
        offset += size
        try skipPadding(after: size)
    }

    private mutating func skipPadding(after size: Int) throws(FileError) {
        let padding = (Self.blockBytes - size % Self.blockBytes) % Self.blockBytes
        guard try source.skip(padding) else { throw .truncatedArchive }
        offset += padding
    }

    /// Records of "length key=value\n", the length counting itself.
    private static func paxRecords(_ bytes: [UInt8]) -> [(key: String, value: String)] {
        var records: [(key: String, value: String)] = []
        var rest = bytes[...]
        while let space = rest.firstIndex(of: 0x20), let length = Int(text(rest[..<space])),
            length > space - rest.startIndex + 1, length <= rest.count
        {
            let record = rest[(space + 1)..<(rest.startIndex + length)]
            if let equals = record.firstIndex(of: UInt8(ascii: "=")) {
                let value = record[(equals + 1)...].dropLast()
                records.append((text(record[..<equals]), text(value)))
            }
            rest = rest[(rest.startIndex + length)...]
        }
        return records
    }

    /// The text up to the first zero byte.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// The fields of a header block.
    private struct Header {
        var name = ""
        var size = 0
        var type: UInt8 = 0
        var isEmptyBlock = false

        /// Nil where the checksum or the size is wrong.
        init?(_ block: [UInt8]) {
            if block.allSatisfy({ $0 == 0 }) {
                isEmptyBlock = true
                return
            }
            let checksumField = 148..<156
            var sum = 0
            for (index, byte) in block.enumerated() {
                sum += checksumField.contains(index) ? 0x20 : Int(byte)
            }
            guard Header.number(block[checksumField]) == sum,
                let size = Header.number(block[124..<136])
            else { return nil }
            self.size = size
            type = block[156]
            name = TarReader.text(block[0..<100])
            let isUstar = block[257..<262].elementsEqual("ustar".utf8)
            // GNU's own format keeps times where ustar has the prefix.
            if isUstar, block[262] == 0 {
                let prefix = TarReader.text(block[345..<500])
                if !prefix.isEmpty { name = prefix + "/" + name }
            }
        }

        /// Octal digits, or GNU's binary form for large files; nil for anything else.
        static func number(_ field: ArraySlice<UInt8>) -> Int? {
            if field.first == 0x80 {
                guard field.dropLast(7).dropFirst().allSatisfy({ $0 == 0 }) else { return nil }
                return field.suffix(7).reduce(0) { $0 << 8 | Int($1) }
            }
            var value = 0
            for byte in field {
                switch byte {
                case 48...55: value = value << 3 | Int(byte - 48)
                case 0, 0x20: continue
                default: return nil
                }
            }
            return value
        }
    }
}
