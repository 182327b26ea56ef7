import Contracts
import Ethereum
import Strategy
import TestSupport
import Testing
import World

@Suite("Orders and the coinbase")
struct OrderCoinbaseTests {
    /// A sale whose dollars go to somebody.
    private static func decide(
        _ world: AtomicWorld, recipient: Address
    ) throws -> Result<SimulatedAtomicBundle, AtomicRejection> {
        var safe = world.safe
        let order = safe.sign(
            to: world.pools.uniswap.swapRouter,
            data: SwapRouter.exactInputSingle(
                tokenIn: world.pools.tokens.weth, tokenOut: world.pools.tokens.other, fee: 3000,
                recipient: recipient, deadline: .max, amountIn: 150 &* PoolWorld.ether,
                amountOutMinimum: .zero, sqrtPriceLimitX96: .zero),
            chainId: LocalChain.chainId)
        return try world.decide(order.order)
    }

    @Test("an order that moves tokens to the coinbase is refused; to another account it is served")
    func tokens() throws {
        let world = try AtomicWorld.standard()
        let coinbase = try world.head.nextBlock.coinbase
        guard case .failure(let rejection) = try Self.decide(world, recipient: coinbase) else {
            Issue.record("who builds the block would have the user's dollars")
            return
        }
        #expect(rejection == .common(.tokenOfCoinbase))
        _ = try Self.decide(world, recipient: Address(word: 0xBEEF)).get()
    }
}
