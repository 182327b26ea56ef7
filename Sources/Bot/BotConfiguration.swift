import EVM
import Ethereum
import Strategy

/// Everything that the hot loop rests on: what the operator set, and what the chain said of it at
/// the start.
struct BotConfiguration: Sendable {
    let settings: BotSettings
    let forkSchedule: ForkSchedule
    let weth: Address
    /// The pools with their owner's terms, without their fair price.
    let pools: [FollowedPool]
    /// Factories whose pools are recognised: the executor's own, and on mainnet others.
    let venues: [PoolVenue]
    /// Accounts of ours besides the executor and the operators.
    let ownAccounts: Set<Address>
    /// What the atomic mode works with; nil where it is not set up.
    let atomic: AtomicTerms?

    var chainId: UInt64 { forkSchedule.chainId }
    var executor: Address { settings.executor }
    var operators: [PrivateKey] { settings.operators }
    var parameters: StrategyParameters { settings.parameters }
    var fairPriceHalfWidthPips: UInt64 { settings.fairPriceHalfWidthPips }
    var simulates: Bool { settings.simulates }
    var slotSeconds: UInt64 { settings.slotSeconds }

    /// The executor's, operators' and owner's addresses.
    var allOwnAccounts: Set<Address> {
        ownAccounts.union(operators.map(\.address)).union([executor])
            .union(atomic.map { [$0.flash, $0.profitRecipient] } ?? [])
    }

    /// The same with the atomic mode.
    func with(_ atomic: AtomicTerms) -> BotConfiguration {
        BotConfiguration(
            settings: settings, forkSchedule: forkSchedule, weth: weth, pools: pools,
            venues: venues, ownAccounts: ownAccounts, atomic: atomic)
    }
}
