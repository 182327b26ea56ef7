import Ethereum
import JSON
import Strategy
import Wire

/// What reports say of a bundle, the same in every one of them.
public enum BundleFields {
    /// The names of the members, in their order.
    public static let names = members(nil).map(\.key)

    /// The members of a bundle; wei as decimal strings, and null where there is no bundle.
    public static func members(_ bundle: SimulatedBundle?) -> [JSON.Member] {
        func string(_ value: (any CustomStringConvertible)?) -> JSON {
            value.map { .string($0.description) } ?? .null
        }
        func integer(_ value: Int64?) -> JSON { value.map { .integer($0) } ?? .null }
        // Of several positions the ticks of all together, and the liquidity of the largest.
        let plan = bundle?.plan
        return [
            .init("tickLower", integer(plan.map { Int64($0.tickLower) })),
            .init("tickUpper", integer(plan.map { Int64($0.tickUpper) })),
            .init("liquidity", string(plan?.position.liquidity)),
            .init("feeWei", string(bundle?.feeWei)),
            .init("gasUsed", integer(bundle.map { Int64(clamping: $0.gasUsed) })),
            .init("netProfitWei", string(bundle?.netProfitWei)),
            .init("swapperGainWei", string(bundle?.swapper.gainWei)),
            .init(
                "swapperGainBps",
                bundle.map { .decimal(Double($0.swapper.gainPips) / 100, decimals: 2) } ?? .null
            ),
        ]
    }
}
