import Ethereum
import Strategy
import Wire

/// The JSON of one swap that the bot looked at.
enum BundleFields {
    /// One object; wei and raw units as decimal strings, and null for what there is no bundle for.
    static func json(
        block: UInt64, pool: Address, txHash: Hash32, amountIn: UInt256, bundle: SimulatedBundle?,
        label: String
    ) -> JSON {
        func string(_ value: (any CustomStringConvertible)?) -> JSON {
            value.map { .string($0.description) } ?? .null
        }
        func integer(_ value: Int64?) -> JSON { value.map { .integer($0) } ?? .null }
        let position = bundle?.plan.position
        return .object([
            .init("block", .integer(Int64(clamping: block))),
            .init("pool", .string(pool.description)),
            .init("txHash", .string(txHash.description)),
            .init("amountIn", .string(amountIn.description)),
            .init("tickLower", integer(position.map { Int64($0.tickLower) })),
            .init("tickUpper", integer(position.map { Int64($0.tickUpper) })),
            .init("liquidity", string(position?.liquidity)),
            .init("feeWei", string(bundle?.feeWei)),
            .init("gasUsed", integer(bundle.map { Int64(clamping: $0.gasUsed) })),
            .init("netProfitWei", string(bundle?.netProfitWei)),
            .init("swapperGainWei", string(bundle?.swapper.gainWei)),
            .init(
                "swapperGainBps",
                bundle.map { .decimal(Double($0.swapper.gainPips) / 100, decimals: 2) } ?? .null
            ),
            .init("outcome", .string(label)),
        ])
    }
}
