import Bot
import Ethereum
import JSON
import Strategy
import Wire

/// The JSON of one swap that the bot looked at, the same in every report.
enum SwapFields {
    /// One object; wei and raw units as decimal strings, and null for what there is no bundle for.
    static func json(
        block: UInt64, pool: Address, txHash: Hash32, amountIn: UInt256, bundle: [JSON.Member],
        outcome: String
    ) -> JSON {
        .object(
            [
                .init("block", .integer(Int64(clamping: block))),
                .init("pool", .string(pool.description)),
                .init("txHash", .string(txHash.description)),
                .init("amountIn", .string(amountIn.description)),
            ] + bundle + [.init("outcome", .string(outcome))])
    }
}
