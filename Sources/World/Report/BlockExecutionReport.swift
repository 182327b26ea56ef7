import Chain
import Ethereum
import JSON
import Wire

/// How a recorded block came out when it was executed again, for people and for programs.
public struct BlockExecutionReport: Sendable {
    private let block: NetworkBlock
    private let comparison: BlockComparison?
    private let fault: BlockFault?

    /// The report of a block that was executed.
    public init(_ record: RecordedBlock, _ comparison: BlockComparison) {
        block = record.block
        self.comparison = comparison
        fault = nil
    }

    /// The report of a block that has no execution.
    public init(_ record: RecordedBlock, fault: BlockFault) {
        block = record.block
        comparison = nil
        self.fault = fault
    }

    /// Whether everything that the record states came out.
    public var succeeded: Bool { comparison?.differences.isEmpty ?? false }

    /// The lines for people.
    public var lines: [String] {
        let header = block.header
        let number = "block \(header.number) of chain \(block.chainId)"
        guard let comparison else {
            return ["\(number): not executed: \(fault.map { "\($0)" } ?? "unknown")"]
        }
        let execution = comparison.execution
        var lines = [
            "\(number), \(comparison.forkName): \(block.transactions.count) transactions, "
                + "\(block.withdrawals.count) withdrawals",
            "gas used       \(execution.gasUsed) \(verdict(header.gasUsed == execution.gasUsed))",
            "receipts root  \(execution.receiptsRoot) "
                + verdict(header.receiptsRoot == execution.receiptsRoot),
            "state after    \(comparison.comparedValues) values compared",
        ]
        for difference in comparison.differences {
            lines.append(
                "DIFFERENT      \(difference.what): recorded \(difference.recorded), "
                    + "executed \(difference.executed)")
        }
        lines.append(
            succeeded
                ? "all equal" : "\(comparison.differences.count) differences from the record")
        return lines
    }

    private func verdict(_ isEqual: Bool) -> String {
        isEqual ? "= header" : "DIFFERS from the header"
    }

    /// One object: `block, chainId, fork, transactions, gasUsed, gasUsedExpected, receiptsRoot,
    /// receiptsRootExpected, comparedValues, differences, error, ok`.
    public var json: JSON {
        let header = block.header
        var members: [JSON.Member] = [
            .init("block", .integer(Int64(clamping: header.number))),
            .init("chainId", .integer(Int64(clamping: block.chainId))),
            .init("transactions", .integer(Int64(block.transactions.count))),
        ]
        if let comparison {
            let execution = comparison.execution
            members += [
                .init("fork", .string(comparison.forkName)),
                .init("gasUsed", .integer(Int64(clamping: execution.gasUsed))),
                .init("gasUsedExpected", .bool(execution.gasUsed == header.gasUsed)),
                .init("receiptsRoot", .string(execution.receiptsRoot.description)),
                .init("receiptsRootExpected", .bool(execution.receiptsRoot == header.receiptsRoot)),
                .init("comparedValues", .integer(Int64(comparison.comparedValues))),
                .init("differences", .array(comparison.differences.map(Self.json))),
            ]
        }
        members.append(.init("error", fault.map { .string("\($0)") } ?? .null))
        members.append(.init("ok", .bool(succeeded)))
        return .object(members)
    }

    private static func json(_ difference: BlockDifference) -> JSON {
        .object([
            .init("what", .string(difference.what)),
            .init("recorded", .string(difference.recorded)),
            .init("executed", .string(difference.executed)),
        ])
    }
}
