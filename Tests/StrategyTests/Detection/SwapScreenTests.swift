import Chain
import Contracts
import EVM
import Ethereum
import Strategy
import TestSupport
import Testing
import UniswapV3
import World

/// The look before execution: what it declines, each beside what it must let through.
@Suite("SwapScreen")
struct SwapScreenTests {
    private static func contracts(_ scene: Scene) -> KnownContracts {
        KnownContracts(
            routers: [scene.world.uniswap.swapRouter],
            plainTokens: [scene.world.tokens.weth, scene.world.tokens.other])
    }

    private static func check(
        _ scene: Scene, _ target: PendingTransaction, minimumProfitWei: UInt256 = .zero,
        contracts known: KnownContracts? = nil, change: (inout HeadState) throws -> Void = { _ in }
    ) throws -> Rejection? {
        var head = try scene.head()
        try change(&head)
        let screen = SwapScreen(
            head: head, minimumProfitWei: minimumProfitWei,
            contracts: known ?? contracts(scene))
        do throws(Rejection) {
            try screen.check(target)
            return nil
        } catch { return error }
    }

    /// A transaction of the swapper's with other fields.
    private static func signed(
        _ scene: Scene, to: Address? = nil, _ change: (inout Transaction) -> Void = { _ in }
    ) throws -> PendingTransaction {
        let sale = scene.swap(sellingWeth: true, amountIn: PoolWorld.ether)
        let sample = try scene.pending(sale, to: to)
        var transaction = sample.signed.transaction
        change(&transaction)
        return PendingTransaction(
            signed: try SignedTransaction(
                transaction, signedBy: PoolWorld.wallet(.swapper).key), sender: sample.sender)
    }

