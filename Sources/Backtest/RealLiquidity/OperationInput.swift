import Ethereum
import Recordings

/// A table of others' just-in-time operations as a backtest's input: what their collector says that
/// they earned. Decimal amounts, in which nothing is computed but sums.
public struct OperationInput: Sendable {
    public let input: BacktestInput
    private let operations: [RealJit]

    private static let columns = [
        "pool", "pool_name", "block", "mint_tx", "burn_tx", "tick_lower", "tick_upper", "fees0",
        "fees1", "fees_usd", "operation_pnl_usd",
    ]

    /// Whether a table's first line names such columns.
    static func recognises(header: String) -> Bool {
        let names = header.split(separator: ",")
        return names.contains("mint_tx") && names.contains("burn_tx")
    }

    /// Reads the bytes of a table.
    public init(name: String, bytes: [UInt8]) throws {
        let digest = BacktestInput.digest([Array(name.utf8), bytes])
        input = BacktestInput(name: name, kind: .jitOperations, digest: digest, pool: nil)
        var table = try CommaSeparatedTable(utf8: bytes, required: Self.columns)
        var operations: [RealJit] = []
        while let row = try table.next() {
            operations.append(
                RealJit(
                    source: .init(input: digest, row: operations.count),
                    block: try row.blockNumber("block"), pool: try row.text("pool"),
                    tickLower: try row.tick("tick_lower"), tickUpper: try row.tick("tick_upper"),
                    stated: RealJit.Stated(
                        poolName: try row.text("pool_name"), fees0: try row.decimal("fees0"),
                        fees1: try row.decimal("fees1"), feesUsd: try row.decimal("fees_usd"),
                        profitUsd: try row.decimal("operation_pnl_usd"))))
        }
        guard !operations.isEmpty else { throw TableError.noRows }
        self.operations = operations
    }

    /// The one shard of all operations.
    public func work(settings: BacktestSettings, span: BlockSpan?) -> Shard {
        var shard = Shard(
            input: input, settings: settings, span: span, firstRow: 0, rows: operations.count)
        shard.realJit = operations.filter { span?.contains($0.block) ?? true }
        return shard
    }
}

extension CommaSeparatedTable.Row {
    fileprivate func decimal(_ column: String) throws(TableError) -> DecimalAmount {
        guard let amount = DecimalAmount(try text(column)) else {
            throw error(column, expected: "a decimal number")
        }
        return amount
    }
}
