import Chain
import Contracts
import EVM
import Ethereum
import Strategy
import TestSupport
import Testing
import UniswapV3
import World

/// Orders of a genuine Safe on the real contracts: Uniswap V3, Aave V3, JitFlash.
@Suite("AtomicPipeline")
struct AtomicPipelineTests {
    private func sale(_ world: AtomicWorld, ether: UInt64 = 150) -> SignedOrder {
        world.swapOrder(sellingWeth: true, amountIn: UInt256(ether) &* PoolWorld.ether).order
    }

    @Test(
        "a Safe's large swap is served from a loan: we earn, the Safe gains",
        arguments: [true, false], [true, false])
    func served(wethIsToken0: Bool, sellingWeth: Bool) throws {
        let world = try AtomicWorld.standard(wethIsToken0: wethIsToken0)
        let amount = sellingWeth ? 150 &* PoolWorld.ether : 400_000 &* PoolWorld.dollar
        let order = world.swapOrder(sellingWeth: sellingWeth, amountIn: amount).order
        let bundle = try world.decide(order).get()
        #expect(bundle.netProfitWei > .zero)
        #expect(!bundle.user.gainWei.isZero && bundle.user.gainPips > 0)
        // The cheapest lender is the pool of 0.01 %, and the loan is what the range takes.
        #expect(bundle.plan.loans.map(\.lender.address) == [world.lenderPool])
        let lent = bundle.plan.loans.map(\.amount).reduce(.zero, &+)
        #expect(lent == bundle.plan.deposit0 &+ bundle.plan.deposit1)
    }

    @Test("what was proven is what happens in a block, and nobody is worse off by it")
    func mined() throws {
        var world = try AtomicWorld.standard()
        let order = world.swapOrder(sellingWeth: true, amountIn: 150 &* PoolWorld.ether)
        let bundle = try world.decide(order.order).get()
        let signed = try SignedAtomicBundle(bundle, key: PoolWorld.wallet(.operator).key)
        let builder = try world.pools.devnet.builder()
        let outcome = try builder.include(
            .init(signed: signed.transaction, sender: PoolWorld.address(.operator)))
        #expect(outcome.status == .success)
        #expect(outcome.gasUsed == bundle.outcome.gasUsed)
        let block = world.pools.devnet.chain.append(builder)
        let own: Set<Address> = [
            PoolWorld.address(.owner), PoolWorld.address(.operator), world.executor,
            world.atomic.flash,
        ]
        let pools: Set<Address> = [world.pools.pool, world.pools.otherPool]
        let audit = OrderAudit(
            chain: world.pools.devnet.chain, weth: world.pools.tokens.weth, own: own, pools: pools)
        #expect(
            try audit.losses(
                block: block.number, transaction: signed.transaction.hash, order: order
            ).isEmpty)
        // The twin: a pool that is not exempt has traded with us, and is seen to have less.
        let strict = OrderAudit(
            chain: world.pools.devnet.chain, weth: world.pools.tokens.weth, own: own, pools: [])
        #expect(
            try !strict.losses(
                block: block.number, transaction: signed.transaction.hash, order: order
            ).isEmpty)
    }

    @Test("without the cheap lender it falls back to Aave, and without any it says why")
    func fallsBack() throws {
        let world = try AtomicWorld.standard()
        let order = sale(world)
        var terms = world.terms
        terms.lenders = [FlashLender(kind: .aaveV3, address: world.aave.pool)]
        let bundle = try world.decide(order, terms: terms).get()
        #expect(bundle.plan.loans.map(\.lender.kind) == [.aaveV3])
        terms.lenders = []
        #expect(throws: AtomicRejection.self) { try world.decide(order, terms: terms).get() }
    }

    @Test("a lender that is our own pool is never asked")
    func conflicts() throws {
        let world = try AtomicWorld.standard()
        var terms = world.terms
        terms.lenders = [
            FlashLender(kind: .uniswapV3(world.pools.key), address: world.pools.pool),
            FlashLender(kind: .aaveV3, address: world.aave.pool),
        ]
        let bundle = try world.decide(sale(world), terms: terms).get()
        #expect(bundle.plan.loans.map(\.lender.kind) == [.aaveV3])
        #expect(bundle.plan.refusals.map(\.refusal) == [.lenderIsJitPool])
    }

    @Test("an altered signature, a small order and a busy pool are refused by name")
    func refused() throws {
        let world = try AtomicWorld.standard()
        var forged = world.swapOrder(sellingWeth: true, amountIn: 150 &* PoolWorld.ether)
        forged.signatures[3] ^= 1
        #expect(try world.decide(forged.order).failure?.label == "order_fails")
        #expect(
            try world.decide(sale(world), busy: [world.pools.pool]).failure?.label == "pool_busy")
        let small = world.swapOrder(sellingWeth: true, amountIn: 1_000_000_000_000_000).order
        let label = try world.decide(small).failure?.label
        #expect(label == "below_minimum_profit" || label == "no_profitable_range")
        var late = sale(world)
        late.validUntil = 1
        #expect(try world.decide(late).failure?.label == "order_expired")
        // The twin of them all.
        _ = try world.decide(sale(world)).get()
    }

    @Test("an order that has been executed is refused, and one of a later nonce waits")
    func replayed() throws {
        var world = try AtomicWorld.standard()
        let order = world.swapOrder(sellingWeth: true, amountIn: 150 &* PoolWorld.ether)
        var second = world.safe
        second.nonce += 1
        let next = second.sign(
            to: order.transaction.to, data: order.transaction.data, chainId: LocalChain.chainId)
        #expect(try world.decide(next.order).failure?.label == "order_fails")
        _ = try world.decide(order.order).get()
        try world.send(.stranger, to: order.safe, order.calldata)
        #expect(try world.decide(order.order).failure?.label == "order_fails")
        // Its nonce has come: it is looked at for what it earns.
        #expect(try world.decide(next.order).failure?.label != "order_fails")
    }

    @Test("a Safe that the owner has not allowed, or no longer allows, is not executed at all")
    func notAllowed() throws {
        var world = try AtomicWorld.standard()
        let order = sale(world)
        func refusal() throws -> OrderRefusal? {
            let head = try world.head
            do throws(OrderRefusal) {
                try OrderValidation(
                    head: head,
                    machine: VirtualMachine(block: head.nextBlock, state: head.state),
                    submitter: world.account, terms: world.terms, budget: OrderBudget()
                ).validate(order)
                return nil
            } catch {
                return error
            }
        }
        #expect(try refusal() == nil)
        _ = try world.decide(order).get()
        try world.send(
            .owner, to: world.atomic.flash,
            JitFlash.setTarget(
                world.safe.address, selector: SafeTransaction.execSelector, allowed: false))
        #expect(try refusal() == .targetNotAllowed(world.safe.address))
        #expect(
            try world.decide(order).failure == .targetNotAllowed(target: world.safe.address))
    }
}

extension Result where Success == SimulatedAtomicBundle, Failure == AtomicRejection {
    var failure: AtomicRejection? {
        if case .failure(let rejection) = self { return rejection }
        return nil
    }
}
