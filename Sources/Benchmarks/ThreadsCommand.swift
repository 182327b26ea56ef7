import EVM
import Ethereum
import Foundation

/// `bench threads FILE TRANSACTION [--rounds N]`: what two threads on one base state do beside what
/// two processes do with a state each, in turns. Each worker has a machine of its own and, before
/// each transaction, forgets all that it has read: everything comes from the base state again.
struct ThreadsCommand {
    static let usage = "usage: bench threads FILE TRANSACTION [--rounds N]"

    private static let workers = 2
    private static let seconds = 0.5

    private let path: String
    private let workload: Workload
    private let bench: Workload.Bench
    private let rounds: UInt64
    /// A worker process: how many transactions.
    private let times: UInt64?

    init(_ arguments: [String]) throws {
        var options = try Options(arguments, named: ["--rounds", "--worker"], usage: Self.usage)
        path = try options.positional("FILE")
        let name = try options.positional("TRANSACTION")
        try options.finish()
        guard let workload = try Workload(path: path),
            let bench = workload.benches.first(where: { $0.name == name })
        else { throw WorkloadError(path: path, reason: "no transaction \(name)") }
        self.workload = workload
        self.bench = bench
        rounds = try options.number("--rounds") ?? 7
        times = try options.number("--worker")
    }

    func run() throws -> Int32 {
        if let times {
            show("\(try worker(times))")
            return 0
        }
        let micros = try worker(10)
        let times = UInt64(max(Self.seconds * 1e6 / micros, 10))
        var threads: [Double] = []
        var processes: [Double] = []
        for _ in 0..<rounds {
            threads.append(try onThreads(times))
            processes.append(try inProcesses(times))
        }
        let (thread, process) = (Self.median(threads), Self.median(processes))
        show("\(bench.name), \(rounds) rounds of \(times) transactions for each of two workers")
        show("two processes: \(Self.text(process)) µs of CPU a transaction")
        show("two threads:   \(Self.text(thread)) µs of CPU a transaction")
        show("two threads do \(Self.text(process / thread)) of what two processes do")
        return 0
    }

    /// CPU time of this thread for a transaction, in µs.
    private func worker(_ times: UInt64) throws -> Double {
        let block = workload.block
        let sender = bench.sender
        // The state is shared, a transaction belongs to whoever executes it.
        var transaction = bench.transaction
        transaction.data = transaction.data.map { $0 }
        let machine = VirtualMachine(block: block, state: workload.reader)
        _ = try machine.execute(transaction, sender: sender)
        let begin = ThreadTime.micros()
        for _ in 0..<times {
            machine.reset(block: block)
            _ = try machine.execute(transaction, sender: sender)
        }
        return (ThreadTime.micros() - begin) / Double(times)
    }

    /// The mean of two threads that work at the same time on the one state.
    private func onThreads(_ times: UInt64) throws -> Double {
        let results = Results()
        let done = DispatchGroup()
        for _ in 0..<Self.workers {
            done.enter()
            let thread = Thread {
                results.add(Result { try worker(times) })
                done.leave()
            }
            thread.start()
        }
        done.wait()
        return try results.mean()
    }

    /// The mean of two processes that work at the same time.
    private func inProcesses(_ times: UInt64) throws -> Double {
        var children: [(process: Process, output: Pipe)] = []
        for _ in 0..<Self.workers {
            let child = Process()
            child.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
            child.arguments = ["threads", path, bench.name, "--worker", "\(times)"]
            let output = Pipe()
            child.standardOutput = output
            try child.run()
            children.append((child, output))
        }
        var sum = 0.0
        for (process, output) in children {
            let data = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            let text = String(decoding: data, as: UTF8.self)
            guard let micros = Double(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
                throw WorkloadError(path: path, reason: "a worker process ended without a figure")
            }
            sum += micros
        }
        return sum / Double(Self.workers)
    }

    private static func median(_ values: [Double]) -> Double {
        values.sorted()[values.count / 2]
    }

    private static func text(_ value: Double) -> String { String(format: "%.2f", value) }

    /// What threads give back.
    private final class Results: @unchecked Sendable {
        private let lock = NSLock()
        private var results: [Result<Double, any Error>] = []

        func add(_ result: Result<Double, any Error>) {
            lock.withLock { results.append(result) }
        }

        func mean() throws -> Double {
            let values = try lock.withLock { try results.map { try $0.get() } }
            return values.reduce(0, +) / Double(values.count)
        }
    }
}
