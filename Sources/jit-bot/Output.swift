import Foundation

/// The program's two channels: results on standard output, everything else on standard error.
enum Output {
    /// Writes a line of the result. A result that cannot be written whole, as on a full disk, ends
    /// the program with 3; a closed pipe ends it by its signal, as any other filter.
    static func result(_ line: String) {
        do {
            try write(line, to: .standardOutput)
        } catch {
            note("jit-bot: cannot write to standard output: \(error.localizedDescription)")
            exit(3)
        }
    }

    /// Writes a line that is not the result: progress, hints, errors. That it cannot be written has
    /// nobody left to be told to.
    static func note(_ line: String) { try? write(line, to: .standardError) }

    private static func write(_ line: String, to handle: FileHandle) throws {
        try handle.write(contentsOf: Data((line + "\n").utf8))
    }
}
