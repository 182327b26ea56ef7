import Ethereum
import Strategy

/// The bundles of the slot under way: at most one a pool, each owning an operator account.
struct LiveBundles {
    /// A bundle that may still land.
    struct Live {
        var simulated: SimulatedBundle
        var bundleHash: Hash32
        var operatorIndex: Int
        var replacementUuid: String
    }

    /// A bundle of one transaction that may still land.
    struct LiveAtomic {
        /// Pools whose price it moves.
        var pools: [Address]
        var operatorIndex: Int
        /// What it deposits of our own tokens, raw units by token.
        var deposits: [Address: UInt256] = [:]
    }

    private(set) var byPool: [Address: Live] = [:]
    private var atomic: [LiveAtomic] = []
    private let operatorCount: Int
    /// Accounts that earlier bundles own until they are resolved.
    var reserved: Set<Int> = []

    init(operatorCount: Int) { self.operatorCount = operatorCount }

    /// A new slot: what was live is resolved by its block.
    mutating func beginSlot() {
        byPool = [:]
        atomic = []
    }

    /// Pools on which bundles of this slot rest, or which they move.
    var busyPools: Set<Address> { Set(byPool.keys).union(atomic.flatMap(\.pools)) }

    mutating func insert(_ live: LiveAtomic) { atomic.append(live) }

    /// The account with which a bundle on this pool would be signed: the one that has the pool
    /// already, or a free one.
    func account(for pool: Address?) throws(Rejection) -> Int {
        if let pool, let live = byPool[pool] { return live.operatorIndex }
        let taken = Set(byPool.values.map(\.operatorIndex) + atomic.map(\.operatorIndex))
            .union(reserved)
        guard let free = (0..<operatorCount).first(where: { !taken.contains($0) }) else {
            throw .operatorsBusy(count: operatorCount)
        }
        return free
    }

    /// What the bundles on other pools may deposit, in raw units by token.
    func reserved(besides pool: Address?) -> [Address: UInt256] {
        var sum: [Address: UInt256] = [:]
        for live in byPool.values where live.simulated.plan.pool.address != pool {
            sum.merge(live.simulated.deposits) { $0 &+ $1 }
        }
        for live in atomic { sum.merge(live.deposits) { $0 &+ $1 } }
        return sum
    }

    /// Whether a bundle may take its pool: nobody has it, or it earns more than who does.
    func admits(_ bundle: SimulatedBundle) -> Bool {
        guard !atomic.contains(where: { $0.pools.contains(bundle.plan.pool.address) }) else {
            return false
        }
        guard let live = byPool[bundle.plan.pool.address] else { return true }
        return bundle.netProfitWei > live.simulated.netProfitWei
    }

    mutating func insert(_ live: Live) { byPool[live.simulated.plan.pool.address] = live }
}
