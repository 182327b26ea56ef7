import CZlib
import Foundation

/// A result that goes into a file.
enum OutputFile {
    enum WriteError: Error, CustomStringConvertible {
        case cannotWrite(path: String)

        var description: String {
            switch self {
            case .cannotWrite(let path): "cannot write \(path): check the folder and its rights."
            }
        }
    }

    /// Writes text, compressed where the name ends in `.gz`. A plain file appears whole or not at
    /// all.
    static func write(_ text: String, to path: String) throws {
        guard path.hasSuffix(".gz") else {
            do {
                try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            } catch {
                throw WriteError.cannotWrite(path: path)
            }
            return
        }
        guard let file = gzopen(path, "wb9") else { throw WriteError.cannotWrite(path: path) }
        let bytes = Array(text.utf8)
        let written = gzwrite(file, bytes, UInt32(bytes.count))
        guard gzclose(file) == Z_OK, Int(written) == bytes.count else {
            throw WriteError.cannotWrite(path: path)
        }
    }
}
