import Contracts
import EVM
import Ethereum
import Strategy
import TestSupport
import Testing
import UniswapV3
import World

@Suite("SwapProbe")
struct SwapProbeTests {
    /// What the probe finds, the machine being as before afterwards.
    private static func probe(
        _ scene: Scene, _ target: PendingTransaction, pools: [FollowedPool]? = nil
    ) throws -> Result<SwapProbe, Rejection> {
        let head = try scene.head(pools: pools)
        let machine = VirtualMachine(block: head.nextBlock, state: head.state)
        let result = Result { () throws(Rejection) in
            try SwapProbe.run(target, on: head, machine: machine)
        }
        #expect(machine.changes() == StateChanges())
        return result
    }

    @Test("a swap is found with its direction, amount and gas", arguments: [true, false])
    func found(wethIsToken0: Bool) throws {
        let scene = try Scene(.standard(wethIsToken0: wethIsToken0))
        let before = try scene.slot0
        let probe = try Self.probe(scene, scene.pendingSale(100)).get()
        let swap = try #require(probe.swaps.first)
        #expect(probe.swaps.count == 1 && swap.pool == scene.world.pool)
        #expect(swap.key == scene.world.key && swap.venue == "Uniswap V3")
        #expect(swap.followed?.address == scene.world.pool)
        #expect(swap.zeroForOne == wethIsToken0)
        #expect(swap.amountIn == 100 &* PoolWorld.ether)
        #expect(swap.sqrtPriceX96Before == before.sqrtPriceX96 && swap.tickBefore == before.tick)
        #expect((swap.tickAfter < before.tick) == wethIsToken0)
        #expect(try swap.liquidityBefore == scene.liquidity)
        #expect(probe.gasLimit == 1_000_000)
        #expect((80_000..<200_000).contains(probe.gasUsed))
    }

    @Test("usable ticks on the way are counted, those with liquidity apart")
    func ticks() throws {
        let scene = try Scene(.standard())
        // 0.6 % in tick is 600; the passive liquidity's own bound lies there.
        let small = try #require(try Self.probe(scene, scene.pendingSale(1)).get().swaps.first)
        #expect(small.ticksOnTheWay?.initialized == 0)
        let large = try #require(try Self.probe(scene, scene.pendingSale(400)).get().swaps.first)
        let passed = large.tickBefore - large.tickAfter
        let ticks = try #require(large.ticksOnTheWay)
        #expect(passed > 600 && ticks.initialized == 1)
        #expect((Int(passed / 60) - 1...Int(passed / 60) + 1).contains(ticks.fresh + 1))
    }

    @Test("what the sender fixes is read from his calldata: what he sells, or what he buys")
    func exactOutput() throws {
        let scene = try Scene(.standard())
        let sale = try Self.way(scene, scene.pendingSale(100))
        #expect(!sale.isExactOutput)
        #expect(sale.amountSpecified == Int256(bitPattern: 100 &* PoolWorld.ether))
        let tokens = scene.world.tokens
        let bought: UInt256 = 50_000_000_000
        let purchase = try scene.pending(
            SwapRouter.exactOutputSingle(
                tokenIn: tokens.weth, tokenOut: tokens.other, fee: scene.world.key.feePips,
                recipient: Address(word: 9), deadline: .max, amountOut: bought,
                amountInMaximum: .max, sqrtPriceLimitX96: .zero))
        let way = try Self.way(scene, purchase)
        #expect(way.isExactOutput && way.amountOut == bought)
        #expect(way.amountSpecified == -Int256(bitPattern: bought))
    }

