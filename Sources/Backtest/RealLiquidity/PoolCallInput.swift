import Ethereum
import Recordings
import Strategy
import UniswapV3

/// Blocks with their calls of pools as a backtest's input: what others' just-in-time liquidity
/// really earned. The pools' states are not in it, so that no other swap can be answered.
public struct PoolCallInput: Sendable {
    public let input: BacktestInput
    private let file: PoolCallFile
    private let traces: [TraceFile]

    /// Reads the bytes of a file, and those of traces of its blocks.
    ///
    /// - Parameter neighbour: The bytes of a file beside it by its name; nil where there is none.
    public init(
        name: String, bytes: [UInt8], neighbour: (String) throws -> [UInt8]?
    ) throws {
        file = try PoolCallFile(bytes)
        var parts = [Array(name.utf8), bytes]
        var traces: [TraceFile] = []
        for block in file.blocks {
            for name in ["json.gz", "json"].map({ "full_traces_\(block.number).\($0)" }) {
                guard let bytes = try neighbour(name) else { continue }
                traces.append(try TraceFile(bytes))
                parts.append(bytes)
                break
            }
        }
        self.traces = traces
        input = BacktestInput(
            name: name, kind: .poolCalls, digest: BacktestInput.digest(parts), pool: nil)
    }

    /// The one shard of all blocks.
    public func work(settings: BacktestSettings, span: BlockSpan?) -> Shard {
        var shard = Shard(input: input, settings: settings, span: span, firstRow: 0, rows: 0)
        let findings = JitFinding.all(in: file, traces: traces)
        for block in file.blocks where span?.contains(block.number) ?? true {
            let trace = traces.first { $0.block == block.number }
            let calls = block.successfulCalls(trace).calls
            let attacks = findings.filter { $0.attack.block == block.number }
            for call in calls {
                if case .swap = call.action {
                    shard.unanswered.append(.init(row: shard.rows, reason: .stateNotRecorded))
                    shard.rows += 1
                }
            }
            for finding in attacks {
                shard.realJit.append(
                    RealJitEstimate(finding, in: calls, block: block).finding(
                        source: .init(input: input.digest, row: shard.rows), settings: settings,
                        tokens: PoolCallInput.tokens(finding, block, trace)))
                shard.rows += 1
            }
        }
        return shard
    }

    /// Addresses among which the pool's tokens may be.
    private static func tokens(
        _ finding: JitFinding, _ block: PoolCallFile.Block, _ trace: TraceFile?
    ) -> [Address] {
        let attack = finding.attack
        let hashes = [attack.mintTransaction, attack.burnTransaction] + attack.swapTransactions
        var tokens = trace?.callees(of: attack.pool, in: hashes) ?? []
        for transaction in block.transactions where hashes.contains(transaction.hash) {
            for address in PoolKeySearch.addresses(in: transaction.input)
            where !tokens.contains(address) { tokens.append(address) }
        }
        return tokens
    }
}
