import Contracts
import Ethereum
import Strategy
import TestSupport
import Testing
import World

@Suite("InventoryAccounts")
struct InventoryAccountsTests {
    private static let ours = Address(word: 1)
    private static let ether = Holding(account: ours, token: nil)
    private static let token = Holding(account: ours, token: Address(word: 2))

    @Test("books that are the chain's show no difference, and one wei more or less shows")
    func differences() {
        let opening: [Holding: UInt256] = [Self.ether: 100, Self.token: 7]
        let accounts = InventoryAccounts(opening: opening)
        #expect(accounts.differences(from: opening).isEmpty)
        for wrong in [99, 101] as [UInt256] {
            var chain = opening
            chain[Self.ether] = wrong
            let difference = accounts.differences(from: chain)
            #expect(difference.count == 1)
            #expect(difference.first?.holding == Self.ether)
            #expect(difference.first?.booked == 100 && difference.first?.onChain == wrong)
        }
        #expect(accounts.differences(from: [:]).map(\.holding) == [Self.ether, Self.token])
    }

    @Test("a transfer of ours is booked with its gas, to the wei; without booking it shows")
    func booking() throws {
        var scene = try Scene(.standard())
        let bystander = PoolWorld.address(.bystander)
        let weth = scene.world.tokens.weth
        let holdings = [
            Holding(account: bystander, token: nil), Holding(account: bystander, token: weth),
        ]
        func onChain() throws -> [Holding: UInt256] {
            try Dictionary(
                uniqueKeysWithValues: holdings.map {
                    ($0, try scene.balance($0.token, of: $0.account))
                })
        }
        var accounts = InventoryAccounts(opening: try onChain())
        let unbooked = accounts
        try scene.send(
            .bystander, to: weth, data: ERC20.transfer(to: Address(word: 9), amount: 123))
        try scene.seal()
        accounts.book(scene.world.devnet.chain.head.transactions[0])
        #expect(try accounts.differences(from: onChain()).isEmpty)
        #expect(try unbooked.differences(from: onChain()).count == 2)
    }
}
