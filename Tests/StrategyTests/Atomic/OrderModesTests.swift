import Chain
import Contracts
import EVM
import Ethereum
import Strategy
import TestSupport
import Testing
import UniswapV3
import World

/// A signed order served by a loan or by our own tokens, on the real contracts.
@Suite("Order modes")
struct OrderModesTests {
    private func order(_ world: AtomicWorld, ether: UInt64 = 150) -> SignedOrder {
        world.swapOrder(sellingWeth: true, amountIn: UInt256(ether) &* PoolWorld.ether).order
    }

    private func inventory(
        _ decision: Result<SimulatedOrder, AtomicRejection>
    ) throws -> SimulatedOrderBundle {
        guard case .inventory(let bundle) = try decision.get() else {
            throw UnexpectedMode()
        }
        return bundle
    }

    private struct UnexpectedMode: Error {}

    @Test(
        "both modes are executed and proven, and the one that leaves more is taken",
        arguments: [true, false], [true, false])
    func compared(wethIsToken0: Bool, sellingWeth: Bool) throws {
        let world = try AtomicWorld.standard(wethIsToken0: wethIsToken0).withInventory()
        let amount = sellingWeth ? 150 &* PoolWorld.ether : 400_000 &* PoolWorld.dollar
        let order = world.swapOrder(sellingWeth: sellingWeth, amountIn: amount).order
        let chosen = try world.choose(order).get()
        let alone = try [BundleMode.atomic, .inventory].map {
            try world.choose(order, modes: [$0]).get().offer
        }
        #expect(alone.map(\.mode) == [.atomic, .inventory])
        #expect(chosen.offer == ModeOffer.best(of: alone))
        let others =
            switch chosen {
            case .atomic(let bundle): bundle.otherModes
            case .inventory(let bundle): bundle.otherModes
            }
        #expect(others == alone.filter { $0 != chosen.offer }.map { .proven($0) })
    }

    @Test("which mode leaves more turns with what it costs to trade the inventory back")
    func hedgeDecides() throws {
        let world = try AtomicWorld.standard().withInventory()
        let order = order(world)
        var modes: [BundleMode] = []
        for pips in [0, 20_000] as [UInt64] {
            var parameters = Scene.parameters
            parameters.hedge = HedgeCost(costPips: pips)
            modes.append(try world.choose(order, parameters: parameters).get().offer.mode)
        }
        #expect(modes == [.inventory, .atomic])
    }

    @Test("what was proven is what happens in a block, and nobody is worse off by it")
    func mined() throws {
        var world = try AtomicWorld.standard().withInventory()
        let signedOrder = world.swapOrder(sellingWeth: true, amountIn: 150 &* PoolWorld.ether)
        let bundle = try inventory(world.choose(signedOrder.order, modes: [.inventory]))
        #expect(bundle.netProfitWei > .zero && !bundle.user.gainWei.isZero)
        #expect(bundle.submission.to == world.safe.address)
        let signed = try SignedOrderBundle(bundle, key: PoolWorld.wallet(.operator).key)
        #expect(
            signed.transactions.map(\.transaction.nonce)
                == (0..<3).map { bundle.account.nonce + $0 })
        let builder = try world.pools.devnet.builder()
        let outcomes = try builder.include(
            bundle: signed.transactions.map {
                .init(signed: $0, sender: PoolWorld.address(.operator))
            })
        #expect(outcomes.allSatisfy { $0.status == .success })
        #expect(outcomes.map(\.gasUsed).reduce(0, +) == bundle.gasUsed)
        let block = world.pools.devnet.chain.append(builder)
        let own: Set<Address> = [
            PoolWorld.address(.owner), PoolWorld.address(.operator), world.executor,
            world.atomic.flash,
        ]
        func losses(pools: Set<Address>) throws -> [SwapperAudit.Loss] {
            try OrderAudit(
                chain: world.pools.devnet.chain, weth: world.pools.tokens.weth, own: own,
                pools: pools
            ).losses(
                block: block.number, transactions: signed.transactions.map(\.hash),
                order: signedOrder)
        }
        #expect(try losses(pools: [world.pools.pool]).isEmpty)
        // The twin: the pool itself has traded with us, and is seen to have less.
        #expect(try !losses(pools: []).isEmpty)
    }

    @Test("on dust it is the kept grid, which is compared with the two others")
    func keptGrid() throws {
        let world = try AtomicWorld.standard().withInventory()
        let order = order(world)
        let plain = try inventory(world.choose(order, modes: [.inventory]))
        // Ranges that are said to be kept but hold nothing are refused by name.
        let range = KeptRange(
            tickLower: plain.plan.tickLower, tickUpper: plain.plan.tickUpper)
        let bundle = try inventory(world.choose(order, modes: [.inventory], kept: [range]))
        #expect(bundle.plan.mode == .inventory)
        #expect(
            bundle.otherModes == [
                .refused(
                    .keptGrid, label: "no_kept_range",
                    reason: "\(Rejection.noKeptRange(pool: world.pools.pool))")
            ])
    }

    @Test("without an inventory a loan serves it, without a lender the inventory, else neither")
    func refused() throws {
        let poor = try AtomicWorld.standard()
        let rich = try poor.withInventory()
        #expect(try poor.choose(order(poor)).get().offer.mode == .atomic)
        var none = rich.terms
        none.lenders = []
        #expect(try rich.choose(order(rich), terms: none).get().offer.mode == .inventory)
        #expect(throws: AtomicRejection.self) {
            try poor.choose(order(poor), terms: none).get()
        }
        var forged = rich.swapOrder(sellingWeth: true, amountIn: 150 &* PoolWorld.ether)
        forged.signatures[3] ^= 1
        for modes in [[.atomic], [.inventory], [.atomic, .inventory]] as [Set<BundleMode>] {
            guard case .failure(let rejection) = try rich.choose(forged.order, modes: modes)
            else {
                Issue.record("a forged order is served")
                continue
            }
            #expect(rejection.label == "order_fails")
        }
    }

    @Test("an order whose swap would fill differently within ours is refused")
    func priceLimit() throws {
        let world = try AtomicWorld.standard().withInventory()
        let price = try #require(try world.head.pools[0].fairPrice).midSqrtPriceX96
        // It ends at its limit alone; with more liquidity it would sell more.
        let limit = price &- UInt256.mulDiv(price, 1, 1000)!
        let limited = world.swapOrder(
            sellingWeth: true, amountIn: 1_000 &* PoolWorld.ether, limit: limit)
        guard case .failure = try world.choose(limited.order, modes: [.inventory]) else {
            Issue.record("it is served")
            return
        }
        _ = try world.choose(order(world), modes: [.inventory]).get()
    }
}
