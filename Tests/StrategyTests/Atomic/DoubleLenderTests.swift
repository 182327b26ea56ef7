import EVM
import Ethereum
import Strategy
import TestSupport
import Testing
import UniswapV3
import World

/// Morpho and Balancer as doubles beside a real pool and a real market: what is read of them, who
/// is chosen, and who is asked next.
@Suite("Lenders that are doubles")
struct DoubleLenderTests {
    private static func offers(
        _ world: AtomicWorld, _ lenders: [FlashLender], token: Address
    ) throws -> [FlashLoanOffer] {
        let head = try world.head
        let machine = VirtualMachine(block: head.nextBlock, state: head.state)
        return try lenders.map { try FlashLoanOffer.read($0, token: token, machine: machine) }
    }

    @Test("what they hold is what they lend; the fee is the collector's, and a pause is told")
    func reading() throws {
        let (world, doubles) = try AtomicWorld.standard().withDoubles()
        let tokens = world.pools.tokens
        for (token, available) in [
            (tokens.weth, LenderDoubles.ether &* PoolWorld.ether),
            (tokens.other, LenderDoubles.dollars &* PoolWorld.dollar),
        ] {
            let offers = try Self.offers(world, doubles.lenders, token: token)
            #expect(offers.map(\.available) == [available, available])
            #expect(offers.map(\.fee) == [.none, .wad(0)])
            #expect(offers.allSatisfy { $0.closed == nil })
        }
        let dear = try world.behind(
            DoubleCalls.setFlashLoanFeePercentage(30_000_000_000_000), to: doubles.balancer)
        let offers = try Self.offers(dear, doubles.lenders, token: tokens.weth)
        #expect(offers[1].fee == .wad(30_000_000_000_000))
        // 0.3 basis points, rounded up.
        #expect(offers[1].fee.fee(of: 100_001) == 4)
        let paused = try world.behind(DoubleCalls.setPaused(true), to: doubles.balancer)
        let closed = try Self.offers(paused, doubles.lenders, token: tokens.weth)
        #expect(closed.map(\.closed) == [nil, .paused])
        // One named as the other does not answer: Morpho has no state of its own to ask for.
        let mistaken = FlashLender(kind: .balancerV2, address: doubles.morpho)
        let answer = try Self.offers(world, [mistaken], token: tokens.weth)
        #expect(answer.map(\.closed) == [.doesNotAnswer])
    }

    @Test("the cheapest first; who is closed, too small or the pool itself is passed over by name")
    func choice() throws {
        let (standard, doubles) = try AtomicWorld.standard().withDoubles()
        let weth = standard.pools.tokens.weth
        let lenders = standard.lenders + doubles.lenders
        let world = try standard.behind(
            DoubleCalls.setFlashLoanFeePercentage(30_000_000_000_000), to: doubles.balancer)
        func choose(
            _ world: AtomicWorld, _ amount: UInt256, jitPool: Address = .zero
        ) throws -> FlashLoanOrchestrator.Choice {
            FlashLoanOrchestrator(
                offers: try Self.offers(world, lenders, token: weth), limits: [weth: .max]
            ).choose(
                token: weth, amount: amount &* PoolWorld.ether,
                beside: .init(jitPool: jitPool, hedgePool: nil))
        }
        // Nothing, 0.3, 1 and 5 basis points.
        let all = try choose(world, 500)
        #expect(
            all.loans.map(\.lender.address)
                == [
                    doubles.morpho, doubles.balancer, standard.lenderPool, standard.aave.pool,
                ])
        #expect(all.refusals.isEmpty)
        let beside = try choose(world, 500, jitPool: standard.lenderPool)
        #expect(beside.loans.count == 3)
        #expect(beside.refusals.map(\.refusal) == [.lenderIsJitPool])
        let paused = try choose(
            world.behind(DoubleCalls.setPaused(true), to: doubles.balancer), 500)
        #expect(paused.loans.map(\.lender.address).first == doubles.morpho)
        #expect(paused.refusals.map(\.refusal) == [.closed(.paused)])
        let large = try choose(world, 2001)
        #expect(large.loans.map(\.lender.address).last == standard.aave.pool)
        let held = LenderDoubles.ether &* PoolWorld.ether
        let refused = large.refusals.filter { doubles.lenders.contains($0.lender) }
        #expect(
            refused.map(\.refusal)
                == [
                    .notEnough(available: held, needed: 2001 &* PoolWorld.ether),
                    .notEnough(available: held, needed: 2001 &* PoolWorld.ether),
                ])
    }

    /// An order that dollars are borrowed for, decided with these lenders.
    private static func decide(
        _ world: AtomicWorld, _ lenders: [FlashLender]
    ) throws -> Result<SimulatedAtomicBundle, AtomicRejection> {
        var terms = world.terms
        terms.lenders = lenders
        let order = world.swapOrder(sellingWeth: true, amountIn: 150 &* PoolWorld.ether)
        return try world.decide(order.order, terms: terms)
    }

    @Test("an order is served by whoever is cheapest, and by the next one where that one fails")
    func fallsBack() throws {
        let (world, doubles) = try AtomicWorld.standard().withDoubles()
        let lenders = world.lenders + doubles.lenders
        func lender(_ world: AtomicWorld, _ lenders: [FlashLender]) throws -> Address? {
            try Self.decide(world, lenders).get().plan.loans.first?.lender.address
        }
        #expect(try lender(world, lenders) == doubles.morpho)
        // It says that it has the tokens, and takes more back than it lent.
        let cheating = try world.behind(
            DoubleCalls.setBehaviour(.takesMore), to: doubles.morpho)
        #expect(try lender(cheating, lenders) == doubles.balancer)
        let paused = try cheating.behind(DoubleCalls.setPaused(true), to: doubles.balancer)
        #expect(try lender(paused, lenders) == world.lenderPool)
        // With nobody else it is not served, and why is said.
        let alone = try Self.decide(paused, doubles.lenders)
        guard case .failure(let rejection) = alone else {
            Issue.record("served by a lender that is paused or cheats")
            return
        }
        #expect(["flash_fails", "no_lender"].contains(rejection.label), "\(rejection)")
        let nobody = try Self.decide(paused, [doubles.lenders[1]])
        guard case .failure(.noLender(let refusals)) = nobody else {
            Issue.record("\(nobody)")
            return
        }
        #expect(refusals.map(\.refusal) == [.closed(.paused)])
    }
}
