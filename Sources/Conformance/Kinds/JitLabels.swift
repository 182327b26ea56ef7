import JSON
import Recordings

/// Labelled just-in-time liquidity, which must be found in the blocks beside the labels (a file
/// `…block….json` of pool calls); a block without a label must have none. Each label and each block
/// is a case.
enum JitLabels: ConformanceKind {
    static let name = "JIT label"

    static func recognises(_ content: VectorContent) -> Bool {
        guard case .json(let object) = content else { return false }
        return JitLabel.recognises(object)
    }

    static func judge(_ cases: [VectorCase], into report: inout FileReport) {
        do {
            let labels = try cases.map { try JitLabel($0.object) }
            let files = NeighbourFiles(of: report.path).files {
                $0.contains("block") && $0.contains(".json")
            }
            guard files.count == 1 else { throw Missing.blocks(count: files.count) }
            try judge(labels, in: PoolCallFile(files[0].bytes), into: &report)
        } catch {
            report.record(
                .failed(Difference("labels", expected: "labels of blocks", actual: "\(error)")),
                kind: name, case: "")
        }
    }

    private enum Missing: Error, CustomStringConvertible {
        case blocks(count: Int)

        var description: String {
            switch self {
            case .blocks(let count):
                "\(count) files ...block....json beside it, where one should be"
            }
        }
    }

    private static func judge(
        _ labels: [JitLabel], in file: PoolCallFile, into report: inout FileReport
    ) throws {
        var findings = JitFinding.all(in: file, traces: [])
        for label in labels {
            let place = "block \(label.block) \(label.mintTransaction)"
            guard
                let index = findings.firstIndex(where: {
                    $0.attack.block == label.block
                        && $0.attack.mintTransaction == label.mintTransaction
                })
            else {
                report.record(
                    .failed(Difference("attack", expected: "found", actual: "not found")),
                    kind: name, case: place)
                continue
            }
            let finding = findings.remove(at: index)
            let difference = try label.difference(from: finding).map {
                Difference($0.what, expected: $0.expected, actual: $0.actual)
            }
            report.record(difference.map { .failed($0) } ?? .passed, kind: name, case: place)
        }
        for block in file.blocks {
            let others = findings.filter { $0.attack.block == block.number }
            let verdict: Verdict =
                others.isEmpty
                ? .passed
                : .failed(
                    Difference(
                        "attacks without a label", expected: "0", actual: "\(others.count)"))
            report.record(verdict, kind: name, case: "block \(block.number)")
        }
    }
}