    /// The target's way through the pool that the tests serve.
    private static func way(_ scene: Scene, _ target: PendingTransaction) throws -> TargetWay {
        try #require(
            probe(scene, target).get().ways(
                weth: scene.world.tokens.weth,
                calls: RouterCalldata.decode(target.signed.transaction.data).swaps
            ).first)
    }

    @Test("a transaction that reverts is rejected as such")
    func reverts() throws {
        let scene = try Scene(.standard())
        // The bystander has approved nothing.
        let target = try scene.pending(
            scene.swap(sellingWeth: true, amountIn: PoolWorld.ether), by: .bystander)
        #expect(try Self.probe(scene, target) == .failure(.targetReverts))
    }

    @Test("a transfer is no swap")
    func noSwap() throws {
        let scene = try Scene(.standard())
        let target = try scene.pending(
            ERC20.transfer(to: Address(word: 1), amount: 1), to: scene.world.tokens.weth)
        #expect(try Self.probe(scene, target) == .failure(.noSwap))
    }

    @Test("a genuine pool that is not followed is recognised and named; on the list it is served")
    func listed() throws {
        let scene = try Scene(.standard())
        let weth = scene.world.tokens.weth
        let target = try scene.pending(
            scene.swap(sellingWeth: true, amountIn: PoolWorld.ether, fee: 500))
        let stranger = try Self.probe(scene, target).get()
        #expect(stranger.swaps.map(\.pool) == [scene.world.otherPool])
        #expect(stranger.swaps[0].followed == nil)
        let named = Rejection.poolNotFollowed(pool: scene.world.otherPool, venue: "Uniswap V3")
        #expect(throws: named) { try stranger.ways(weth: weth) }
        var other = try scene.followedPool
        other.key = scene.world.otherKey
        other.address = scene.world.otherPool
        let probe = try Self.probe(scene, target, pools: [other]).get()
        #expect(try probe.ways(weth: weth).map(\.pool) == [other])
    }

    @Test("on a list with another key than the pool's own, or of another factory, it is none")
    func mistaken() throws {
        let scene = try Scene(.standard())
        var pool = try scene.followedPool
        pool.key = scene.world.otherKey
        #expect(
            try Self.probe(scene, scene.pendingSale(), pools: [pool]) == .failure(.noSwap))
        var head = try scene.head()
        let machine = VirtualMachine(block: head.nextBlock, state: head.state)
        #expect(
            try SwapProbe.run(scene.pendingSale(), on: head, machine: machine).swaps.count == 1)
        head.venues = PoolVenue.mainnet
        #expect(throws: Rejection.noSwap) {
            try SwapProbe.run(try scene.pendingSale(), on: head, machine: machine)
        }
    }

    @Test("a contract that writes a pool's event itself deceives nobody")
    func forged() throws {
        let scene = try Scene(.standard())
        // LOG1 with 160 bytes of zeros and the topic of a swap, by the creation code itself.
        let code: [UInt8] =
            [0x7F] + UniswapV3PoolContract.swapTopic.bytes + [0x60, 0xA0, 0x5F, 0xA1, 0x00]
        let candidate = try scene.sign(.swapper, to: nil, data: code)
        let target = PendingTransaction(signed: candidate.signed, sender: candidate.sender)
        #expect(try Self.probe(scene, target) == .failure(.noSwap))
    }

    @Test("a transaction that no block may contain is rejected with the reason")
    func invalid() throws {
        let scene = try Scene(.standard())
        var wallet = PoolWorld.wallet(.swapper)
        wallet.nonce = 99
        let candidate = try wallet.sign(
            to: scene.world.uniswap.swapRouter, gasLimit: 100_000, chainId: LocalChain.chainId,
            maxFeePerGas: scene.builder.environment.baseFeePerGas, maxPriorityFeePerGas: .zero)
        let target = PendingTransaction(signed: candidate.signed, sender: candidate.sender)
        guard case .failure(.targetInvalid(.nonceTooHigh)) = try Self.probe(scene, target) else {
            Issue.record("the nonce was not noticed")
            return
        }
    }

    @Test("a pool without WETH cannot be valued")
    func withoutWeth() throws {
        let scene = try Scene(.standard())
        let probe = try Self.probe(scene, scene.pendingSale()).get()
        #expect(try probe.ways(weth: scene.world.tokens.weth).count == 1)
        #expect(throws: Rejection.poolWithoutWeth(pool: scene.world.pool)) {
            try probe.ways(weth: Address(word: 0xE))
        }
    }
}
