import Contracts
import EVM
import Ethereum
import TestSupport
import Testing
import UniswapV3
import World

/// Whoever gets control in the middle of our transactions: the order's target, the coinbase, the
/// lender, a token. Each tries everything and gets nothing.
@Suite("A hostile contract in the middle")
struct HostileContractTests {
    /// Every call by which somebody could gain or disturb.
    static func attacks(_ world: FlashWorld, from hostile: Address) -> [(Address, [UInt8])] {
        let (flash, executor) = (world.flash, world.pools.executor)
        let tokens = [world.pools.tokens.weth, world.pools.tokens.other]
        var calls: [(Address, [UInt8])] = []
        for target in [flash, executor] {
            calls.append((target, ExecutorCalls.mintCallback(1, 1)))
            calls.append((target, ExecutorCalls.swapCallback(1, 1)))
            calls.append((target, JitExecutor.emergencyWithdraw(tokens + [.zero])))
        }
        calls += LoanCallbacks.all(initiator: flash, payload: DoubleCalls.lure).map { (flash, $0) }
        calls.append((flash, JitFlash.setLender(hostile, .morpho)))
        calls.append((executor, ExecutorCalls.pause))
        calls.append((executor, JitExecutor.withdraw(token: tokens[0], amount: 1)))
        calls.append((executor, JitExecutor.setRole(hostile, .operator)))
        for token in tokens {
            for victim in [flash, executor, world.account] {
                calls.append(
                    (
                        token,
                        Calldata(
                            Selector("transferFrom(address,address,uint256)"), victim.word,
                            hostile.word, 1
                        ).bytes
                    ))
            }
        }
        return calls
    }

    private static func teach(_ scene: FlashScene, _ calls: [(Address, [UInt8])]) throws {
        for (target, data) in calls {
            try scene.set(scene.world.hostile, DoubleCalls.teach(target, data))
        }
    }

    private static func word(_ scene: FlashScene, _ data: [UInt8]) throws -> UInt256 {
        ABIWords(
            try scene.scene.call(from: .zero, to: scene.world.hostile, data).output)[0] ?? .max
    }

    private static func holdings(_ scene: FlashScene) throws -> [UInt256] {
        let world = scene.world
        return try [world.pools.tokens.weth, world.pools.tokens.other, nil].flatMap { token in
            try [world.hostile, world.flash, world.trampoline].map {
                try scene.balance(token, of: $0)
            }
        }
    }

