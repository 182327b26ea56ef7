import Ethereum
import Store
import Strategy
import UniswapV3

extension HotLoop {
    /// Learns from what became of a bundle of ours by the head.
    func learn(from state: BundleState, of bundle: Hash32) {
        func told(_ bid: Bid, _ sight: TipObservation.Sight) {
            let number = head?.number ?? 0
            learn([
                TipObservation(
                    pool: bid.pool, blockNumber: number, source: bundle, sight: sight)
            ])
        }
        switch state {
        case .landed:
            guard let bid = bids.removeValue(forKey: bundle) else { return }
            told(bid, .won(shareBps: bid.shareBps))
        case .lost(.outbid):
            // Where a competitor landed his bid is known, which says more.
            guard let bid = bids.removeValue(forKey: bundle), !rivalPools.contains(bid.pool)
            else { return }
            told(bid, .lost(shareBps: bid.shareBps))
        case .lost: bids[bundle] = nil
        default: break
        }
    }

    /// Learns from others' just-in-time liquidity in a block that was mined.
    func learnOfRivals(_ answer: HeadBatch.Answer, block number: UInt64) {
        rivalPools = []
        defer { unserved = [:] }
        guard configuration.parameters.tips != nil else { return }
        if tips == nil { restoreTips(at: number) }
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
        rivalPools = Set(events.map(\.pool))
        var seen = events.map {
            TipObservation(
                pool: $0.pool, blockNumber: number, source: $0.transaction,
                sight: TipObservation.Sight($0.event))
        }
        for hash in block.transactionHashes {
            guard let pool = unserved[hash], !rivalPools.contains(pool) else { continue }
            seen.append(
                TipObservation(pool: pool, blockNumber: number, source: hash, sight: .unopposed))
        }
        learn(seen)
    }

    /// Writes down what was seen and learns what of it is new: a block that is read again, after a
    /// restart, tells nothing twice.
    private func learn(_ seen: [TipObservation]) {
        guard tips != nil, !seen.isEmpty else { return }
        let new = keep("recording what was seen of competitors") { try ledger.recordTips(seen) }
        for observation in new ?? [] { tips?.learn(observation) }
    }

    /// What earlier processes have learnt, as of a block: from the ledger, in its order.
    private func restoreTips(at number: UInt64) {
        let age = TipRetention.standard.blocks
        let stored = keep("reading what was seen of competitors") {
            try ledger.tipObservations(notBefore: number > age ? number - age : 0)
        }
        tips = configuration.parameters.tips
        for observation in stored ?? [] { tips?.learn(observation) }
        tips?.follow(block: number)
    }
}

extension TipBook {
    /// Learns from an observation, in its block.
    mutating func learn(_ observation: TipObservation) {
        follow(block: observation.blockNumber)
        observe(Event(observation.sight), pool: observation.pool)
    }
}

extension TipBook.Event {
    init(_ sight: TipObservation.Sight) {
        switch sight {
        case .rivalLanded(let gross, let tip, let deposit0, let deposit1):
            self = .rivalLanded(
                grossWei: gross, tipWei: tip,
                deposit: TokenAmounts(amount0: deposit0, amount1: deposit1))
        case .unopposed: self = .unopposed
        case .won(let share): self = .won(shareBps: share)
        case .lost(let share): self = .lost(shareBps: share)
        }
    }
}

extension TipObservation.Sight {
    init(_ event: TipBook.Event) {
        switch event {
        case .rivalLanded(let gross, let tip, let deposit):
            self = .rivalLanded(
                grossWei: gross, tipWei: tip, deposit0Raw: deposit.amount0,
                deposit1Raw: deposit.amount1)
        case .unopposed: self = .unopposed
        case .won(let share): self = .won(shareBps: share)
        case .lost(let share): self = .lost(shareBps: share)
        }
    }
}
