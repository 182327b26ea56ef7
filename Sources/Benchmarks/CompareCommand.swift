import Foundation

/// `bench WORKLOADS [--peer FILE] [--json FILE]`: measures the machine, beside a peer's figures.
struct CompareCommand {
    static let usage = "usage: bench WORKLOADS [--peer FILE] [--json FILE]"

    private let files: WorkloadFiles
    private var peer: [String: Double] = [:]
    private let json: String?

    init(_ arguments: [String]) throws {
        var options = try Options(arguments, named: ["--peer", "--json"], usage: Self.usage)
        files = try WorkloadFiles(options.positional("WORKLOADS"))
        try options.finish()
        json = options["--json"]
        if let path = options["--peer"] {
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            peer = try JSONDecoder().decode([String: Double].self, from: data)
        }
    }

    func run() throws -> Int32 {
        let expectations = try Expectations(path: files.expected)
        var report = BenchReport()
        show(BenchReport.heading)
        for path in files.workloads {
            guard let workload = try Workload(path: path) else { continue }
            for bench in workload.benches {
                let measured = try Measurement(bench, of: workload)
                let expected = expectations[bench.name]
                let micros = peer[bench.name]
                let row = BenchRow(
                    name: bench.name, oursMicros: measured.micros, peerMicros: micros,
                    ratio: micros.flatMap { $0 > 0 ? measured.micros / $0 : nil },
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
