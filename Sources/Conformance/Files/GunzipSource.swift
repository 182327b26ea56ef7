import CZlib

/// The content of gzip data (RFC 1952), of one member or several in a row.
final class GunzipSource: ByteSource {
    /// Whether the bytes start as gzip data does.
    static func recognises(_ start: ArraySlice<UInt8>) -> Bool { start.starts(with: [0x1f, 0x8b]) }

    private static let inputBytes = 1 << 16

    private let source: BufferedSource
    /// On the heap, because zlib's state points back at it.
    private let stream: UnsafeMutablePointer<z_stream>
    private var input: [UInt8] = []
    private var inputPosition = 0
    private var isMemberFinished = false

    init(_ source: BufferedSource) throws(FileError) {
        self.source = source
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15: the largest window; 16: a gzip header, not zlib's.
        let status = inflateInit2_(
            stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw .damagedGzip(reason: "zlib status \(status)") }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func read(_ count: Int) throws(FileError) -> [UInt8] {
        while true {
            if inputPosition == input.count {
                input = try source.read(Self.inputBytes)
                inputPosition = 0
            }
            if isMemberFinished {
                if input.isEmpty { return [] }
                inflateReset(stream)
                isMemberFinished = false
            }
            if input.isEmpty { throw .truncatedGzip }
            let output = try inflateNext(count)
            if !output.isEmpty { return output }
        }
    }

    private func inflateNext(_ count: Int) throws(FileError) -> [UInt8] {
        var status = Z_OK
        let output = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            input.withUnsafeMutableBufferPointer { input in
                guard let base = input.baseAddress else { return }
                stream.pointee.next_in = base + inputPosition
                stream.pointee.avail_in = UInt32(input.count - inputPosition)
                stream.pointee.next_out = buffer.baseAddress
                stream.pointee.avail_out = UInt32(count)
                status = inflate(stream, Z_NO_FLUSH)
                inputPosition = input.count - Int(stream.pointee.avail_in)
                filled = count - Int(stream.pointee.avail_out)
            }
        }
        switch status {
        case Z_STREAM_END: isMemberFinished = true
        case Z_OK, Z_BUF_ERROR: break
        default:
            let message = stream.pointee.msg.map { String(cString: $0) }
            throw .damagedGzip(reason: message ?? "zlib status \(status)")
        }
        return output
    }
}
