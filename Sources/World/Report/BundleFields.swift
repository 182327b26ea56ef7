import Ethereum
import Strategy

/// The JSON of one swap that the bot looked at.
enum BundleFields {
    /// One object; wei and raw units as decimal strings, and null for what there is no bundle for.
    static func json(
        block: UInt64, pool: Address, txHash: Hash32, amountIn: UInt256, bundle: SimulatedBundle?,
        label: String
    ) -> JSONText {
        func string(_ value: (any CustomStringConvertible)?) -> JSONText {
            value.map { .string($0.description) } ?? .null
        }
        func integer(_ value: Int64?) -> JSONText { value.map { .integer($0) } ?? .null }
        let position = bundle?.plan.position
        return .object([
            ("block", .integer(Int64(clamping: block))),
            ("pool", .string(pool.description)),
            ("txHash", .string(txHash.description)),
            ("amountIn", .string(amountIn.description)),
            ("tickLower", integer(position.map { Int64($0.tickLower) })),
            ("tickUpper", integer(position.map { Int64($0.tickUpper) })),
            ("liquidity", string(position?.liquidity)),
            ("feeWei", string(bundle?.feeWei)),
            ("gasUsed", integer(bundle.map { Int64(clamping: $0.gasUsed) })),
            ("netProfitWei", string(bundle?.netProfitWei)),
            ("swapperGainWei", string(bundle?.swapper.gainWei)),
            (
                "swapperGainBps",
                bundle.map { .decimal(Double($0.swapper.gainPips) / 100, decimals: 2) } ?? .null
            ),
            ("outcome", .string(label)),
        ])
    }
}
