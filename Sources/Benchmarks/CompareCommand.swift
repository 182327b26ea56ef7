import Foundation

/// `bench WORKLOADS [--peer COMMAND] [--json FILE]`: measures the machine, in turns with a peer.
struct CompareCommand {
    static let usage = "usage: bench WORKLOADS [--peer COMMAND] [--json FILE]"

    private let files: WorkloadFiles
    private let command: String?
    private let json: String?

    init(_ arguments: [String]) throws {
        var options = try Options(arguments, named: ["--peer", "--json"], usage: Self.usage)
        files = try WorkloadFiles(options.positional("WORKLOADS"))
        try options.finish()
        json = options["--json"]
        command = options["--peer"]
    }

    func run() throws -> Int32 {
        let expectations = try Expectations(path: files.expected)
        let peer = try command.map { try Peer(command: $0) }
        defer { peer?.close() }
        var report = BenchReport()
        show(BenchReport.heading)
        for path in files.workloads {
            guard let workload = try Workload(path: path) else { continue }
            try peer?.load(path)
            for bench in workload.benches {
                let measured = try Measurement(bench, of: workload, beside: peer)
                let expected = expectations[bench.name]
                let row = BenchRow(
                    name: bench.name, oursMicros: measured.micros,
                    peerMicros: measured.peerMicros,
                    ratio: measured.peerMicros.map { measured.micros / $0 },
                    gasExpected: expected?.gasUsed == measured.outcome.gasUsed,
                    outputExpected: expected?.output == measured.outcome.output,
                    stateRootExpected: expected?.stateRoot == measured.stateRoot)
                report.rows.append(row)
                show(BenchReport.line(row))
            }
        }
        for line in report.summary { show(line) }
        if let json { try report.write(to: json) }
        return report.isExpected && !report.rows.isEmpty ? 0 : 1
    }
}
