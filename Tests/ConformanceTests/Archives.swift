import CZlib

/// Archives as tar and gzip write them.
enum Archives {
    struct Entry {
        var name: String
        var content: [UInt8]
        var type = UInt8(ascii: "0")
    }

    static func tar(_ entries: [Entry]) -> [UInt8] {
        entries.flatMap(block) + [UInt8](repeating: 0, count: 1_024)
    }

    private static func block(_ entry: Entry) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
        }
        func octal(_ value: Int, digits: Int) -> String {
            let text = String(value, radix: 8)
            return String(repeating: "0", count: digits - text.count) + text
        }
        put(String(entry.name.prefix(100)), at: 0)
        put(octal(entry.content.count, digits: 11), at: 124)
        header[156] = entry.type
        put("ustar", at: 257)
        put("00", at: 263)
        put("        ", at: 148)
        put(octal(header.reduce(0) { $0 + Int($1) }, digits: 6), at: 148)
        header[154] = 0
        let padding = (512 - entry.content.count % 512) % 512
        return header + entry.content + [UInt8](repeating: 0, count: padding)
    }

    /// A pax header that gives the next entry its path.
    static func paxPath(_ path: String) -> Entry {
        let body = " path=\(path)\n"
        var length = body.utf8.count
        while String(length).utf8.count + body.utf8.count != length {
            length = String(length).utf8.count + body.utf8.count
        }
        return Entry(
            name: "pax", content: Array("\(length)\(body)".utf8), type: UInt8(ascii: "x"))
    }

    /// GNU's entry that gives the next one its name.
    static func gnuLongName(_ name: String) -> Entry {
        Entry(
            name: "././@LongLink", content: Array(name.utf8) + [0], type: UInt8(ascii: "L"))
    }

    static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        // 15: the largest window; 16: a gzip header.
        deflateInit2_(
            &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY,
            ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        defer { deflateEnd(&stream) }
        var input = bytes
        return [UInt8](unsafeUninitializedCapacity: bytes.count + 1_024) { output, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                deflate(&stream, Z_FINISH)
                count = output.count - Int(stream.avail_out)
            }
        }
    }
}
