import CZlib

/// A file that is read whole.
enum InputFile {
    enum ReadError: Error, CustomStringConvertible {
        case cannotRead(path: String)
        case damaged(path: String)
        case tooLarge(path: String, maximumBytes: Int)

        var description: String {
            switch self {
            case .cannotRead(let path): "cannot read \(path): no such file, or no permission."
            case .tooLarge(let path, let maximum):
                "\(path) is above \(maximum) bytes, unpacked: split it."
            case .damaged(let path): "\(path) is damaged: its compressed data end or break off."
            }
        }
    }

    private static let partBytes = 1 << 18
    /// Some thousand bytes of gzip data are millions unpacked: what is read has a bound.
    private static let maximumBytes = 2 << 30

    /// The bytes of a file, unpacked where they are gzip data.
    static func read(_ path: String) throws -> [UInt8] {
        guard let file = gzopen(path, "rb") else { throw ReadError.cannotRead(path: path) }
        defer { gzclose(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: partBytes)
        while true {
            let count = gzread(file, &part, UInt32(part.count))
            if count < 0 { throw ReadError.damaged(path: path) }
            if count == 0 { break }
            bytes += part.prefix(Int(count))
            guard bytes.count <= maximumBytes else {
                throw ReadError.tooLarge(path: path, maximumBytes: maximumBytes)
            }
        }
        var status: Int32 = Z_OK
        _ = gzerror(file, &status)
        guard status == Z_OK || status == Z_STREAM_END else {
            throw ReadError.damaged(path: path)
        }
        return bytes
    }
}
