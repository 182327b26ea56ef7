import Chain
import EVM
import Ethereum

/// One transaction, executed many times on the same state by one machine, in turns with a peer.
///
/// A round is a batch of ours, a batch of the peer's and one of its empty calls, on one core, in
/// this order and the next time in the other, so that what else the machine does meets them alike.
struct Measurement {
    /// CPU time of the thread for a whole transaction and for taking it back: the median of the
    /// rounds.
    let micros: Double
    /// The peer's, less its empty call; nil without a peer.
    let peerMicros: Double?
    let outcome: TransactionOutcome
    let stateRoot: Hash32

    private static let rounds = 11
    private static let batchMicros = 40_000.0
    /// For rows that are too short to be judged.
    private static let shortBatchMicros = 8_000.0
    private static let emptyMicros = 4_000.0
    private static let maximumRuns = 20_000

    init(_ bench: Workload.Bench, of workload: Workload, beside peer: Peer?) throws {
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
        let peerOnce = try peer?.choose(bench.name)
        let batch =
            max(once, peerOnce ?? 0) < BenchReport.shortestMicros / 2
            ? Self.shortBatchMicros : Self.batchMicros
        let times = min(max(Int(batch / once), 1), Self.maximumRuns)
        var ours: [Double] = []
        var theirs: [Double] = []
        var empty: [Double] = []
        for round in 0..<Self.rounds {
            if round % 2 == 0 { ours.append(try run(times)) }
            if let peer {
                theirs.append(try peer.batch(seconds: batch / 1e6))
                empty.append(try peer.empty(seconds: Self.emptyMicros / 1e6))
            }
            if round % 2 == 1 { ours.append(try run(times)) }
        }
        micros = Self.median(ours)
        peerMicros = peer == nil ? nil : max(Self.median(theirs) - Self.median(empty), 0.01)
    }

    private static func median(_ values: [Double]) -> Double {
        values.sorted()[values.count / 2]
    }
}
