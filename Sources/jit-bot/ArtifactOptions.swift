import ArgumentParser
import Foundation
import JSON
import World

/// Where the real contracts' creation code lies.
struct ArtifactOptions: ParsableArguments {
    @Option(
        name: .customLong("artifacts"),
        help: "Folder of the contracts' JSON files (default: $JITBOT_ARTIFACTS, else .artifacts).")
    var directory: String?

    /// Reads them; says what is missing and what to type.
    func load() throws -> UniswapArtifacts {
        try ProgramFailure.configuration { try UniswapArtifacts(directory: path) }
    }

    /// The folder.
    var path: String {
        var environment = ProcessInfo.processInfo.environment["JITBOT_ARTIFACTS"]
        if environment == "" { environment = nil }
        return directory ?? environment ?? ".artifacts"
    }
}
