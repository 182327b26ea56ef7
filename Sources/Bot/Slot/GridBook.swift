import Ethereum
import Strategy

/// What the loop knows of the grids of dust: what stands on the present head, and what it has last
/// done about each pool.
struct GridBook {
    /// By pool, the ranges in which the executor holds liquidity, as read from the head's state.
    private(set) var kept: [Address: [KeptRange]] = [:]
    /// Changes that were sent and are not seen to have landed.
    private var underWay: [Address: SimulatedGridChange] = [:]
    /// The block behind which a pool's newest seeding was first seen to stand.
    private var seededAt: [Address: UInt64] = [:]
    private var refusals: [Address: GridRefusal] = [:]

    /// Takes what stands on a head; gives the pools for which that has changed.
    mutating func take(_ kept: [Address: [KeptRange]], block: UInt64) -> [Address] {
        let changed = kept.keys.sorted().filter { kept[$0] != self.kept[$0] ?? [] }
        self.kept = kept
        for (pool, change) in underWay {
            // What did not land is asked for again, on the new head.
            underWay[pool] = nil
            if change.kind == .seeding, change.ranges.allSatisfy((kept[pool] ?? []).contains) {
                seededAt[pool] = block
            }
        }
        return changed
    }

    mutating func sent(_ change: SimulatedGridChange) {
        underWay[change.pool] = change
        refusals[change.pool] = nil
    }

    /// Whether a pool's grid may be changed again on this block.
    func mayChange(_ pool: Address, block: UInt64, _ terms: GridTerms) -> Bool {
        guard !terms.retires, let seeded = seededAt[pool] else { return true }
        return block >= seeded + terms.minimumBlocks
    }

    /// Whether this refusal is news: the same one, head after head, is told once.
    mutating func isNews(_ refusal: GridRefusal, pool: Address) -> Bool {
        guard refusals[pool]?.label != refusal.label else { return false }
        refusals[pool] = refusal
        return true
    }
}
