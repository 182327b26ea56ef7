import Chain
import Contracts
import EVM
import Ethereum
import Strategy
import TestSupport
import Testing
import UniswapV3
import World

/// Decisions beside rivals, on the real contracts.
@Suite("Rivals of a target")
struct RivalBidsTests {
    /// A sale whose minimum is so many millionths below what it brings alone.
    private static func sale(
        _ scene: Scene, _ ether: UInt64, slack millionths: UInt64
    ) throws -> PendingTransaction {
        let amount = UInt256(ether) &* PoolWorld.ether
        let state = try SandwichValueTests.pool(
            scene, address: scene.world.pool, key: scene.world.key)
        let out = try state.swap(
            zeroForOne: true, amountSpecified: Int256(bitPattern: amount)
        ).amountOut
        return try scene.pending(
            SwapRouter.exactInputSingle(
                tokenIn: scene.world.tokens.weth, tokenOut: scene.world.tokens.other, fee: 3000,
                recipient: PoolWorld.address(.swapper), deadline: .max, amountIn: amount,
                amountOutMinimum: UInt256.mulDiv(
                    out, UInt256(1_000_000 - millionths), 1_000_000)!, sqrtPriceLimitX96: .zero))
    }

    private static var parameters: StrategyParameters {
        var parameters = Scene.parameters
        parameters.rivals = .publicMempool
        return parameters
    }

    @Test("a target with a loose minimum is the sandwicher's; with a tight one, or alone, ours")
    func sandwich() throws {
        let scene = try Scene(.standard())
        let loose = try Self.sale(scene, 60, slack: 100_000)
        guard
            case .outbidByRivals(.sandwich, let rival, let affordable)? = try scene.decide(
                loose, parameters: Self.parameters
            ).rejection
        else {
            Issue.record("\(try scene.decide(loose, parameters: Self.parameters))")
            return
        }
        #expect(rival > affordable)
        // Where nobody else is, the same target is served.
        #expect(try scene.decide(loose).bundle != nil)
        let tight = try Self.sale(scene, 60, slack: 100)
        let served = try scene.decide(tight, parameters: Self.parameters)
        #expect(served.bundle != nil, "\(served)")
    }

