import Ethereum
import UniswapV3

/// Answers of the quoter contract, which the pool model must give too.
package struct QuoteTable: Sendable {
    /// One question and the quoter's answer.
    package struct Quote: Equatable, Sendable {
        /// The line in the file, from 1.
        package var line: Int
        /// What goes in is given and what comes out is asked for, or the other way round.
        package var isExactInput: Bool
        package var zeroForOne: Bool
        /// Raw units, at most 2^255 − 1, where the quoter reverts too.
        package var amount: UInt256
        package var result: UInt256

        /// The quoter's function.
        package var function: String {
            isExactInput ? QuoteTable.exactInput : QuoteTable.exactOutput
        }
    }

    static let exactInput = "quoteExactInputSingle"
    static let exactOutput = "quoteExactOutputSingle"

    /// The columns of such a table, in their order.
    package static let columns = ["function", "zero_for_one", "amount", "result"]

    /// In the file's order.
    package var quotes: [Quote]

    /// Reads a table; a row that cannot be read is an error, and so is a table without rows.
    package init(_ table: CommaSeparatedTable) throws(TableError) {
        var table = table
        quotes = []
        while let row = try table.next() { quotes.append(try Quote(row)) }
        guard !quotes.isEmpty else { throw .noRows }
    }

    /// Asks the model each question.
    package func check(against pool: PoolState) -> CheckReport {
        var report = CheckReport()
        for quote in quotes {
            report.add(
                line: quote.line, subject: quote.function, Self.difference(quote, pool))
        }
        return report
    }

    private static func difference(_ quote: Quote, _ pool: PoolState) -> ValueDifference? {
        let amount = Int256(bitPattern: quote.amount)
        let result: SwapResult
        do throws(PoolError) {
            result = try pool.swap(
                zeroForOne: quote.zeroForOne,
                amountSpecified: quote.isExactInput ? amount : -amount)
        } catch {
            return ValueDifference("outcome", expected: "\(quote.result)", actual: "\(error)")
        }
        let answer = quote.isExactInput ? result.amountOut : result.amountIn
        guard answer != quote.result else { return nil }
        return ValueDifference("result", expected: "\(quote.result)", actual: "\(answer)")
    }
}

extension QuoteTable.Quote {
    fileprivate init(_ row: CommaSeparatedTable.Row) throws(TableError) {
        line = row.line
        switch try row.text("function") {
        case QuoteTable.exactInput: isExactInput = true
        case QuoteTable.exactOutput: isExactInput = false
        default:
            throw row.error(
                "function", expected: "\(QuoteTable.exactInput) or \(QuoteTable.exactOutput)")
        }
        zeroForOne = try row.flag("zero_for_one")
        amount = try row.unsigned("amount")
        guard amount.limb3 >> 63 == 0 else {
            throw row.error("amount", expected: "an integer from 0 to 2^255 - 1")
        }
        result = try row.unsigned("result")
    }
}
