import Foundation

/// Writes a line at once: the run is long.
func show(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

/// `bench WORKLOADS [--peer FILE] [--json FILE]`: measures the machine, beside a peer's figures.
func bench(_ arguments: [String]) throws -> Int32 {
    let usage = "usage: bench WORKLOADS [--peer FILE] [--json FILE]"
    var directory: String?
    var options: [String: String] = [:]
    var rest = arguments[...]
    while let argument = rest.popFirst() {
        if argument == "--peer" || argument == "--json", let value = rest.popFirst() {
            options[argument] = value
        } else if directory == nil, !argument.hasPrefix("-") {
            directory = argument
        } else {
            throw WorkloadError(path: argument, reason: usage)
        }
    }
    guard let directory else { throw WorkloadError(path: "WORKLOADS", reason: usage) }

    let files = try WorkloadFiles(directory)
    let expectations = try Expectations(path: files.expected)
    var peer: [String: Double] = [:]
    if let path = options["--peer"] {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        peer = try JSONDecoder().decode([String: Double].self, from: data)
    }
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
    if let path = options["--json"] { try report.write(to: path) }
    return report.isExpected && !report.rows.isEmpty ? 0 : 1
}

do {
    let arguments = Array(CommandLine.arguments.dropFirst())
    switch arguments.first {
    case "pipeline": exit(try PipelineCommand(Array(arguments.dropFirst())).run())
    default: exit(try bench(arguments))
    }
} catch {
    FileHandle.standardError.write(Data("bench: \(error)\n".utf8))
    exit(2)
}