    @Test("what our liquidity takes from the back-run is bid at least")
    func backrun() throws {
        let scene = try Scene(.standard())
        let target = try Self.sale(scene, 60, slack: 100)
        var free = Scene.parameters
        free.bidShareBps = 100
        var held = Self.parameters
        held.bidShareBps = 100
        let alone = try scene.decide(target, parameters: free).get()
        let bidding = try scene.decide(target, parameters: held).get()
        #expect(alone.plan == bidding.plan)
        #expect(bidding.tipWei > alone.tipWei)
        // Nearly all that our liquidity takes: nine tenths of it are bid.
        let fair = try #require(try scene.followedPool.fairPrice).midSqrtPriceX96
        let valuation = WethValuation(wethIsToken0: true, sqrtPriceX96: fair)
        let passive = try SandwichValueTests.pool(
            scene, address: scene.world.pool, key: scene.world.key)
        var behind = passive
        try behind.apply(
            zeroForOne: true, amountSpecified: Int256(bitPattern: 60 &* PoolWorld.ether))
        let without = BackrunValue(behind: behind, targetZeroForOne: true, valuation: valuation)
        let after = try #require(
            bidding.targetOutcome.logs.compactMap { UniswapV3PoolContract.Swap($0) }.last)
        var moved = passive
        try moved.apply(
            zeroForOne: true, amountSpecified: Int256(bitPattern: UInt256.one << 200),
            sqrtPriceLimitX96: after.sqrtPriceX96)
        let with = BackrunValue(behind: moved, targetZeroForOne: true, valuation: valuation)
        let gas = UInt256(held.rivals.backrunGas) &* 1_000_000_000
        let taken =
            (without.profitWei.subtractingChecked(gas) ?? .zero)
            &- (with.profitWei.subtractingChecked(gas) ?? .zero)
        #expect(bidding.tipWei == UInt256.mulDiv(taken, 9, 10))
    }

    @Test("another provider's value comes from the same search with the capital he was seen with")
    func otherJit() throws {
        let scene = try Scene(.standard())
        let target = try Self.sale(scene, 60, slack: 100)
        var parameters = Self.parameters
        parameters.tips = TipBook(priorShareBps: 3000)
        let before = try scene.decide(target, parameters: parameters).get()
        // Seen with a tenth of what we have: he cannot pay as much as we can.
        func seen(_ part: UInt64) -> StrategyParameters {
            var parameters = parameters
            parameters.tips?.observe(
                .rivalLanded(
                    grossWei: 1000, tipWei: 500,
                    deposit: TokenAmounts(
                        amount0: scene.world.caps.0.dividedOrZero(by: UInt256(part)),
                        amount1: scene.world.caps.1.dividedOrZero(by: UInt256(part)))),
                pool: scene.world.pool)
            return parameters
        }
        let small = try scene.decide(target, parameters: seen(100)).get()
        let equal = try scene.decide(target, parameters: seen(1))
        if let equal = equal.bundle {
            #expect(equal.tipWei > small.tipWei)
        } else {
            #expect(equal.rejection?.label == "outbid_by_rivals")
        }
        #expect(small.tipWei >= before.tipWei)
    }

    @Test("a huge deposit of one block keeps us out for a while, and not for ever")
    func selfServed() throws {
        let scene = try Scene(.standard())
        let target = try Self.sale(scene, 60, slack: 100)
        func decided(after blocks: UInt64) throws -> String? {
            var parameters = Self.parameters
            var tips = TipBook(priorShareBps: 3000)
            tips.follow(block: 20_000_000)
            tips.observe(
                .rivalLanded(
                    grossWei: 1000, tipWei: 500,
                    deposit: TokenAmounts(
                        amount0: scene.world.caps.0 &* 1_000_000,
                        amount1: scene.world.caps.1 &* 1_000_000)),
                pool: scene.world.pool)
            tips.follow(block: 20_000_000 + blocks)
            parameters.tips = tips
            return try scene.decide(target, parameters: parameters).rejection?.label
        }
        #expect(try decided(after: 0) == "outbid_by_rivals")
        #expect(try decided(after: 449) == "outbid_by_rivals")
        #expect(try decided(after: 450) == nil)
    }

    @Test("the minimum profit stays whatever the share; one wei more of it and there is no bundle")
    func floor() throws {
        let scene = try Scene(.standard())
        let target = try scene.pendingSale(100)
        var parameters = Scene.parameters
        parameters.bidShareBps = 10_000
        let all = try scene.decide(target, parameters: parameters).get()
        #expect(all.netProfitWei >= Int256(bitPattern: parameters.minimumProfitWei))
        // Learnt shares are bound by the same floor, and are of the worse end of the band.
        parameters.tips = TipBook(priorShareBps: 9900, maximumShareBps: 9900)
        let learnt = try scene.decide(target, parameters: parameters).get()
        #expect(learnt.netProfitWei >= Int256(bitPattern: parameters.minimumProfitWei))
        parameters.minimumProfitWei = all.netProfitWei.magnitude &+ all.tipWei
        #expect(
            try scene.decide(target, parameters: parameters).rejection?.label
                == "below_minimum_profit")
    }

    @Test("a pool's own share is bid on it, and the tip is that share of the worse end's profit")
    func learntShare() throws {
        let scene = try Scene(.standard())
        let target = try scene.pendingSale(100)
        var parameters = Scene.parameters
        let fixed = try scene.decide(target, parameters: parameters).get()
        #expect((2990...3000).contains(fixed.bidShareBps))
        parameters.tips = TipBook(priorShareBps: 3000)
        for _ in 0..<200 {
            parameters.tips?.observe(
                .rivalLanded(grossWei: 1000, tipWei: 605, deposit: .zero), pool: scene.world.pool)
        }
        let learnt = try scene.decide(target, parameters: parameters).get()
        #expect((6050...6200).contains(learnt.bidShareBps), "\(learnt.bidShareBps)")
        var wide = try scene.followedPool
        wide.fairPrice = FairPriceBand(
            midSqrtPriceX96: try scene.slot0.sqrtPriceX96, halfWidthPips: 1500)
        let cautious = try scene.decide(target, parameters: parameters, pools: [wide]).get()
        #expect(cautious.tipWei < learnt.tipWei)
    }

    @Test("a competitor's landed position teaches his share, on the real contracts' events")
    func record() throws {
        var scene = try Scene(.standard())
        let world = scene.world
        // The stranger deploys a provider of his own and funds it.
        let created = try scene.send(
            .stranger, to: nil, data: Hex.decode(LiquidityProviderArtifact.creationCodeHex)!)
        let provider = try #require(created.createdAddress)
        for (token, amount) in [
            (world.tokens.weth, 90 &* PoolWorld.ether),
            (world.tokens.other, 200_000 &* PoolWorld.dollar),
        ] {
            try scene.send(
                .bystander, to: token, data: ERC20.transfer(to: provider, amount: amount))
        }
        try scene.seal()
        let slot0 = try scene.slot0
        let valuation = WethValuation(wethIsToken0: true, sqrtPriceX96: slot0.sqrtPriceX96)
        let home = TickSpacing.floor(slot0.tick, 60)
        var transactions: [PoolCallBlock.LoggedTransaction] = []
        var payments: [Hash32: RivalRecord.Payment] = [:]
        func include(
            _ actor: PoolWorld.Actor, _ to: Address, _ data: [UInt8], priorityFee: UInt256
        ) throws {
            let coinbase = scene.builder.environment.coinbase
            let before = try scene.balance(nil, of: coinbase)
            let candidate = try scene.sign(actor, to: to, data: data, priorityFee: priorityFee)
            let outcome = try scene.builder.include(candidate)
            #expect(outcome.status == .success)
            transactions.append(
                .init(
                    hash: candidate.signed.hash, sender: .init(from: candidate.sender, to: to),
                    logs: outcome.logs))
            payments[candidate.signed.hash] = .init(
                gasUsed: outcome.gasUsed,
                coinbaseWei: try scene.balance(nil, of: coinbase) &- before)
        }
        let liquidity: UInt128 = 200_000_000_000_000_000
        func provide(_ burns: Bool) -> [UInt8] {
            (burns ? LiquidityProvider.burn : LiquidityProvider.mint)(
                world.pool, home - 60, home, liquidity)
        }
        try include(.stranger, provider, provide(false), priorityFee: 1_000_000_000)
        try include(
            .swapper, world.uniswap.swapRouter,
            scene.swap(sellingWeth: true, amountIn: 30 &* PoolWorld.ether), priorityFee: 1)
        try include(.stranger, provider, provide(true), priorityFee: 1_000_000_000)

        func events(
            _ pools: Set<Address>, ignoring: Set<Address> = []
        ) -> [RivalRecord.Observed] {
            RivalRecord.events(
                in: PoolCallBlock(
                    number: 1, transactions: transactions, pools: pools, ignoring: ignoring),
                baseFeePerGas: 1_000_000_000, payments: payments,
                valuations: [world.pool: valuation])
        }
        // The double leaves its fees uncollected, so that nothing is known of what it earned.
        #expect(events([world.pool]).isEmpty)
        let attack = try #require(
            JitDetector.attacks(
                in: PoolCallBlock(number: 1, transactions: transactions, pools: [world.pool])
            ).first)
        #expect(attack.swapTransactions.count == 1 && attack.fees == nil)
        // With the events of a collection, as a competitor's own contract makes one.
        let fee = UInt256(5_000_000_000_000_000)
        let collected = Log(
            address: world.pool,
            topics: [
                eventTopic("Collect(address,address,int24,int24,uint128,uint128)"),
                Hash32(word: provider.word), Hash32(word: UInt256(tick: home - 60)),
                Hash32(word: UInt256(tick: home)),
            ],
            data: [
                provider.word, attack.burned.amount0 &+ fee, attack.burned.amount1,
            ].flatMap(\.bigEndianBytes))
        transactions[2].logs.append(collected)
        let learnt = events([world.pool])
        guard case .rivalLanded(let gross, let tip, let deposit)? = learnt.first?.event else {
            Issue.record("\(learnt)")
            return
        }
        let gas = payments.values.reduce(UInt64(0)) { $0 + $1.gasUsed }
        let gasOfOurs = gas - (payments[transactions[1].hash]?.gasUsed ?? 0)
        #expect(tip == UInt256(gasOfOurs) &* 1_000_000_000)
        #expect(deposit == attack.minted && !gross.isZero)
        #expect(events([world.otherPool]).isEmpty)
        #expect(events([world.pool], ignoring: [provider]).isEmpty)
    }
}
