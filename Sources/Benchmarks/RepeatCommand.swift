import EVM
import Ethereum

/// `bench repeat FILE TRANSACTION --times N [--gas N]`: executes one transaction of a workload file N
/// times, each time taken back, and prints its status and gas: for programs that count what the
/// process does. The difference between N and 2N is the cost of N transactions.
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
        var last: (status: ExecutionStatus, gasUsed: UInt64)?
        for _ in 0..<times {
            let outcome = try machine.execute(bench.transaction, sender: bench.sender)
            last = (outcome.status, outcome.gasUsed)
            machine.rollback(to: start)
        }
        if let last { show("\(bench.name): \(last.status), \(last.gasUsed) gas") }
        return 0
    }
}