    @Test("as the order's target: the order inside it is served, every attack around it fails")
    func target() throws {
        let scene = try FlashScene(.standard())
        let world = scene.world
        let attacks = Self.attacks(world, from: world.hostile)
        var operation = try scene.operation()
        try Self.teach(
            scene,
            attacks + [(world.flash, JitFlash.flashJit(operation))]
                + [(operation.target, operation.payload)])
        operation.target = world.hostile
        operation.payload = DoubleCalls.lure
        let before = try Self.holdings(scene)
        let outcome = try scene.send(operation)
        #expect(outcome.status == .success, "\(outcome.jitError ?? 0)")
        // Only the last, which is the order, succeeded.
        #expect(
            try Self.word(scene, DoubleCalls.succeeded) == UInt256.one << UInt64(attacks.count + 1))
        #expect(try Self.word(scene, DoubleCalls.awakenings) == 1)
        #expect(try Self.holdings(scene) == before)
    }

    @Test("as the coinbase: it gets the tip, and every attack with it fails, in both modes")
    func coinbase() throws {
        let world = try FlashWorld.standard()
        for isAtomic in [true, false] {
            var scene = try FlashScene(world)
            try Self.teach(scene, Self.attacks(world, from: world.hostile))
            try scene.scene.seal(coinbase: world.hostile)
            let before = try Self.holdings(scene)
            if isAtomic {
                #expect(try scene.send(scene.operation(tipWei: 12_345)).status == .success)
            } else {
                let position = try scene.scene.position()
                let price = try scene.scene.slot0.sqrtPriceX96
                let executor = world.pools.executor
                try scene.scene.send(.operator, to: executor, data: scene.scene.open([position]))
                try scene.scene.sellWeth(100)
                let closed = try scene.scene.send(
                    .operator, to: executor,
                    data: scene.scene.close([position], tipWei: 12_345, refSqrtPriceX96: price))
                #expect(closed.status == .success)
            }
            #expect(try Self.word(scene, DoubleCalls.awakenings) == 1)
            #expect(try Self.word(scene, DoubleCalls.succeeded).isZero)
            var expected = before
            // The hostile contract's ether is the third token's first holder.
            expected[6] = expected[6] &+ 12_345
            #expect(try Self.holdings(scene) == expected, "atomic: \(isAtomic)")
        }
    }

    @Test("as a lender that lends nothing and calls back: the operation fails whole")
    func lender() throws {
        let scene = try FlashScene(.standard())
        let world = scene.world
        try scene.send(.owner, JitFlash.setLender(world.hostile, .morpho))
        var operation = try scene.operation()
        operation.loans[0].lender = world.hostile
        operation.loans[0].fee = .zero
        let before = try Self.holdings(scene)
        #expect(try scene.call(operation).jitError == 48)
        let back = LoanCallbacks.all(initiator: world.flash, payload: operation.payload)[1]
        try Self.teach(scene, [(world.flash, back)])
        #expect(try scene.send(operation).jitError == 48)
        #expect(try Self.holdings(scene) == before)
    }

    @Test("as a token's listener: transfers in the middle wake it, every attack fails")
    func token() throws {
        let world = try FlashWorld.withTokenDouble()
        let scene = try FlashScene(world)
        let token = world.pools.tokens.other
        try Self.teach(
            scene,
            Self.attacks(world, from: world.hostile)
                + [(world.flash, JitFlash.flashJit(try scene.operation()))])
        try scene.set(token, DoubleCalls.setBehaviour(.tellsAStranger, stranger: world.hostile))
        let before = try Self.holdings(scene)
        let outcome = try scene.send(scene.operation())
        #expect(outcome.status == .success, "\(outcome.jitError ?? 0)")
        #expect(try Self.word(scene, DoubleCalls.awakenings) > 3)
        #expect(try Self.word(scene, DoubleCalls.succeeded).isZero)
        #expect(try Self.holdings(scene) == before)
    }

    @Test("as a pool: a look-alike has no name, and its callback pays nothing")
    func lookAlike() throws {
        let scene = try FlashScene(.standard())
        let world = scene.world
        for target in [world.flash, world.pools.executor] {
            for data in [ExecutorCalls.mintCallback(1, 1), ExecutorCalls.swapCallback(1, 1)] {
                let outcome = try scene.scene.call(from: world.hostile, to: target, data)
                #expect(outcome.jitError == 27)
            }
        }
    }

    @Test("a genuine pool of WETH and a worthless token takes no deposit unless the owner says so")
    func fakePool() throws {
        // The double is a token that anybody mints; its pool is as genuine as any.
        let scene = try FlashScene(.withTokenDouble())
        let world = scene.world
        var key = world.pools.poolArguments
        key.fee = 500
        let anchors = try scene.scene.anchors()
        var wide = anchors
        (wide.minSqrtPriceX96, wide.maxSqrtPriceX96) = (.zero, .max)
        (wide.minLiquidity, wide.maxLiquidity) = (0, .max)
        let open = JitExecutor.open(
            pool: key, positions: [try scene.scene.position()], guard: wide)
        #expect(try scene.scene.call(.operator, open).jitError == 34)
        var operation = try scene.operation()
        operation.pool = key
        operation.anchors = wide
        #expect(try scene.call(operation).jitError == 34)
        #expect(try scene.call(scene.operation()).status == .success)
    }

    @Test("the trampoline calls for anybody, and being it is worth nothing")
    func trampoline() throws {
        let scene = try FlashScene(.standard())
        let world = scene.world
        let forward = Selector("forward(address,bytes)")
        for (index, attack) in Self.attacks(world, from: world.trampoline).enumerated() {
            var call = Calldata(forward, attack.0.word, 64, UInt256(attack.1.count))
            call.append(padded: attack.1)
            let outcome = try scene.scene.call(
                from: PoolWorld.address(.stranger), to: world.trampoline, call.bytes)
            #expect(outcome.status == .revert, "attack \(index)")
        }
        let order = try scene.operation()
        var call = Calldata(forward, order.target.word, 64, UInt256(order.payload.count))
        call.append(padded: order.payload)
        let outcome = try scene.scene.call(
            from: PoolWorld.address(.stranger), to: world.trampoline, call.bytes)
        #expect(outcome.status == .success)
    }
}
