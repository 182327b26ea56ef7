import EVM
import Ethereum

/// `bench repeat FILE TRANSACTION --times N [--gas N]`: executes one transaction of a workload file
/// N times, each time taken back, and prints its status, gas and the number of instructions that it
/// executes: for programs that count what the process does. The difference between N and 2N is the
/// cost of N transactions.
struct RepeatCommand {
    static let usage = "usage: bench repeat FILE TRANSACTION --times N [--gas N]"

    private let workload: Workload
    private let bench: Workload.Bench
    private let times: UInt64

    init(_ arguments: [String]) throws {
        var options = try Options(arguments, named: ["--times", "--gas"], usage: Self.usage)
        let path = try options.positional("FILE")
        let name = try options.positional("TRANSACTION")
        try options.finish()
        guard let workload = try Workload(path: path),
            var bench = workload.benches.first(where: { $0.name == name })
        else { throw WorkloadError(path: path, reason: "no transaction \(name)") }
        if let gas = try options.number("--gas") { bench.transaction.gasLimit = gas }
        self.workload = workload
        self.bench = bench
        times = try options.number("--times") ?? 1
    }

    func run() throws -> Int32 {
        let machine = VirtualMachine(block: workload.block, state: workload.reader)
        let start = machine.checkpoint()
        // Once with a tracer, which the difference of two runs does not see.
        let counter = OpcodeCounter()
        let outcome = try machine.execute(
            bench.transaction, sender: bench.sender, tracer: counter)
        machine.rollback(to: start)
        for _ in 0..<times {
            _ = try machine.execute(bench.transaction, sender: bench.sender)
            machine.rollback(to: start)
        }
        show(
            "\(bench.name): \(outcome.status), \(outcome.gasUsed) gas, "
                + "\(counter.count) instructions")
        return 0
    }
}