    @Test("fees, chain, nonce and blobs are looked at before anything is executed")
    func form() throws {
        let scene = try Scene(.standard())
        #expect(try Self.check(scene, Self.signed(scene)) == nil)
        let fee = scene.builder.environment.baseFeePerGas
        let cheap = try Self.signed(scene) { $0.maxFeePerGas = fee &- 1 }
        #expect(
            try Self.check(scene, cheap)
                == .targetInvalid(
                    .maxFeeBelowBaseFee(maxFeePerGas: fee &- 1, baseFeePerGas: fee)))
        let elsewhere = try Self.signed(scene) { $0.chainId = 5 }
        #expect(
            try Self.check(scene, elsewhere)
                == .targetInvalid(.wrongChain(transaction: 5, chain: LocalChain.chainId)))
        let nonce = try Self.signed(scene).signed.transaction.nonce
        let early = try Self.signed(scene) { $0.nonce += 1 }
        #expect(
            try Self.check(scene, early)
                == .targetInvalid(.nonceTooHigh(account: nonce, transaction: nonce + 1)))
        let late = try Self.signed(scene) { $0.nonce -= 1 }
        #expect(
            try Self.check(scene, late)
                == .targetInvalid(.nonceTooLow(account: nonce, transaction: nonce - 1)))
        let blobs = try Self.signed(scene) {
            $0.type = .blob
            $0.blobVersionedHashes = [Hash32(word: 1)]
        }
        #expect(try Self.check(scene, blobs) == .blobTransaction)
    }

    @Test("ether for an account without code is no swap; for a contract, or code to come, perhaps")
    func transfers() throws {
        let scene = try Scene(.standard())
        let nobody = Address(word: 0xABCDEF)
        let sent = try Self.signed(scene, to: nobody) { $0.data = [] }
        #expect(try Self.check(scene, sent) == .noSwap)
        let called = try Self.signed(scene, to: nobody)
        #expect(try Self.check(scene, called) == .noSwap)
        let contract = try Self.signed(scene, to: scene.world.executor) { $0.data = [] }
        #expect(try Self.check(scene, contract) == nil)
        // With the gas of a plain transfer no code can swap.
        let poor = try Self.signed(scene, to: scene.world.executor) {
            $0.data = []
            $0.gasLimit = 21_000
        }
        #expect(try Self.check(scene, poor) == .noSwap)
        let delegating = try Self.signed(scene, to: nobody) { $0.type = .setCode }
        #expect(try Self.check(scene, delegating) == nil)
        let creating = try Self.signed(scene) { $0.to = nil }
        #expect(try Self.check(scene, creating) == nil)
    }

    @Test("calls of plain tokens are no swaps; the same calldata elsewhere, or other calls, pass")
    func tokens() throws {
        let scene = try Scene(.standard())
        let weth = scene.world.tokens.weth
        for data in [
            ERC20.transfer(to: Address(word: 9), amount: 1), ERC20.approve(weth, amount: 1),
            WETH9.deposit(),
        ] {
            let call = try scene.pending(data, to: weth)
            #expect(try Self.check(scene, call) == .noSwap)
            #expect(try Self.check(scene, call, contracts: KnownContracts.none) == nil)
            let other = try scene.pending(data, to: scene.world.executor)
            #expect(try Self.check(scene, other) == nil)
        }
        #expect(try Self.check(scene, scene.pending([1, 2, 3, 4], to: weth)) == nil)
        #expect(try Self.check(scene, scene.pending([], to: weth)) == nil)
    }

    private static func call(_ signature: String, _ words: UInt256...) -> [UInt8] {
        var calldata = Calldata(Selector(signature))
        for word in words { calldata.append(word) }
        return calldata.bytes
    }

    @Test("a router's call without a swap is none, unless it could run somebody's code")
    func routers() throws {
        let scene = try Scene(.standard())
        let swapper = PoolWorld.address(.swapper).word
        let stranger = Address(word: 0x77).word
        let dollars = scene.world.tokens.other.word
        let unwrap = "unwrapWETH9(uint256,address)"
        let sweep = "sweepToken(address,uint256,address)"
        let none: [[UInt8]] = [
            Self.call("refundETH()"), Self.call(unwrap, 0, swapper),
            Self.call(sweep, dollars, 0, stranger),
            SwapRouter.multicall([Self.call("refundETH()"), Self.call(unwrap, 0, swapper)]),
        ]
        for data in none {
            #expect(try Self.check(scene, scene.pending(data)) == .noSwap)
            #expect(
                try Self.check(scene, scene.pending(data), contracts: KnownContracts.none) == nil)
        }
        let some: [[UInt8]] = [
            // Ether for a stranger, a token that may call anybody, what is not understood.
            Self.call(unwrap, 0, stranger), Self.call(sweep, stranger, 0, swapper),
            [9, 9, 9, 9], SwapRouter.multicall([Self.call("refundETH()"), [9, 9, 9, 9]]),
        ]
        for data in some { #expect(try Self.check(scene, scene.pending(data)) == nil) }
    }

    @Test("a swap over other pools alone is named; one hop that is followed lets the route pass")
    func notFollowed() throws {
        let route = try RouteWorld.standard()
        let scene = try Scene(route.world)
        var known = Self.contracts(scene)
        known.plainTokens.insert(route.euro)
        let aside = try scene.pending(
            scene.swap(sellingWeth: true, amountIn: PoolWorld.ether, fee: 500))
        #expect(
            try Self.check(scene, aside, contracts: known)
                == .poolNotFollowed(pool: scene.world.otherPool, venue: "Uniswap V3"))
        let path = SwapPath(
            tokens: [route.euro, scene.world.tokens.other, scene.world.tokens.weth],
            feesPips: [500, 3000])
        let target = try scene.pending(
            SwapRouter.exactInput(
                path: path, recipient: PoolWorld.address(.swapper), deadline: .max, amountIn: 1,
                amountOutMinimum: .zero))
        #expect(try Self.check(scene, target, contracts: known) == nil)
        // A token that may call anybody may swap anywhere.
        #expect(
            try Self.check(scene, aside, contracts: Self.contracts(scene)) != nil)
        known.plainTokens = []
        let strange = try scene.pending(
            SwapRouter.exactInputSingle(
                tokenIn: route.euro, tokenOut: Address(word: 0x99), fee: 500,
                recipient: PoolWorld.address(.swapper), deadline: .max, amountIn: 1,
                amountOutMinimum: .zero, sqrtPriceLimitX96: .zero))
        #expect(try Self.check(scene, strange, contracts: known) == nil)
    }

    @Test("a swap that sells less than a bundle costs is too small, to the wei")
    func small() throws {
        let scene = try Scene(.standard())
        let minimum = UInt256(1_000_000_000_000_000)
        let needed = minimum &+ UInt256(100_000) &* scene.builder.environment.baseFeePerGas
        func sale(_ amount: UInt256, weth: Bool = true) throws -> Rejection? {
            try Self.check(
                scene, scene.pending(scene.swap(sellingWeth: weth, amountIn: amount)),
                minimumProfitWei: minimum)
        }
        #expect(try sale(needed) == nil)
        #expect(
            try sale(needed &- 1) == .tooSmall(worthWei: needed &- 1, neededWei: needed))
        // 2,500 dollars an ether: two and a half dollars are worth a thousandth.
        #expect(try sale(2_500_000, weth: false)?.label == "too_small")
        #expect(try sale(3_000_000, weth: false) == nil)
        // All that the router holds is not known.
        #expect(try sale(.zero) == nil)
        #expect(try sale(UInt256.one << 255) == nil)
        let unpriced = try Self.check(
            scene, scene.pending(scene.swap(sellingWeth: false, amountIn: 1)),
            minimumProfitWei: minimum
        ) { $0.pools[0].fairPrice = nil }
        #expect(unpriced == nil)
    }

    @Test("no swap of a seeded range of sizes that is served would have been screened")
    func sound() throws {
        let scene = try Scene(.standard())
        var random = SeededRandom(seed: 5, purpose: "screened sizes")
        var served = 0
        for _ in 0..<60 {
            let exponent = random.next() % 18
            let amount =
                (UInt256(1) << (48 + exponent)) &+ UInt256(random.next() % (1 << 40))
            let target = try scene.pending(
                scene.swap(sellingWeth: random.happens(0.5), amountIn: amount))
            var parameters = Scene.parameters
            parameters.minimumProfitWei = 1
            guard try scene.decide(target, parameters: parameters).bundle != nil else { continue }
            served += 1
            #expect(try Self.check(scene, target, minimumProfitWei: 1) == nil)
        }
        #expect(served > 3)
    }
}
