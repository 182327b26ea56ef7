import EVM
import Ethereum
import Strategy
import TestSupport
import Testing
import UniswapV3
import World

@Suite("Flash loans")
struct FlashLoanTests {
    private static let token = Address(word: 1)
    private static let aave = FlashLender(kind: .aaveV3, address: Address(word: 2))
    private static let morpho = FlashLender(kind: .morpho, address: Address(word: 3))

    private func offer(
        _ lender: FlashLender, _ available: UInt256, _ fee: FlashLoanFee,
        closed: FlashLoanOffer.Closure? = nil
    ) -> FlashLoanOffer {
        FlashLoanOffer(
            lender: lender, token: Self.token, available: available, fee: fee, closed: closed)
    }

    private func choose(
        _ offers: [FlashLoanOffer], amount: UInt256 = 1000, limit: UInt256 = 5000
    ) -> FlashLoanOrchestrator.Choice {
        FlashLoanOrchestrator(offers: offers, limits: [Self.token: limit]).choose(
            token: Self.token, amount: amount, beside: .init(jitPool: .zero, hedgePool: nil))
    }

    @Test("fees round as their lenders do")
    func fees() {
        #expect(FlashLoanFee.pips(100).fee(of: 1) == 1)
        #expect(FlashLoanFee.pips(100).fee(of: 10_000) == 1)
        #expect(FlashLoanFee.basisPoints(5).fee(of: 999) == .zero)
        #expect(FlashLoanFee.basisPoints(5).fee(of: 1000) == 1)
        #expect(FlashLoanFee.wad(1).fee(of: 1) == 1)
        #expect(FlashLoanFee.none.fee(of: .max) == .zero)
        #expect(FlashLoanFee.basisPoints(5).fee(of: .max) == nil)
    }

    @Test("the cheapest lends first; one that is closed or too small is passed over by name")
    func order() {
        let open = choose([
            offer(Self.aave, 9000, .basisPoints(5)), offer(Self.morpho, 9000, .none),
        ])
        #expect(open.loans.map(\.lender) == [Self.morpho, Self.aave])
        let closed = choose([
            offer(Self.aave, 9000, .basisPoints(5)),
            offer(Self.morpho, 9000, .none, closed: .paused),
        ])
        #expect(closed.loans.map(\.lender) == [Self.aave])
        #expect(closed.refusals.map(\.refusal) == [.closed(.paused)])
        let small = choose([offer(Self.morpho, 999, .none)])
        #expect(small.refusals.map(\.refusal) == [.notEnough(available: 999, needed: 1000)])
        #expect(choose([offer(Self.morpho, 1000, .none)]).refusals.isEmpty)
    }

    @Test("the owner's limit binds at its edge, and a token without one is not borrowed")
    func limits() {
        let offers = [offer(Self.morpho, 9000, .none)]
        #expect(choose(offers, amount: 5000).loans.count == 1)
        #expect(
            choose(offers, amount: 5001).refusals.map(\.refusal)
                == [.aboveLimit(limit: 5000, needed: 5001)])
        #expect(choose(offers, limit: .zero).loans.isEmpty)
    }

    @Test("a real market and a real pool tell what they lend; a stranger does not answer")
    func reading() throws {
        let world = try AtomicWorld.standard()
        let head = try world.head
        let machine = VirtualMachine(block: head.nextBlock, state: head.state)
        let weth = world.pools.tokens.weth
        let offers = try world.lenders.map {
            try FlashLoanOffer.read($0, token: weth, machine: machine)
        }
        #expect(offers.map(\.fee) == [.pips(100), .basisPoints(5)])
        #expect(offers[1].available == 5_000 &* PoolWorld.ether)
        #expect(offers.allSatisfy { $0.closed == nil && !$0.available.isZero })
        let stranger = FlashLender(kind: .balancerV2, address: world.pools.executor)
        let answer = try FlashLoanOffer.read(stranger, token: weth, machine: machine)
        #expect(answer.closed == .doesNotAnswer)
        let unlisted = try FlashLoanOffer.read(
            world.lenders[1], token: world.executor, machine: machine)
        #expect(unlisted.closed != nil)
    }
}
