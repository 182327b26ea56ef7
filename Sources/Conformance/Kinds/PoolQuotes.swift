import JSON
import Recordings
import UniswapV3

/// Answers of the quoter contract, which the pool model must give too.
///
/// The pool is the one state file beside the table (`…state….json`); where there are several, the
/// one that the table's name begins like.
enum PoolQuotes: ConformanceKind {
    static let name = "pool quote"

    static func recognises(_ content: VectorContent) -> Bool {
        guard case .text(let bytes) = content else { return false }
        let header = QuoteTable.columns.joined(separator: ",")
        return bytes.prefix { $0 != 0x0a && $0 != 0x0d }.elementsEqual(header.utf8)
    }

    static func judge(_ cases: [VectorCase], into report: inout FileReport) {
        for table in cases {
            guard case .text(let bytes) = table.content else { continue }
            do {
                let quotes = try QuoteTable(CommaSeparatedTable(utf8: bytes))
                guard let state = state(beside: report.path) else { throw Missing.state }
                report.record(quotes.check(against: try PoolSnapshot.parse(state)), kind: name)
            } catch {
                report.record(
                    .failed(Difference("table", expected: "quotes", actual: "\(error)")),
                    kind: name, case: "")
            }
        }
    }

    private enum Missing: Error, CustomStringConvertible {
        case state

        var description: String { "no state beside it, or several: a file ...state....json" }
    }

    private static func state(beside path: String) -> [UInt8]? {
        let neighbours = NeighbourFiles(of: path)
        let states = neighbours.files { $0.contains("state") && $0.contains(".json") }
        // Those before and after a history are that history's.
        let free = states.filter {
            !$0.name.contains("state_before") && !$0.name.contains("state_after")
        }
        if let only = [states, free].first(where: { $0.count == 1 }) { return only[0].bytes }
        let prefix = neighbours.name.split(separator: "_").prefix(3).joined(separator: "_") + "_"
        let own = states.filter { $0.name.hasPrefix(prefix) }
        return own.count == 1 ? own[0].bytes : nil
    }
}
