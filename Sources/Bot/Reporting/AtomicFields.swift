import Ethereum
import JSON
import Strategy

/// An order and its atomic bundle as members of a JSON object: the bot's events and the demo's
/// report carry one of them.
public enum AtomicFields {
    /// The names of a bundle's members, in their order.
    public static let names = members(nil).map(\.key)

    /// The members of an order.
    static func members(of order: SignedOrder) -> [JSON.Member] {
        [
            .init("orderHash", .hash(order.hash)), .init("account", .address(order.account)),
            .init("form", .string(order.form.label)),
        ]
    }

    /// The same members of a bundle with our own tokens, which has no loan and no hedge of its own.
    static func members(_ bundle: SimulatedOrderBundle) -> [JSON.Member] {
        let plan = bundle.plan
        let values: [String: JSON] = [
            "pool": .address(plan.pool.address), "tickLower": .integer(Int64(plan.tickLower)),
            "tickUpper": .integer(Int64(plan.tickUpper)),
            "liquidity": .string(plan.position.liquidity.description), "passedOver": [],
            "feeWei": .string(bundle.feeWei.description),
            "tipWei": .string(bundle.tipWei.description),
            "gasUsed": .integer(Int64(clamping: bundle.gasUsed)),
            "netProfitWei": .string(bundle.netProfitWei.description),
            "userGainWei": .string(bundle.user.gainWei.description),
            "userGainBps": .decimal(Double(bundle.user.gainPips) / 100, decimals: 2),
        ]
        return names.map { .init($0, values[$0] ?? .null) }
    }

    /// The members of a bundle; wei and raw units as decimal strings, null where there is none.
    static func members(_ bundle: SimulatedAtomicBundle?) -> [JSON.Member] {
        func string(_ value: (any CustomStringConvertible)?) -> JSON {
            value.map { .string($0.description) } ?? .null
        }
        let plan = bundle?.plan
        // Ranges ahead of the price take one token: one loan.
        let loan = plan?.loans.first
        return [
            .init("pool", string(plan?.pool.address)),
            .init("hedgePool", string(plan?.hedge.address)),
            .init("tickLower", plan.map { .integer(Int64($0.position.tickLower)) } ?? .null),
            .init("tickUpper", plan.map { .integer(Int64($0.position.tickUpper)) } ?? .null),
            .init("liquidity", string(plan?.position.liquidity)),
            .init("lender", string(loan?.lender.kind.label)),
            .init("lenderAddress", string(loan?.lender.address)),
            .init("loanToken", string(loan?.token)), .init("loanRaw", string(loan?.amount)),
            .init("loanFeeRaw", string(loan?.fee)),
            .init(
                "passedOver",
                .array(
                    (plan?.refusals ?? []).map {
                        [
                            "lender": .string($0.lender.kind.label),
                            "reason": .string($0.refusal.label),
                        ]
                    })),
            .init("feeWei", string(bundle?.feeWei)), .init("tipWei", string(bundle?.tipWei)),
            .init("gasUsed", bundle.map { .integer(Int64(clamping: $0.outcome.gasUsed)) } ?? .null),
            .init("netProfitWei", string(bundle?.netProfitWei)),
            .init("userGainWei", string(bundle?.user.gainWei)),
            .init(
                "userGainBps",
                bundle.map { .decimal(Double($0.user.gainPips) / 100, decimals: 2) } ?? .null),
        ]
    }
}
