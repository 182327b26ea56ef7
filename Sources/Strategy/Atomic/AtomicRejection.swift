import Contracts
import EVM
import Ethereum

/// Why an order became no atomic bundle. Every exit of the atomic line is one case; its label is
/// the name in the ledger and in reports.
public enum AtomicRejection: Error, Equatable, Sendable {
    /// As for any pending transaction: no swap on a followed pool, no state, a base fee too high.
    case common(Rejection)
    /// The order alone fails on this state: a spent nonce, a wrong signature, too little balance.
    case orderFails(ExecutionStatus, output: [UInt8])
    /// Its call succeeds, but what the user asked for does not happen inside it.
    case orderFailsInside
    /// The owner does not let our contract call this function of this contract.
    case targetNotAllowed(target: Address)
    /// Alone it succeeds, and called from our contract it fails.
    case orderFailsWithin(output: [UInt8])
    /// It swaps more than once on pools that we follow.
    case severalSwaps(count: Int)
    /// Its validity ended before the next block.
    case orderExpired(validUntil: UInt64, timestamp: UInt64)
    /// Calldata above what the contract forwards.
    case payloadTooLarge(bytes: Int, limit: Int)
    /// No other pool of the same tokens is known.
    case noHedgePool(pool: Address)
    /// Nobody lends what any range needs.
    case noLender([FlashLoanOrchestrator.Refused])
    /// No range leaves anything after the loan's fee and the hedge.
    case noProfitableRange
    /// Our transaction fails; the contract's `JitError` where it is one.
    case flashFails(ExecutionStatus, jitError: UInt8?, output: [UInt8])
    case belowMinimumProfit(netProfitWei: Int256, floorWei: UInt256)
    /// Another of our bundles has a pool in this block.
    case poolBusy(pool: Address)

    // The user's proof
    /// The order does something else inside our transaction than alone.
    case orderLogsChanged
    /// Its swap fills differently.
    case partialFillChanged
    /// Somebody who is not us would own less; `token` is nil for ether.
    case worseOff(account: Address, token: Address?, lossRaw: UInt256)
    /// The gas that its account pays in addition costs more than half of its gain.
    case gasShareOfGain(gasCostWei: UInt256, gainWei: UInt256)
    /// It behaves differently when something changes that must not matter.
    case behaviourDepends(on: ExecutionVariation)

    /// The name in the ledger and in reports.
    public var label: String {
        switch self {
        case .common(let rejection): rejection.label
        case .orderFails: "order_fails"
        case .orderFailsInside: "order_fails_inside"
        case .targetNotAllowed: "target_not_allowed"
        case .orderFailsWithin: "order_fails_within"
        case .severalSwaps: "several_swaps"
        case .orderExpired: "order_expired"
        case .payloadTooLarge: "payload_too_large"
        case .noHedgePool: "no_hedge_pool"
        case .noLender: "no_lender"
        case .noProfitableRange: "no_profitable_range"
        case .flashFails: "flash_fails"
        case .belowMinimumProfit: "below_minimum_profit"
        case .poolBusy: "pool_busy"
        case .orderLogsChanged: "order_logs_changed"
        case .partialFillChanged: "partial_fill_changed"
        case .worseOff: "swapper_worse_off"
        case .gasShareOfGain: "gas_share_of_gain"
        case .behaviourDepends: "behaviour_depends"
        }
    }
}

extension AtomicRejection: CustomStringConvertible {
    /// What, which value, which limit.
    public var description: String {
        switch self {
        case .common(let rejection): "\(rejection)"
        case .orderFails(let status, let output):
            "the order fails alone: \(status) \(Hex.prefixed(output.prefix(68)))"
        case .orderFailsInside: "the order is executed, but the call inside it fails"
        case .targetNotAllowed(let target):
            "the owner does not allow orders to call this function of \(target)"
        case .orderFailsWithin(let output):
            "the order fails when our contract calls it: \(Hex.prefixed(output.prefix(68)))"
        case .severalSwaps(let count): "\(count) swaps on pools that we follow in one order"
        case .orderExpired(let validUntil, let timestamp):
            "the order is valid until \(validUntil), the next block is of \(timestamp)"
        case .payloadTooLarge(let bytes, let limit):
            "the order has \(bytes) bytes, our contract forwards \(limit)"
        case .noHedgePool(let pool): "no other pool of the tokens of \(pool) is known"
        case .noLender(let refused):
            "nobody lends: "
                + refused.map { "\($0.lender.kind.label): \($0.refusal)" }.joined(separator: "; ")
        case .noProfitableRange: "no range leaves anything after the loan's fee and the hedge"
        case .flashFails(let status, let code, let output):
            "our transaction would fail: \(status) "
                + (code.map { "JitError(\($0))" } ?? Hex.prefixed(output.prefix(68)))
        case .belowMinimumProfit(let profit, let floor):
            "would net \(profit) wei, the minimum is \(floor)"
        case .poolBusy(let pool): "another bundle has the pool \(pool) in this block"
        case .orderLogsChanged: "the order would do something else inside our transaction"
        case .partialFillChanged: "the order's swap would fill differently"
        case .worseOff(let account, let token, let loss):
            "\(account) would own \(loss) less of \(token.map { "\($0)" } ?? "ether")"
        case .gasShareOfGain(let cost, let gain):
            "additional gas of \(cost) wei is more than half of the gain of \(gain) wei"
        case .behaviourDepends(let variation):
            "the order does something else with another \(variation.rawValue)"
        }
    }
}
