import Bot
import Ethereum
import Testing

/// What a client, an account and whoever pays for it may ask of the bot's time.
@Suite("OrderReputation")
struct OrderReputationTests {
    private static let account = Address(word: 0x5AFE)

    /// Whether an order of the account's is executed on each of so many heads.
    private static func accepted(
        _ reputation: inout OrderReputation, heads: Int, areValid: Bool
    ) -> [Bool] {
        (0..<heads).map { _ in
            reputation.beginHead()
            do throws(OrderReputation.Refusal) {
                try reputation.spend(client: "a", account: account)
                if areValid { reputation.validated([account]) }
                return true
            } catch {
                return false
            }
        }
    }

    @Test("what anybody sends in an account's name does not lock it out")
    func namedByOthers() throws {
        var reputation = OrderReputation()
        let junk = Self.accepted(
            &reputation, heads: 10 * OrderReputation.slack, areValid: false)
        #expect(!junk.contains(false))
    }

    @Test("rubbish on one head is charged to who sends it, and not to the account that it names")
    func junk() throws {
        var reputation = OrderReputation()
        for _ in 0..<OrderReputation.executionsPerClient {
            try reputation.spend(client: "junk", account: Self.account)
        }
        #expect(throws: OrderReputation.Refusal.clientBudget(limit: 32)) {
            try reputation.spend(client: "junk", account: Address(word: 1))
        }
        try reputation.spend(client: "owner", account: Self.account)
        reputation.beginHead()
        try reputation.spend(client: "junk", account: Self.account)
    }

    @Test("valid orders of which none lands throttle their account, and one that lands frees it")
    func neverLanding() throws {
        var reputation = OrderReputation()
        let heads = OrderReputation.slack + 2
        let orders = Self.accepted(&reputation, heads: heads, areValid: true)
        #expect(orders == [Bool](repeating: true, count: heads - 1) + [false])
        reputation.landed([Self.account])
        try reputation.spend(client: "a", account: Self.account)
    }

    @Test("a paymaster whose operations never land is throttled for everybody that it pays for")
    func paymaster() throws {
        var reputation = OrderReputation()
        let paymaster = Address(word: 0xFA7)
        for index in 0...OrderReputation.slack {
            reputation.beginHead()
            let account = Address(word: UInt256(index + 1))
            try reputation.spend(client: "a", account: account, entities: [account, paymaster])
            reputation.validated([account, paymaster])
        }
        let next = Address(word: 0x999)
        #expect(throws: OrderReputation.Refusal.self) {
            try reputation.spend(client: "a", account: next, entities: [next, paymaster])
        }
        try reputation.spend(client: "a", account: next, entities: [next])
        reputation.landed([paymaster])
        try reputation.spend(client: "a", account: next, entities: [next, paymaster])
    }

    @Test("on one head an account brings a few valid orders, others still after that")
    func budget() throws {
        var reputation = OrderReputation()
        for _ in 0..<OrderReputation.validPerAccount {
            try reputation.spend(client: "a", account: Self.account)
            reputation.validated([Self.account])
        }
        #expect(throws: OrderReputation.Refusal.accountBudget(limit: 4)) {
            try reputation.spend(client: "a", account: Self.account)
        }
        try reputation.spend(client: "a", account: Address(word: 1))
    }

    @Test("newcomers whose bundles are lost one after the other wait; who has landed does not")
    func newcomers() throws {
        var reputation = OrderReputation()
        let known = Address(word: 0xA)
        reputation.landed([known])
        for index in 0..<OrderReputation.newcomerSlack {
            let fresh = Address(word: UInt256(index + 100))
            #expect(reputation.maySend(for: [fresh], in: UInt64(10 + index)))
            reputation.lost([fresh], in: UInt64(10 + index))
        }
        let block = UInt64(10 + OrderReputation.newcomerSlack)
        #expect(!reputation.maySend(for: [Address(word: 0xF)], in: block))
        #expect(reputation.maySend(for: [known], in: block))
        #expect(reputation.maySend(for: [Address(word: 0xF)], in: block + 1))
        reputation.lost([Address(word: 0xF)], in: block + 1)
        #expect(!reputation.maySend(for: [Address(word: 0xF)], in: block + 4))
        // One that lands shows that newcomers are served.
        reputation.landed([Address(word: 0xE)])
        #expect(reputation.maySend(for: [Address(word: 0xF)], in: block + 2))
    }
}
