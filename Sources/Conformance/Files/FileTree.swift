import Foundation

/// A file as the judges see it: where it is, within which archive, and its bytes.
package struct VectorFile: Sendable {
    /// The path, after `!` the path within an archive.
    package var path: String
    package var content: Content

    /// What could be read of it.
    package enum Content: Sendable {
        case bytes([UInt8])
        case failure(FileError)
        /// A link to a directory, a socket or a device, on disk or in an archive.
        case special
        /// A directory that is not walked: what keeps a checkout's history holds no vectors.
        case hiddenDirectory
    }

    package init(path: String, content: Content) {
        self.path = path
        self.content = content
    }
}

/// Hands out the files below some paths in the order of their names, unpacking what is packed.
///
/// Archives and gzip data are known by their bytes, not by their names.
struct FileTree {
    /// A larger file is a failed case: memory is bounded.
    static let maximumFileBytes = 1 << 26
    /// Archives in each other that are opened.
    static let maximumLayers = 3

    /// Where each file goes.
    let visit: (VectorFile) -> Void

    /// Visits the file, or everything below the directory.
    func walk(_ path: String) {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            return visit(
                VectorFile(path: path, content: .failure(.cannotRead(reason: "no such file"))))
        }
        if isDirectory.boolValue { return walkDirectory(path) }
        // A pipe or a device might never end.
        guard kind(of: resolved(path)) == .typeRegular else {
            return visit(VectorFile(path: path, content: .special))
        }
        open(path)
    }

    private func walkDirectory(_ path: String) {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            let reason = "cannot list the directory"
            return visit(VectorFile(path: path, content: .failure(.cannotRead(reason: reason))))
        }
        for name in names.sorted() {
            let child = path.hasSuffix("/") ? path + name : path + "/" + name
            switch kind(of: child) {
            case .typeDirectory where name.hasPrefix("."):
                visit(VectorFile(path: child, content: .hiddenDirectory))
            case .typeDirectory: walkDirectory(child)
            case .typeRegular: open(child)
            case .typeSymbolicLink where kind(of: resolved(child)) == .typeRegular: open(child)
            default: visit(VectorFile(path: child, content: .special))
            }
        }
    }

    private func resolved(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }

    /// The kind of the entry itself: a link is a link, so that no circle is followed.
    private func kind(of path: String) -> FileAttributeType? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.type] as? FileAttributeType
    }

    private func open(_ path: String) {
        do throws(FileError) {
            try unpack(BufferedSource(try FileSource(path: path)), path: path, layer: 0)
        } catch {
            visit(VectorFile(path: path, content: .failure(error)))
        }
    }

    private func unpack(
        _ source: BufferedSource, path: String, layer: Int
    ) throws(FileError) {
        guard layer <= Self.maximumLayers else { throw .tooManyLayers(maximum: Self.maximumLayers) }
        if GunzipSource.recognises(try source.peek(2)) {
            let unzipped = BufferedSource(try GunzipSource(source))
            return try unpack(unzipped, path: path, layer: layer + 1)
        }
        guard TarReader.recognises(try source.peek(TarReader.blockBytes)) else {
            let bytes = try source.readAll(maximumBytes: Self.maximumFileBytes)
            return visit(VectorFile(path: path, content: .bytes(bytes)))
        }
        var archive = TarReader(source, maximumFileBytes: Self.maximumFileBytes)
        while let entry = try archive.next() {
            switch entry {
            case .file(let name, let content):
                unpackEntry(content, path: path + "!" + name, layer: layer + 1)
            case .other(let name):
                visit(VectorFile(path: path + "!" + name, content: .special))
            case .tooLarge(let name):
                visit(
                    VectorFile(
                        path: path + "!" + name,
                        content: .failure(.tooLarge(maximumBytes: Self.maximumFileBytes))))
            }
        }
        // Only at its end does gzip data show whether it was whole and undamaged.
        try source.drain()
    }

    private func unpackEntry(_ content: [UInt8], path: String, layer: Int) {
        let start = content.prefix(TarReader.blockBytes)
        guard GunzipSource.recognises(start) || TarReader.recognises(start) else {
            return visit(VectorFile(path: path, content: .bytes(content)))
        }
        do throws(FileError) {
            try unpack(BufferedSource(MemorySource(content)), path: path, layer: layer)
        } catch {
            visit(VectorFile(path: path, content: .failure(error)))
        }
    }
}
