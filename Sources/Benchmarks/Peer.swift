import Foundation

/// Another engine in a process of its own, which executes the same transactions batch by batch, as
/// it is asked: `peers/pyrevm/measure.py` describes the lines that go there and back.
final class Peer {
    private let process = Process()
    private let requests = Pipe()
    private let answers = Pipe()
    private var pending = Data()

    /// Starts a command of words separated by blanks.
    init(command: String) throws {
        let words = command.split(separator: " ").map(String.init)
        guard let program = words.first else {
            throw WorkloadError(path: "--peer", reason: "no command")
        }
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = Array(words.dropFirst())
        process.standardInput = requests
        process.standardOutput = answers
        try process.run()
    }

    /// Reads a workload file.
    func load(_ path: String) throws { _ = try ask("load \(path)") }

    /// Chooses a transaction and warms it up; µs of one execution, roughly.
    func choose(_ name: String) throws -> Double { try number(try ask("row \(name)")) }

    /// µs of CPU time for one execution, over a batch of about so many seconds.
    func batch(seconds: Double) throws -> Double { try number(try ask("batch \(seconds)")) }

    /// The same for a call of nothing.
    func empty(seconds: Double) throws -> Double { try number(try ask("empty \(seconds)")) }

    /// Ends the process.
    func close() {
        try? requests.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    private func number(_ answer: String) throws -> Double {
        guard let value = Double(answer) else {
            throw WorkloadError(path: "the peer", reason: "answered \"\(answer)\"")
        }
        return value
    }

    private func ask(_ request: String) throws -> String {
        try requests.fileHandleForWriting.write(contentsOf: Data((request + "\n").utf8))
        while true {
            if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: pending[..<end], as: UTF8.self)
                pending = Data(pending[pending.index(after: end)...])
                if line.hasPrefix("error") {
                    throw WorkloadError(path: "the peer", reason: "\(request): \(line)")
                }
                return line
            }
            let more = answers.fileHandleForReading.availableData
            if more.isEmpty {
                throw WorkloadError(path: "the peer", reason: "ended at: \(request)")
            }
            pending.append(more)
        }
    }
}
