import Contracts
import EVM
import Ethereum

/// Why a pending transaction became no bundle. Every exit of the pipeline is one case; its label is
/// the name in metrics, the ledger and reports, its description what an operator reads.
public enum Rejection: Error, Equatable, Sendable {
    // Detection
    /// It swaps on no pool of a factory that we know.
    case noSwap
    /// It swaps on genuine pools only that we do not follow; the first of them.
    case poolNotFollowed(pool: Address, venue: String)
    /// It swaps in both directions of one pool: no position earns from it as from one swap.
    case swapsBothWays(pool: Address)
    /// Executing it takes more gas or time than a pending transaction may take.
    case tooExpensive(ExecutionBudget.Excess, microsecondsAllowed: UInt64)
    /// All that it sells is worth less than what a bundle costs.
    case tooSmall(worthWei: UInt256, neededWei: UInt256)
    /// It carries blobs, which no bundle of ours can bring along.
    case blobTransaction
    case targetInvalid(InvalidTransaction)
    /// It is our own.
    case ownTransaction(sender: Address)
    /// The signature is not of the account that the mempool states.
    case senderNotSigner(stated: Address)
    case targetReverts
    case unsimulatable(Unsimulatable)
    /// Neither token of the pool is WETH, so that profit cannot be told in wei.
    case poolWithoutWeth(pool: Address)
    case noFairPrice(pool: Address)

    // Planning
    case priceOutsideBand(tick: Int32, bandLower: Int32, bandUpper: Int32)
    /// No range and liquidity earns anything, even before gas.
    case noProfitableRange
    /// No dust of ours stands on the pool: it cannot be served on kept positions.
    case noKeptRange(pool: Address)
    /// No range without dust of ours earns anything: it cannot be served on new positions.
    case noNewRange(pool: Address)
    /// The objective asks for more than any plan leaves him, or than the chosen one does.
    case swapperGainBelow(gainPips: UInt64, requiredPips: UInt64)
    case insufficientInventory(token: Address, needed: UInt256, available: UInt256)
    case baseFeeAboveLimit(baseFeePerGas: UInt256, limit: UInt256)

    // Simulation
    case openFails(ExecutionStatus, output: [UInt8])
    case closeFails(ExecutionStatus, output: [UInt8])
    case belowMinimumProfit(netProfitWei: Int256, floorWei: UInt256)

    // The swapper's proof
    case targetStatusChanged
    case targetLogsChanged
    /// A swap that ends at its price limit, or is cut short, would fill differently.
    case partialFillChanged
    /// Its logs name more balances than are compared.
    case tooManyBalances(count: Int, limit: Int)
    /// Reading the balances takes more gas than a decision is worth.
    case balancesTooExpensive(limit: UInt64)
    /// An account that is not ours would own less; `token` is nil for ether.
    case swapperWorseOff(account: Address, token: Address?, lossRaw: UInt256)
    case gasHeadroom(gasUsed: UInt64, allowed: UInt64)
    /// It opens or closes positions, which are not compared.
    case targetProvidesLiquidity(contract: Address)
    case gasShareOfGain(gasCostWei: UInt256, gainWei: UInt256)
    /// A token moves to or from the block's coinbase, which is not known before the block is there.
    case tokenOfCoinbase
    /// In a block of another builder one of the bundle's transactions, or the target alone, does
    /// something else.
    case dependsOnBuilder

    // Rivals
    /// Somebody else can pay the builder more for this target than we could.
    case outbidByRivals(Rival, rivalWei: UInt256, affordableWei: UInt256)

    // Risk
    /// Another of our bundles has the pool in this block.
    case poolBusy(pool: Address)
    /// Every operator account has a live bundle.
    case operatorsBusy(count: Int)

    /// The name in metrics, the ledger and reports.
    public var label: String {
        switch self {
        case .noSwap: "no_swap"
        case .poolNotFollowed: "pool_not_followed"
        case .swapsBothWays: "swaps_both_ways"
        case .tooExpensive: "too_expensive"
        case .tooSmall: "too_small"
        case .blobTransaction: "blob_transaction"
        case .targetInvalid: "target_invalid"
        case .ownTransaction: "own_transaction"
        case .senderNotSigner: "sender_not_signer"
        case .targetReverts: "target_reverts"
        case .unsimulatable: "unsimulatable"
        case .poolWithoutWeth: "pool_without_weth"
        case .noFairPrice: "no_fair_price"
        case .priceOutsideBand: "price_outside_band"
        case .noProfitableRange: "no_profitable_range"
        case .noKeptRange: "no_kept_range"
        case .noNewRange: "no_new_range"
        case .swapperGainBelow: "swapper_gain_below"
        case .insufficientInventory: "insufficient_inventory"
        case .baseFeeAboveLimit: "base_fee_above_limit"
        case .openFails: "open_fails"
        case .closeFails: "close_fails"
        case .belowMinimumProfit: "below_minimum_profit"
        case .targetStatusChanged: "target_status_changed"
        case .targetLogsChanged: "target_logs_changed"
        case .partialFillChanged: "partial_fill_changed"
        case .tooManyBalances: "too_many_balances"
        case .swapperWorseOff: "swapper_worse_off"
        case .gasHeadroom: "gas_headroom"
        case .targetProvidesLiquidity: "target_provides_liquidity"
        case .balancesTooExpensive: "balances_too_expensive"
        case .gasShareOfGain: "gas_share_of_gain"
        case .tokenOfCoinbase: "token_of_coinbase"
        case .dependsOnBuilder: "depends_on_builder"
        case .outbidByRivals: "outbid_by_rivals"
        case .poolBusy: "pool_busy"
        case .operatorsBusy: "operators_busy"
        }
    }
}

