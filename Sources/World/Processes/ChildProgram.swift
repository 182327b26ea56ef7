import Foundation
import JSON
import Synchronization
import Wire

/// This program, run again as a process of its own with another command: what it prints, line by
/// line, and how it ends.
///
/// The child ends with its parent, however that ends: it is told to watch its standard input, whose
/// other end the parent holds.
public final class ChildProgram: Sendable {
    private struct State {
        var lines: [JSON] = []
        var malformed: String?
        var isAtEnd = false
    }

    private let process: Process
    private let input: Pipe
    private let state = Mutex(State())
    /// Signalled at each line and at the end.
    private let changed = NSCondition()
    /// The command, for messages.
    let name: String

    /// Why a child is of no use.
    public enum Failure: Error, CustomStringConvertible {
        case cannotStart(command: String, reason: String)
        case ended(command: String, status: Int32)
        case notJSON(command: String, line: String)
        case silent(command: String, waitedFor: String, seconds: Double)

        public var description: String {
            switch self {
            case .cannotStart(let command, let reason): "cannot start \(command): \(reason)"
            case .ended(let command, let status): "\(command) ended with status \(status)"
            case .notJSON(let command, let line): "\(command) printed \"\(line)\", which is no JSON"
            case .silent(let command, let what, let seconds):
                "\(command) did not come to \(what) within \(seconds) s"
            }
        }
    }

    /// Starts `program` with arguments; its environment is this one's with the additions.
    init(
        program: String, arguments: [String], environment: [String: String] = [:]
    ) throws(Failure) {
        name = "jit-bot " + arguments[0]
        process = Process()
        input = Pipe()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = input
        process.standardOutput = output
        do {
            try process.run()
        } catch {
            throw .cannotStart(command: name, reason: "\(error)")
        }
        let reading = output.fileHandleForReading
        let thread = Thread { [weak self] in
            var rest = Data()
            while true {
                let part = reading.availableData
                guard let self else { return }
                if part.isEmpty { break }
                rest.append(part)
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    take(rest[rest.startIndex..<end])
                    rest = rest[(end + 1)...]
                }
            }
            self?.finish()
        }
        thread.start()
    }

    private func take(_ line: Data) {
        let parsed = try? JSON(parsing: Array(line))
        state.withLock { state in
            if let parsed {
                state.lines.append(parsed)
            } else {
                state.malformed = state.malformed ?? String(decoding: line, as: UTF8.self)
            }
        }
        signal()
    }

    private func finish() {
        state.withLock { $0.isAtEnd = true }
        signal()
    }

    private func signal() {
        changed.lock()
        changed.broadcast()
        changed.unlock()
    }

    /// The process's number.
    public var identifier: Int32 { process.processIdentifier }

    /// Whether it has not ended.
    var isRunning: Bool { process.isRunning }

    /// All lines from an index on.
    func lines(from index: Int) -> [JSON] {
        state.withLock { index < $0.lines.count ? Array($0.lines[index...]) : [] }
    }

    /// Waits until a condition on the lines holds and returns its value. Fails when the process
    /// ends before, prints what is no JSON, or after the time.
    func wait<Value>(
        for what: String, seconds: Double, until condition: ([JSON]) -> Value?
    ) throws(Failure) -> Value {
        let limit = Date(timeIntervalSinceNow: seconds)
        changed.lock()
        defer { changed.unlock() }
        while true {
            let (lines, malformed, isAtEnd) = state.withLock {
                ($0.lines, $0.malformed, $0.isAtEnd)
            }
            if let malformed { throw .notJSON(command: name, line: malformed) }
            if let value = condition(lines) { return value }
            if isAtEnd {
                process.waitUntilExit()
                throw .ended(command: name, status: process.terminationStatus)
            }
            guard changed.wait(until: limit) else {
                throw .silent(command: name, waitedFor: what, seconds: seconds)
            }
        }
    }

    /// Asks it to end, and waits until it has and all its lines are read; its exit code, or the
    /// signal that ended it.
    @discardableResult
    func stop() -> Int32 {
        if process.isRunning { process.terminate() }
        waitForEnd()
        return process.terminationStatus
    }

    /// Ends it at once, as a power cut would (`kill -9`).
    func kill() {
        #if canImport(Glibc)
            if process.isRunning { _ = Glibc.kill(process.processIdentifier, SIGKILL) }
        #else
            if process.isRunning { _ = Darwin.kill(process.processIdentifier, SIGKILL) }
        #endif
    }

    /// Waits until it has ended and all its lines are read.
    func waitForEnd() {
        process.waitUntilExit()
        changed.lock()
        defer { changed.unlock() }
        while !(state.withLock { $0.isAtEnd }) { changed.wait() }
    }
}
