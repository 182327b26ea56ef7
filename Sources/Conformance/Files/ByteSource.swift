#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why a file's bytes cannot be had.
package enum FileError: Error, Equatable, Sendable {
    /// The system's reason (errno).
    case cannotRead(reason: String)
    case damagedGzip(reason: String)
    case truncatedGzip
    case truncatedArchive
    case damagedArchiveHeader(offset: Int)
    case tooLarge(maximumBytes: Int)
    case tooManyLayers(maximum: Int)
}

extension FileError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .cannotRead(let reason): "cannot be read: \(reason)"
        case .damagedGzip(let reason): "damaged gzip data: \(reason)"
        case .truncatedGzip: "the gzip data ends too early"
        case .truncatedArchive: "the archive ends too early"
        case .damagedArchiveHeader(let offset): "damaged archive header at byte \(offset)"
        case .tooLarge(let maximum): "larger than \(maximum) bytes"
        case .tooManyLayers(let maximum): "more than \(maximum) archives in each other"
        }
    }
}

/// Bytes that come one part after the other.
protocol ByteSource: AnyObject {
    /// The next bytes, at most `count`; none at the end.
    func read(_ count: Int) throws(FileError) -> [UInt8]
}

/// The bytes of a file.
final class FileSource: ByteSource {
    private let descriptor: Int32

    init(path: String) throws(FileError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .cannotRead(reason: String(cString: strerror(errno))) }
    }

    deinit { close(descriptor) }

    func read(_ count: Int) throws(FileError) -> [UInt8] {
        var failed: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            var got = 0
            repeat {
                got = systemRead(descriptor, buffer.baseAddress, count)
            } while got < 0 && errno == EINTR
            if got < 0 { failed = errno }
            filled = max(got, 0)
        }
        guard failed == 0 else { throw .cannotRead(reason: String(cString: strerror(failed))) }
        return bytes
    }
}

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int)
    -> Int
{
    read(descriptor, buffer, count)
}

/// Bytes that are in memory already: a file within an archive.
final class MemorySource: ByteSource {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func read(_ count: Int) -> [UInt8] {
        let end = min(position + count, bytes.count)
        defer { position = end }
        return Array(bytes[position..<end])
    }
}

/// A source of which the next bytes can be looked at before they are taken.
final class BufferedSource: ByteSource {
    private static let partBytes = 1 << 18

    private let source: any ByteSource
    private var buffer: [UInt8] = []
    private var start = 0

    init(_ source: any ByteSource) { self.source = source }

    /// The next `count` bytes, left in place; fewer at the end.
    func peek(_ count: Int) throws(FileError) -> ArraySlice<UInt8> {
        try fill(count)
        return buffer[start..<min(start + count, buffer.count)]
    }

    func read(_ count: Int) throws(FileError) -> [UInt8] {
        if start == buffer.count { try fill(1) }
        let end = min(start + count, buffer.count)
        defer { start = end }
        return Array(buffer[start..<end])
    }

    /// Exactly `count` bytes, or nil where there are fewer.
    func readExactly(_ count: Int) throws(FileError) -> [UInt8]? {
        try fill(count)
        guard buffer.count - start >= count else { return nil }
        defer { start += count }
        return Array(buffer[start..<start + count])
    }

    /// Everything that is left.
    func readAll(maximumBytes: Int) throws(FileError) -> [UInt8] {
        var all: [UInt8] = []
        while true {
            let part = try read(Self.partBytes)
            if part.isEmpty { return all }
            guard all.count + part.count <= maximumBytes else {
                throw .tooLarge(maximumBytes: maximumBytes)
            }
            all += part
        }
    }

    /// Steps over `count` bytes; false where there are fewer.
    func skip(_ count: Int) throws(FileError) -> Bool {
        var left = count
        while left > 0 {
            let part = try read(min(left, Self.partBytes))
            if part.isEmpty { return false }
            left -= part.count
        }
        return true
    }

    /// Steps over everything that is left.
    func drain() throws(FileError) {
        while !(try read(Self.partBytes)).isEmpty {}
    }

    private func fill(_ count: Int) throws(FileError) {
        if buffer.count - start >= count { return }
        buffer.removeSubrange(..<start)
        start = 0
        while buffer.count < count {
            let part = try source.read(max(Self.partBytes, count - buffer.count))
            if part.isEmpty { return }
            buffer += part
        }
    }
}
