import Ethereum
import Store
import Strategy

extension HotLoop {
    /// Learns from what became of a bundle of ours.
    func learn(from state: BundleState, of bundle: Hash32) {
        switch state {
        case .landed:
            guard let bid = bids.removeValue(forKey: bundle) else { return }
            tips?.observe(.won(shareBps: bid.shareBps), pool: bid.pool)
        case .lost(.outbid):
            // Where a competitor landed his bid is known, which says more.
            guard let bid = bids.removeValue(forKey: bundle), !rivalPools.contains(bid.pool)
            else { return }
            tips?.observe(.lost(shareBps: bid.shareBps), pool: bid.pool)
        case .lost: bids[bundle] = nil
        default: break
        }
    }

    /// Learns from others' just-in-time liquidity in a block that was mined.
    func learnOfRivals(_ answer: HeadBatch.Answer, block number: UInt64) {
        rivalPools = []
        defer { unserved = [:] }
        guard tips != nil else { return }
        tips?.follow(block: number)
        guard let block = RivalBlock(answer.block, receipts: answer.receipts, trace: answer.trace)
        else {
            // Bidding goes on by what is known; the books need the same block and judge it.
            return observe(.failed(what: "a block's payments to its builder cannot be read"))
        }
        var valuations: [Address: WethValuation] = [:]
        for pool in configuration.pools {
            guard let price = answer.fairSqrtPricesX96[pool.address] else { continue }
            valuations[pool.address] = WethValuation(
                wethIsToken0: pool.key.token0 == configuration.weth, sqrtPriceX96: price)
        }
        let events = block.events(
            valuations: valuations, ownAccounts: configuration.allOwnAccounts)
        for (pool, event) in events { tips?.observe(event, pool: pool) }
        rivalPools = Set(events.map(\.pool))
        for hash in block.transactionHashes {
            guard let pool = unserved[hash], !rivalPools.contains(pool) else { continue }
            tips?.observe(.unopposed, pool: pool)
        }
    }
}
