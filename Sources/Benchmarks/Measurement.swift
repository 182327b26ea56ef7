import Chain
import EVM
import Ethereum

/// One transaction, executed many times on the same state by one machine.
struct Measurement {
    /// CPU time of the thread for a whole transaction and for taking it back: the median.
    let micros: Double
    let outcome: TransactionOutcome
    let stateRoot: Hash32

    private static let batches = 5
    private static let batchMicros = 100_000.0
    private static let maximumRuns = 20_000

    init(_ bench: Workload.Bench, of workload: Workload) throws(ExecutionError) {
        let machine = VirtualMachine(block: workload.block, state: workload.reader)
        let start = machine.checkpoint()
        outcome = try machine.execute(bench.transaction, sender: bench.sender)
        var after = workload.state
        after.apply(machine.changes())
        stateRoot = after.root()
        machine.rollback(to: start)

        func run(_ times: Int) throws(ExecutionError) -> Double {
            let begin = ThreadTime.micros()
            for _ in 0..<times {
                _ = try machine.execute(bench.transaction, sender: bench.sender)
                machine.rollback(to: start)
            }
            return (ThreadTime.micros() - begin) / Double(times)
        }
        _ = try run(1)
        let once = max(try run(2), 0.01)
        let times = min(max(Int(Measurement.batchMicros / once), 1), Measurement.maximumRuns)
        var medians: [Double] = []
        for _ in 0..<Measurement.batches { medians.append(try run(times)) }
        micros = medians.sorted()[Measurement.batches / 2]
    }
}
