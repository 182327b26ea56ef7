import Foundation

/// The file of this program, to be run again for another command.
enum ThisProgram {
    /// Its path, wherever it was started from.
    static func path() throws -> String {
        #if os(Linux)
            let link = "/proc/self/exe"
            return try ProgramFailure.configuration(link) {
                try FileManager.default.destinationOfSymbolicLink(atPath: link)
            }
        #else
            guard let path = Bundle.main.executablePath else {
                throw ProgramFailure(.configuration, "the program's own file cannot be found.")
            }
            return path
        #endif
    }
}
