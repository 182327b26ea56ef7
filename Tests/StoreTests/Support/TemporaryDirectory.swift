import Foundation

/// A directory that goes with the value.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        var template = Array((NSTemporaryDirectory() + "ledger-XXXXXX").utf8CString)
        guard let created = mkdtemp(&template) else { throw CocoaError(.fileWriteUnknown) }
        path = String(cString: created)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a file in it.
    func file(_ name: String = "ledger.sqlite") -> String { path + "/" + name }
}

/// A small file system in memory, for disks that are full or read-only.
final class SmallDisk: Sendable {
    private let directory: TemporaryDirectory
    var path: String { directory.path }

    /// Nil where this process may not mount.
    init?(kilobytes: Int) throws {
        directory = try TemporaryDirectory()
        guard mount("tmpfs", directory.path, "tmpfs", 0, "size=\(kilobytes)k") == 0 else {
            return nil
        }
    }

    deinit { umount2(directory.path, Int32(MNT_DETACH)) }

    static let isPossible = (try? SmallDisk(kilobytes: 64)) != nil

    func file(_ name: String = "ledger.sqlite") -> String { directory.file(name) }

    /// Writes a file that takes all the space but this many pages of 4,096 bytes.
    func fill(leavingPages pages: Int) throws {
        let descriptor = open(file("filler"), O_CREAT | O_WRONLY | O_TRUNC, 0o600)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        defer { close(descriptor) }
        let page = [UInt8](repeating: 1, count: 4096)
        var count = 0
        while write(descriptor, page, page.count) == page.count { count += 1 }
        ftruncate(descriptor, off_t(max(0, count - pages) * page.count))
    }

    func removeFiller() throws { try FileManager.default.removeItem(atPath: file("filler")) }

    /// From now on nothing can be written.
    func makeReadOnly() -> Bool {
        mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), "") == 0
    }
}
