import Ethereum
import UniswapV3

/// What competitors were seen to deposit on a pool, each sighting counting less as time goes by.
///
/// Anybody can be a competitor once, on a swap of his own and with any amount. So a sighting is
/// halved with every `halfLifeEvents` that follow on the pool and with every `halfLifeBlocks`,
/// whichever was seen there, and forgotten with the third halving.
struct RivalDeposits: Equatable, Sendable {
    /// As the events of a `PoolRecord`: about what halves their weight.
    static let halfLifeEvents: UInt64 = 34
    /// Half an hour.
    static let halfLifeBlocks: UInt64 = 150
    /// Halvings with which a sighting is forgotten.
    static let lifetime: UInt64 = 3

    private struct Sighting: Equatable, Sendable {
        var deposit: TokenAmounts
        var event: UInt64
        var block: UInt64
    }

    /// At most `lifetime · halfLifeEvents` sightings: each is an event.
    private var sightings: [Sighting] = []
    private var events: UInt64 = 0

    /// Counts an event at a block, with what a competitor had deposited in it, if there was one.
    mutating func observe(_ deposit: TokenAmounts?, block: UInt64) {
        events += 1
        sightings = sightings.filter { halvings(of: $0, block: block) < Self.lifetime }
        guard let deposit else { return }
        sightings.append(Sighting(deposit: deposit, event: events, block: block))
    }

    /// The most of each token that is remembered at a block, rounded down; nil where nothing is.
    func most(block: UInt64) -> TokenAmounts? {
        var most: TokenAmounts?
        for sighting in sightings {
            let halvings = halvings(of: sighting, block: block)
            guard halvings < Self.lifetime else { continue }
            let known = most ?? .zero
            most = TokenAmounts(
                amount0: max(known.amount0, sighting.deposit.amount0 >> halvings),
                amount1: max(known.amount1, sighting.deposit.amount1 >> halvings))
        }
        return most
    }

    /// A block before the sighting's, after a reorganisation, is as the sighting's.
    private func halvings(of sighting: Sighting, block: UInt64) -> UInt64 {
        let blocks = block > sighting.block ? block - sighting.block : 0
        return (events - sighting.event) / Self.halfLifeEvents + blocks / Self.halfLifeBlocks
    }
}
