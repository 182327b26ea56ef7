import Foundation
import World

/// Where tests find what is not in the repository.
public enum TestFiles {
    /// The package's folder.
    public static let package = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The folder of the real contracts' creation code: `JITBOT_ARTIFACTS`, else `.artifacts`.
    public static let artifactsFolder =
        ProcessInfo.processInfo.environment["JITBOT_ARTIFACTS"]
        ?? package.appendingPathComponent(".artifacts").path

    /// Reads the real contracts; the error names `make setup`.
    public static func artifacts() throws -> UniswapArtifacts {
        try UniswapArtifacts(directory: artifactsFolder)
    }

    /// The recorded mainnet data: `JITBOT_DATA`, else `../shared/data` beside the package.
    public static let data: URL = {
        if let path = ProcessInfo.processInfo.environment["JITBOT_DATA"] {
            return URL(fileURLWithPath: path)
        }
        return package.appendingPathComponent("../shared/data").standardizedFileURL
    }()

    /// Without the data a developer's run skips by name; a run with `CI=true` must not.
    public static let expectsData =
        ProcessInfo.processInfo.environment["CI"] == "true"
        || FileManager.default.fileExists(atPath: data.path)
}
