import Foundation

/// The files beside a vector: in its directory, or in its archive under the same folder. Some
/// vectors are only whole with another file.
struct NeighbourFiles {
    private let path: String

    /// The neighbours of the file at this path, as `VectorFile.path` writes it.
    init(of path: String) { self.path = path }

    /// The file's own name.
    var name: String { Self.split(path).name }

    /// The name and the unpacked bytes of every file beside it whose name is accepted, in order of
    /// names; files that cannot be read are left out.
    func files(where accepts: @escaping (String) -> Bool) -> [(name: String, bytes: [UInt8])] {
        let (folder, own) = Self.split(path)
        var found: [(name: String, bytes: [UInt8])] = []
        let tree = FileTree { file in
            let place = Self.split(file.path)
            guard place.folder == folder, place.name != own, accepts(place.name),
                case .bytes(let bytes) = file.content
            else { return }
            found.append((place.name, bytes))
        }
        if let mark = path.firstIndex(of: "!") {
            tree.walk(String(path[..<mark]))
        } else {
            let directory = folder.isEmpty ? "." : folder
            let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
            for name in names.sorted() where name != own && accepts(name) {
                tree.walk(folder + name)
            }
        }
        return found.sorted { $0.name < $1.name }
    }

    /// The folder with its closing `/` or `!`, and the name behind it.
    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let cut = path.lastIndex(where: { $0 == "/" || $0 == "!" }) else { return ("", path) }
        return (String(path[...cut]), String(path[path.index(after: cut)...]))
    }
}
