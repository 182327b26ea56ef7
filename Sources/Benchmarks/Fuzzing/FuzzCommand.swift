import EVM
import Ethereum
import Foundation

/// `bench fuzz WORKLOADS [--seed N] [--first N] [--programs N]`: writes programs made from a seed
/// and what comes of them, a line of JSON each, for `peers/pyrevm/fuzz.py` to compare.
struct FuzzCommand {
    static let usage = "usage: bench fuzz WORKLOADS [--seed N] [--first N] [--programs N]"

    private var benches: [(bench: Workload.Bench, workload: Workload)] = []
    private var seed: UInt64 = 1
    private var first: UInt64 = 0
    private var programs: UInt64 = 1000

    init(_ arguments: [String]) throws {
        var options = try Options(
            arguments, named: ["--seed", "--first", "--programs"], usage: Self.usage)
        seed = try options.number("--seed") ?? seed
        first = try options.number("--first") ?? first
        programs = try options.number("--programs") ?? programs
        for path in try WorkloadFiles(options.positional("WORKLOADS")).workloads {
            guard let workload = try Workload(path: path) else { continue }
            for bench in workload.benches { benches.append((bench, workload)) }
        }
    }

    func run() throws -> Int32 {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        for program in first..<first + programs {
            var line = try encoder.encode(try make(program).run(seed: seed, program: program))
            line.append(UInt8(ascii: "\n"))
            try FileHandle.standardOutput.write(contentsOf: line)
        }
        return 0
    }

    /// Three of four are written at random, the others are real transactions with damage.
    private func make(_ program: UInt64) -> FuzzProgram {
        var random = FuzzRandom(seed: seed, program: program)
        if random.isOne(of: 4), !benches.isEmpty {
            let (bench, workload) = random.element(benches)
            if let mutated = FuzzProgram(bench, of: workload, &random) { return mutated }
        }
        return FuzzProgram(&random)
    }
}
