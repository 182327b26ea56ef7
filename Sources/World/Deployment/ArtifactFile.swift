import Ethereum
import Foundation

/// A contract's JSON file as compilers write it: its creation code, with the places where a
/// library's address goes.
struct ArtifactFile {
    /// The code's hexadecimal digits, two for a byte, without `0x`.
    private let digits: [UInt8]
    /// Byte offsets of each library's address.
    private let links: [String: [Int]]
    private let path: String

    /// Reads `directory/name`.
    init(directory: String, name: String) throws {
        path = directory + "/" + name
        guard let data = FileManager.default.contents(atPath: path) else {
            throw UniswapArtifacts.LoadError.missing(path: path)
        }
        let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
        let code = object?["bytecode"]
        let text = code as? String ?? (code as? [String: Any])?["object"] as? String
        guard let text, !text.isEmpty else {
            throw UniswapArtifacts.LoadError.malformed(path: path)
        }
        digits = Array(text.hasPrefix("0x") ? text.dropFirst(2).utf8 : text[...].utf8)
        let references =
            (code as? [String: Any])?["linkReferences"] as? [String: [String: [[String: Int]]]]
        var links: [String: [Int]] = [:]
        for library in (references ?? [:]).values.joined() {
            links[library.key] = library.value.compactMap { $0["start"] }
        }
        self.links = links
    }

    /// The creation code with these libraries in it; each that it names must be given.
    func creationCode(libraries: [String: Address] = [:]) throws -> [UInt8] {
        var digits = digits
        for (name, offsets) in links {
            guard let library = libraries[name] else {
                throw UniswapArtifacts.LoadError.libraryMissing(path: path, library: name)
            }
            let address = Array(library.description.dropFirst(2).utf8)
            for offset in offsets {
                guard 2 * offset + 40 <= digits.count else {
                    throw UniswapArtifacts.LoadError.malformed(path: path)
                }
                digits.replaceSubrange(2 * offset..<2 * offset + 40, with: address)
            }
        }
        guard let bytes = Hex.decode(String(decoding: digits, as: UTF8.self)), !bytes.isEmpty
        else { throw UniswapArtifacts.LoadError.malformed(path: path) }
        return bytes
    }
}
