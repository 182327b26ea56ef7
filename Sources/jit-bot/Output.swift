import Foundation

/// The program's two channels: results on standard output, everything else on standard error.
enum Output {
    /// Writes a line of the result.
    static func result(_ line: String) { write(line, to: .standardOutput) }

    /// Writes a line that is not the result: progress, hints, errors.
    static func note(_ line: String) { write(line, to: .standardError) }

    private static func write(_ line: String, to handle: FileHandle) {
        // A closed pipe ends the program by its signal, as for any other filter.
        handle.write(Data((line + "\n").utf8))
    }
}
