import Bot
import Ethereum
import Testing

/// What one account may ask of the bot's time.
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
                try reputation.spend(account)
                if areValid { reputation.validated(account) }
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

    @Test("valid orders of which none lands throttle their account, and one that lands frees it")
    func neverLanding() throws {
        var reputation = OrderReputation()
        let heads = OrderReputation.slack + 2
        let orders = Self.accepted(&reputation, heads: heads, areValid: true)
        #expect(orders == [Bool](repeating: true, count: heads - 1) + [false])
        reputation.landed(Self.account)
        try reputation.spend(Self.account)
    }

    @Test("on one head an account is executed a few times, others still after that")
    func budget() throws {
        var reputation = OrderReputation()
        for _ in 0..<OrderReputation.executionsPerAccount { try reputation.spend(Self.account) }
        #expect(throws: OrderReputation.Refusal.self) { try reputation.spend(Self.account) }
        try reputation.spend(Address(word: 1))
    }
}
