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
        let probe = try Self.probe(scene, scene.pendingSale(100)).get()
        #expect(probe.pool.address == scene.world.pool)
        #expect(probe.zeroForOne == wethIsToken0)
        #expect(probe.amountIn == 100 &* PoolWorld.ether)
        #expect(probe.gasLimit == 1_000_000)
        #expect((80_000..<200_000).contains(probe.gasUsed))
    }

    @Test("what the sender fixes is read from his calldata: what he sells, or what he buys")
    func exactOutput() throws {
        let scene = try Scene(.standard())
        let sale = try Self.probe(scene, scene.pendingSale(100)).get()
        #expect(!sale.isExactOutput)
        #expect(sale.amountSpecified == Int256(bitPattern: 100 &* PoolWorld.ether))
        let tokens = scene.world.tokens
        let bought: UInt256 = 50_000_000_000
        let purchase = try scene.pending(
            SwapRouter.exactOutputSingle(
                tokenIn: tokens.weth, tokenOut: tokens.other, fee: scene.world.key.feePips,
                recipient: Address(word: 9), deadline: .max, amountOut: bought,
                amountInMaximum: .max, sqrtPriceLimitX96: .zero))
        let probe = try Self.probe(scene, purchase).get()
        #expect(probe.isExactOutput && probe.amountOut == bought)
        #expect(probe.amountSpecified == -Int256(bitPattern: bought))
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

    @Test("a swap on a pool that is not followed is none; on the list it is one")
    func listed() throws {
        let scene = try Scene(.standard())
        let target = try scene.pending(
            scene.swap(sellingWeth: true, amountIn: PoolWorld.ether, fee: 500))
        #expect(try Self.probe(scene, target) == .failure(.noSwap))
        var other = try scene.followedPool
        other.key = scene.world.otherKey
        other.address = scene.world.otherPool
        let probe = try Self.probe(scene, target, pools: [other]).get()
        #expect(probe.pool.address == scene.world.otherPool)
    }

    @Test("two swaps on followed pools in one transaction are too many")
    func several() throws {
        let scene = try Scene(.standard())
        // The router's multicall: the same sale in both pools.
        let calls = [UInt32(3000), 500].map {
            scene.swap(sellingWeth: true, amountIn: PoolWorld.ether, fee: $0)
        }
        let both = try scene.pending(Self.multicall(calls))
        // Followed alone, the first pool has one swap.
        #expect(try Self.probe(scene, both).get().pool.address == scene.world.pool)
        var other = try scene.followedPool
        other.key = scene.world.otherKey
        other.address = scene.world.otherPool
        let pools = [try scene.followedPool, other]
        #expect(try Self.probe(scene, both, pools: pools) == .failure(.severalSwaps(count: 2)))
        let one = try scene.pending(Self.multicall([calls[0]]))
        #expect(try Self.probe(scene, one, pools: pools).get().pool.address == scene.world.pool)
    }

    /// `multicall(bytes[])` of the router.
    private static func multicall(_ calls: [[UInt8]]) -> [UInt8] {
        var words: [UInt8] = []
        var offset = UInt256(UInt64(32 * calls.count))
        var tail: [UInt8] = []
        for call in calls {
            words += offset.bigEndianBytes
            let padding = [UInt8](repeating: 0, count: (32 - call.count % 32) % 32)
            let body = UInt256(UInt64(call.count)).bigEndianBytes + call + padding
            tail += body
            offset = offset &+ UInt256(UInt64(body.count))
        }
        return Calldata(
            Selector("multicall(bytes[])"), 32, UInt256(UInt64(calls.count))
        ).bytes + words + tail
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
        var head = try scene.head()
        head.weth = Address(word: 0xE)
        let machine = VirtualMachine(block: head.nextBlock, state: head.state)
        #expect(throws: Rejection.poolWithoutWeth(pool: scene.world.pool)) {
            try SwapProbe.run(try scene.pendingSale(), on: head, machine: machine)
        }
    }
}
