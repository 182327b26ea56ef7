import Ethereum
import Strategy

/// The bundles of the slot under way: at most one a pool, each owning an operator account.
package struct LiveBundles {
    /// A bundle that may still land.
    struct Live {
        var simulated: SimulatedBundle
        var bundleHash: Hash32
        var operatorIndex: Int
        var replacementUuid: String
    }

    /// A bundle for no target of the mempool, for an order as a rule, that may still land.
    package struct LiveAtomic: Equatable {
        /// The order; nil for a change of our own.
        package var order: Hash32?
        package var bundleHash: Hash32
        /// Pools whose price it moves.
        package var pools: [Address]
        package var operatorIndex: Int
        package var replacementUuid: String
        /// Nil for what gives way to nothing in its slot.
        package var netProfitWei: Int256?
        /// What it deposits of our own tokens, raw units by token.
        package var deposits: [Address: UInt256]

        package init(
            order: Hash32?, bundleHash: Hash32, pools: [Address], operatorIndex: Int,
            replacementUuid: String, netProfitWei: Int256?, deposits: [Address: UInt256] = [:]
        ) {
            self.order = order
            self.bundleHash = bundleHash
            self.pools = pools
            self.operatorIndex = operatorIndex
            self.replacementUuid = replacementUuid
            self.netProfitWei = netProfitWei
            self.deposits = deposits
        }
    }

    /// Where a bundle for the mempool stands, or would.
    package struct Place: Equatable {
        package var operatorIndex: Int
        /// An order's bundle that earns less and goes for it. The account is that one's, so that
        /// by their nonce no more than one of the two can land, whatever a relay does.
        package var displaced: LiveAtomic?
    }

    private(set) var byPool: [Address: Live] = [:]
    private var atomic: [LiveAtomic] = []
    private let operatorCount: Int
    /// Accounts that earlier bundles own until they are resolved.
    package var reserved: Set<Int> = []

    package init(operatorCount: Int) { self.operatorCount = operatorCount }

    /// A new slot: what was live is resolved by its block.
    mutating func beginSlot() {
        byPool = [:]
        atomic = []
    }

    /// Pools on which bundles of this slot rest, or which they move.
    var busyPools: Set<Address> { Set(byPool.keys).union(atomic.flatMap(\.pools)) }

    /// An order's bundle is sent.
    package mutating func insert(_ live: LiveAtomic) { atomic.append(live) }

    private var free: [Int] {
        let taken = Set(byPool.values.map(\.operatorIndex) + atomic.map(\.operatorIndex))
            .union(reserved)
        return (0..<operatorCount).filter { !taken.contains($0) }
    }

    /// A free account.
    package func account() throws(Rejection) -> Int {
        guard let first = free.first else { throw .operatorsBusy(count: operatorCount) }
        return first
    }

    /// A free account for an order: never the last one, which is the mempool's, where there is more
    /// than one at all.
    package func accountForOrder() throws(Rejection) -> Int {
        let free = free
        guard let first = free.first, free.count > 1 || operatorCount == 1 else {
            throw .operatorsBusy(count: operatorCount)
        }
        return first
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

    /// The place of a bundle, which it has only if nobody has its pool, or earns less with it.
    func place(for bundle: SimulatedBundle) throws(Rejection) -> Place {
        let pool = bundle.plan.pool.address
        if let live = byPool[pool] {
            guard bundle.netProfitWei > live.simulated.netProfitWei else {
                throw .poolBusy(pool: pool)
            }
            return Place(operatorIndex: live.operatorIndex, displaced: nil)
        }
        return try place(on: pool, netProfitWei: bundle.netProfitWei)
    }

    /// The place on a pool that no other bundle for the mempool has.
    package func place(on pool: Address, netProfitWei: Int256) throws(Rejection) -> Place {
        if let taken = atomic.first(where: { $0.pools.contains(pool) }) {
            guard let profit = taken.netProfitWei, netProfitWei > profit else {
                throw .poolBusy(pool: pool)
            }
            return Place(operatorIndex: taken.operatorIndex, displaced: taken)
        }
        if let first = free.first { return Place(operatorIndex: first, displaced: nil) }
        let least = atomic.filter { $0.netProfitWei != nil }.min {
            ($0.netProfitWei ?? .zero, $0.operatorIndex)
                < ($1.netProfitWei ?? .zero, $1.operatorIndex)
        }
        guard let least, let profit = least.netProfitWei, netProfitWei > profit else {
            throw .operatorsBusy(count: operatorCount)
        }
        return Place(operatorIndex: least.operatorIndex, displaced: least)
    }

    mutating func insert(_ live: Live) { byPool[live.simulated.plan.pool.address] = live }

    /// An order's bundle has gone for another.
    package mutating func remove(_ displaced: LiveAtomic) {
        atomic.removeAll { $0.bundleHash == displaced.bundleHash }
    }
}
