import Foundation

/// Writes a line at once, so that nothing is lost when a pipe's reader ends the run.
private func write(_ line: String, to handle: FileHandle) {
    handle.write(Data((line.hasSuffix("\n") ? line : line + "\n").utf8))
}

exit(
    ConformanceCommand(
        arguments: Array(CommandLine.arguments.dropFirst()),
        output: { write($0, to: .standardOutput) },
        errorOutput: { write($0, to: .standardError) }
    ).run())
