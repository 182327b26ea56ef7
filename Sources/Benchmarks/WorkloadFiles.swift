import Foundation

/// The files of a folder of workloads: the folder itself, or one that has them in `workloads`.
struct WorkloadFiles {
    let workloads: [String]
    /// In the folder of the workloads, or above it.
    let expected: String

    init(_ directory: String) throws {
        let nested = directory + "/workloads"
        let isNested = FileManager.default.fileExists(atPath: nested)
        let folder = isNested ? nested : directory
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: folder) } catch {
            throw WorkloadError(path: folder, reason: "no folder that can be read")
        }
        workloads = names.filter { $0.hasSuffix(".json") && $0 != "expected.json" }.sorted()
            .map { folder + "/" + $0 }
        let places = [folder + "/expected.json", folder + "/../expected.json"]
        guard let found = places.first(where: { FileManager.default.fileExists(atPath: $0) })
        else { throw WorkloadError(path: places[0], reason: "missing, also one folder above") }
        expected = found
    }
}