extension Rejection {
    /// Why the machine gave no outcome, as a rejection.
    init(_ error: ExecutionError) {
        switch error {
        case .invalid(let reason): self = .targetInvalid(reason)
        case .unsimulatable(let reason): self = .unsimulatable(reason)
        case .budgetSpent(let excess): self = .tooExpensive(excess, microsecondsAllowed: 0)
        }
    }
}

extension Rejection: CustomStringConvertible {
    /// What, which value, which limit.
    public var description: String {
        switch self {
        case .noSwap: "no swap on a pool that we follow"
        case .poolNotFollowed(let pool, let venue):
            "swaps on \(venue)'s pool \(pool), which is not followed"
        case .swapsBothWays(let pool): "swaps in both directions of pool \(pool)"
        case .tooExpensive(.gas(let budget), _):
            "takes more than \(budget) gas to execute"
        case .tooExpensive(.time(let gasUsed), let microseconds):
            "takes more than \(microseconds) µs to execute: so far \(gasUsed) gas"
        case .tooSmall(let worth, let needed):
            "sells what is worth \(worth) wei, a bundle costs at least \(needed) wei"
        case .blobTransaction: "carries blobs, which a bundle does not"
        case .ownTransaction(let sender): "\(sender) is an account of ours"
        case .senderNotSigner(let stated):
            "the mempool states \(stated) as the sender, whose signature it is not"
        case .targetInvalid(let reason): "the transaction is invalid: \(reason)"
        case .targetReverts: "the transaction reverts without us"
        case .unsimulatable(let reason): "cannot be simulated: \(reason)"
        case .poolWithoutWeth(let pool): "pool \(pool) has no WETH side"
        case .noFairPrice(let pool): "no fair price for pool \(pool)"
        case .priceOutsideBand(let tick, let lower, let upper):
            "tick \(tick) outside the owner's band \(lower)...\(upper)"
        case .noProfitableRange: "no range earns anything before gas"
        case .noKeptRange(let pool): "no dust of ours stands on pool \(pool)"
        case .noNewRange(let pool):
            "no range of pool \(pool) without dust of ours earns anything before gas"
        case .swapperGainBelow(let gain, let required):
            "the swapper would gain \(gain) pips, the objective asks for \(required)"
        case .insufficientInventory(let token, let needed, let available):
            "inventory of \(token) is \(available), the range needs \(needed)"
        case .baseFeeAboveLimit(let fee, let limit): "base fee \(fee) wei above the limit \(limit)"
        case .openFails(let status, let output):
            "open would fail: \(Self.failure(status, output))"
        case .closeFails(let status, let output):
            "close would fail: \(Self.failure(status, output))"
        case .belowMinimumProfit(let net, let floor):
            "net profit \(net) wei below the minimum of \(floor) wei"
        case .targetStatusChanged: "the swap would no longer succeed"
        case .targetLogsChanged: "the swap would write other events"
        case .partialFillChanged: "the swap would fill to another amount"
        case .tooManyBalances(let count, let limit):
            "its events name \(count) balances, at most \(limit) are compared"
        case .swapperWorseOff(let account, let token, let loss):
            "\(account) would own \(loss) less of \(token.map(String.init(describing:)) ?? "ether")"
        case .gasHeadroom(let used, let allowed):
            "the swap would use \(used) gas, \(allowed) of its limit may be used"
        case .targetProvidesLiquidity(let contract):
            "it opens or closes a position, as \(contract) tells, which cannot be compared"
        case .balancesTooExpensive(let limit):
            "reading the balances to compare takes more than \(limit) gas"
        case .gasShareOfGain(let cost, let gain):
            "extra gas of \(cost) wei is more than half of its payer's gain of \(gain) wei"
        case .tokenOfCoinbase:
            "it moves a token to or from the block's coinbase, which is not known yet"
        case .dependsOnBuilder: "it does something else in a block of another builder"
        case .outbidByRivals(let rival, let rivalWei, let affordable):
            "\(rival) can bid \(rivalWei) wei, we at most \(affordable) wei"
        case .poolBusy(let pool): "another bundle has pool \(pool) in this block"
        case .operatorsBusy(let count): "all \(count) operator accounts have a live bundle"
        }
    }

    /// How a transaction of ours ends: the contract's error where it is one.
    private static func failure(_ status: ExecutionStatus, _ output: [UInt8]) -> String {
        JitExecutor.errorCode(of: output).map { "JitError(\($0))" }
            ?? "\(status) \(Hex.prefixed(output.prefix(68)))"
    }
}
