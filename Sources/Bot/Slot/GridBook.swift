import Ethereum
import Strategy

/// What the loop knows of the grids of dust: what stands on the present head, and what it has last
/// done about each pool.
package struct GridBook {
    /// By pool, the ranges in which the executor holds liquidity, as read from the head's state.
    private(set) var kept: [Address: [KeptRange]] = [:]
    /// Changes that were sent and are not known to have landed.
    private var underWay: [Address: SimulatedGridChange] = [:]
    /// From which block on a pool may be changed again.
    private var restsUntil: [Address: UInt64] = [:]
    /// Changes of a pool that did not land, one behind the other.
    private var misses: [Address: UInt64] = [:]
    private var refusals: [Address: GridRefusal] = [:]

    /// Blocks between two tries at most, where none lands.
    private static let longestRest: UInt64 = 64

    package init() {}

    /// Takes what stands on a head, and `nonces`, the next one of each operator there; gives the
    /// pools for which that has changed.
    ///
    /// Whether a change has landed is told by its operator's nonce and not by the ranges: those are
    /// read around the price, and who moves the price must not make us seed again.
    package mutating func take(
        _ kept: [Address: [KeptRange]], block: UInt64, nonces: [Address: UInt64],
        _ terms: GridTerms
    ) -> [Address] {
        let changed = kept.keys.sorted().filter { kept[$0] != self.kept[$0] ?? [] }
        self.kept = kept
        for (pool, change) in underWay {
            underWay[pool] = nil
            if let next = nonces[change.account.address], next > change.account.nonce {
                misses[pool] = nil
                if change.kind == .seeding { restsUntil[pool] = block + terms.minimumBlocks }
            } else {
                // It is asked for again, ever more seldom, on a new head.
                let missed = (misses[pool] ?? 0) + 1
                misses[pool] = missed
                restsUntil[pool] = block + min(1 << min(missed, 6), Self.longestRest)
            }
        }
        return changed
    }

    /// A change is on its way to the relays, for the next block.
    package mutating func sent(_ change: SimulatedGridChange) {
        underWay[change.pool] = change
        refusals[change.pool] = nil
    }

    /// Whether a pool's grid may be changed in this block.
    package func mayChange(_ pool: Address, block: UInt64) -> Bool {
        block >= restsUntil[pool] ?? 0
    }

    /// Whether this refusal is news: the same one, head after head, is told once.
    mutating func isNews(_ refusal: GridRefusal, pool: Address) -> Bool {
        guard refusals[pool]?.label != refusal.label else { return false }
        refusals[pool] = refusal
        return true
    }
}
