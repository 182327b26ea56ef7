import Chain
import Contracts
import EVM
import Ethereum
import Strategy
import TestSupport
import Testing
import UniswapV3
import World

/// Decisions on the real contracts. `Scene.decide` throws where the machine is not on the head
/// again.
@Suite("JitPipeline")
struct JitPipelineTests {
    @Test(
        "a large swap is served: we earn, the swapper gains", arguments: [true, false],
        [true, false])
    func served(wethIsToken0: Bool, sellingWeth: Bool) throws {
        let scene = try Scene(.standard(wethIsToken0: wethIsToken0))
        let amount =
            sellingWeth ? 100 &* PoolWorld.ether : 250_000 &* PoolWorld.dollar
        let target = try scene.pending(scene.swap(sellingWeth: sellingWeth, amountIn: amount))
        let bundle = try scene.decide(target).get()
        #expect(bundle.netProfitWei > .zero)
        #expect(!bundle.swapper.gainWei.isZero && bundle.swapper.gainPips > 0)
        #expect(bundle.headHash == scene.world.devnet.chain.head.hash)
        #expect(bundle.targetBlock == scene.builder.environment.number)
    }

    @Test("a sender whose signature it is not is refused, however good the swap")
    func forgedSender() throws {
        let scene = try Scene(.standard(wethIsToken0: true))
        let target = try scene.pendingSale(200)
        let forged = PendingTransaction(
            signed: try SignedTransaction(
                target.signed.transaction, signedBy: PoolWorld.wallet(.operator).key),
            sender: target.sender)
        #expect(throws: Rejection.senderNotSigner(stated: target.sender)) {
            try scene.decide(forged).get()
        }
        _ = try scene.decide(target).get()
    }

    @Test("what was proven is what happens in a block, to the wei", arguments: [true, false])
    func mined(wethIsToken0: Bool) throws {
        let scene = try Scene(.standard(wethIsToken0: wethIsToken0))
        let world = scene.world
        let target = try scene.pendingSale(200)
        let bundle = try scene.decide(target).get()
        let signed = try SignedBundle(bundle, key: PoolWorld.wallet(.operator).key)
        let operatorAddress = PoolWorld.address(.operator)
        func holdings() throws -> [UInt256] {
            [
                try scene.balance(world.key.token0, of: world.executor),
                try scene.balance(world.key.token1, of: world.executor),
                try scene.balance(nil, of: operatorAddress),
                try scene.balance(nil, of: scene.builder.environment.coinbase),
            ]
        }
        let before = try holdings()
        let outcomes = try scene.builder.include(
            bundle: zip(signed.transactions, [operatorAddress, target.sender, operatorAddress])
                .map { .init(signed: $0, sender: $1) })
        let after = try holdings()
        #expect(outcomes[0] == bundle.openOutcome)
        #expect(outcomes[1] == bundle.targetOutcome)
        #expect(outcomes[2] == bundle.closeOutcome)
        var deltas = [bundle.inventoryDelta0, bundle.inventoryDelta1]
        deltas[wethIsToken0 ? 0 : 1] &-= Int256(bitPattern: bundle.tipWei)
        #expect(Int256(from: before[0], to: after[0]) == deltas[0])
        #expect(Int256(from: before[1], to: after[1]) == deltas[1])
        #expect(before[2] &- after[2] == bundle.gasCostWei)
        #expect(!bundle.tipWei.isZero && after[3] &- before[3] == bundle.tipWei)
        #expect(
            signed.hash == Keccak256.hash(signed.transactions.flatMap { $0.hash.bytes }))
    }

    @Test("the same head and transaction give the same bundle")
    func pure() throws {
        let scene = try Scene(.standard())
        let target = try scene.pendingSale()
        let first = try scene.decide(target).get()
        let second = try scene.decide(target).get()
        #expect(first.open == second.open && first.close == second.close)
    }

    @Test("a small swap does not pay for our gas")
    func small() throws {
        let scene = try Scene(.standard())
        let tenth = PoolWorld.ether.dividedOrZero(by: 10)
        let target = try scene.pending(scene.swap(sellingWeth: true, amountIn: tenth))
        let label = try scene.decide(target).rejection?.label
        #expect(label == "below_minimum_profit")
    }

    @Test("the operator's limits reject: base fee, profit, band, fair price")
    func limits() throws {
        let scene = try Scene(.standard())
        let target = try scene.pendingSale()
        let profit = try scene.decide(target).get().netProfitWei

        var parameters = Scene.parameters
        parameters.maxBaseFeePerGas = scene.builder.environment.baseFeePerGas
        #expect(try scene.decide(target, parameters: parameters).bundle != nil)
        parameters.maxBaseFeePerGas = parameters.maxBaseFeePerGas &- 1
        #expect(
            try scene.decide(target, parameters: parameters).rejection
                == .baseFeeAboveLimit(
                    baseFeePerGas: 1_000_000_000, limit: parameters.maxBaseFeePerGas))

        parameters = Scene.parameters
        parameters.minimumProfitWei = profit.magnitude &* 2
        #expect(
            try scene.decide(target, parameters: parameters).rejection?.label
                == "below_minimum_profit")

        var pool = try scene.followedPool
        pool.fairPrice = nil
        #expect(
            try scene.decide(target, pools: [pool]).rejection
                == .noFairPrice(pool: scene.world.pool))
        pool = try scene.followedPool
        let tick = try scene.slot0.tick
        pool.bandLower = tick + 1
        #expect(
            try scene.decide(target, pools: [pool]).rejection
                == .priceOutsideBand(
                    tick: tick, bandLower: tick + 1, bandUpper: pool.bandUpper))
    }

    @Test("no inventory, no bundle")
    func inventory() throws {
        let scene = try Scene(.standard())
        var pool = try scene.followedPool
        (pool.maxDeposit0, pool.maxDeposit1) = (.zero, .zero)
        #expect(
            try scene.decide(scene.pendingSale(), pools: [pool]).rejection == .noProfitableRange)
    }

    @Test("what the contract would refuse is refused here: the owner has taken the pool away")
    func openFails() throws {
        var scene = try Scene(.standard())
        try scene.send(
            .owner, to: scene.world.executor,
            data: JitExecutor.setPool(
                scene.world.poolArguments, bandLower: -887_272, bandUpper: 887_272,
                maxDeposit0: .zero, maxDeposit1: .zero, blockMultiple: 0))
        try scene.seal()
        #expect(try scene.decide(scene.pendingSale()).rejection?.label == "open_fails")
    }

    @Test("a swap that ends at its price limit would fill more with us, which is another order")
    func priceLimited() throws {
        let scene = try Scene(.standard())
        let limit = try #require(UInt256.mulDiv(scene.slot0.sqrtPriceX96, 999, 1000))
        let limited = try scene.pending(
            scene.swap(
                sellingWeth: true, amountIn: 1000 &* PoolWorld.ether, sqrtPriceLimitX96: limit))
        #expect(try scene.decide(limited).rejection == .partialFillChanged)
        // The same limit, but an amount that does not reach it.
        let unlimited = try scene.pending(
            scene.swap(
                sellingWeth: true, amountIn: 100 &* PoolWorld.ether,
                sqrtPriceLimitX96: UInt256.mulDiv(limit, 9, 10)!))
        #expect(try scene.decide(unlimited).bundle != nil)
    }

    @Test("a gas limit without room takes no bundle that needs more gas; with room it does")
    func tightGas() throws {
        let scene = try Scene(.standard())
        let data = scene.swap(sellingWeth: true, amountIn: 400 &* PoolWorld.ether)
        let roomy = try scene.decide(scene.pending(data)).get()
        let outcome = roomy.targetOutcome
        let peak = outcome.gasUsed + outcome.gasRefunded
        // Enough to execute alone: from there on up, no bundle may use more than 95 % of the limit.
        let alone = try scene.machine.execute(
            scene.sign(.swapper, to: scene.world.uniswap.swapRouter, data: data).signed
                .transaction, sender: PoolWorld.address(.swapper))
        let peakAlone = alone.gasUsed + alone.gasRefunded
        let fresh = try Scene(.standard())
        for gasLimit in stride(from: peakAlone + 3000, to: peak + peak / 4, by: 20_000) {
            guard
                let bundle = try fresh.decide(fresh.pending(data, gasLimit: gasLimit)).bundle
            else { continue }
            let used = bundle.targetOutcome.gasUsed + bundle.targetOutcome.gasRefunded
            #expect(used <= max(gasLimit - gasLimit / 20, peakAlone), "gas limit \(gasLimit)")
            #expect(bundle.targetOutcome.status == .success)
        }
    }

    @Test("every rejection has a label of its own in snake case, and a description of its own")
    func rejectionLabels() {
        let address = Address(word: 1)
        let all: [Rejection] = [
            .noSwap, .poolNotFollowed(pool: address, venue: "V"), .swapsBothWays(pool: address),
            .tooExpensive(.gas(budget: 1), microsecondsAllowed: 2),
            .tooSmall(worthWei: 1, neededWei: 2), .blobTransaction,
            .outbidByRivals(.sandwich, rivalWei: 2, affordableWei: 1),
            .targetInvalid(.nonceAtMaximum), .targetReverts,
            .unsimulatable(.precompileNotAvailable(address)), .poolWithoutWeth(pool: address),
            .noFairPrice(pool: address),
            .priceOutsideBand(tick: 1, bandLower: 2, bandUpper: 3), .noProfitableRange,
            .insufficientInventory(token: address, needed: 2, available: 1),
            .baseFeeAboveLimit(baseFeePerGas: 2, limit: 1), .openFails(.revert, output: []),
            .closeFails(.revert, output: []), .belowMinimumProfit(netProfitWei: 1, floorWei: 2),
            .targetStatusChanged, .targetLogsChanged, .partialFillChanged,
            .tooManyBalances(count: 2, limit: 1),
            .swapperWorseOff(account: address, token: nil, lossRaw: 1),
            .gasHeadroom(gasUsed: 2, allowed: 1), .gasShareOfGain(gasCostWei: 2, gainWei: 1),
            .poolBusy(pool: address), .operatorsBusy(count: 1),
            .senderNotSigner(stated: address),
            .swapperGainBelow(gainPips: 1, requiredPips: 2),
            .targetProvidesLiquidity(contract: address), .balancesTooExpensive(limit: 1),
            .tokenOfCoinbase, .dependsOnBuilder,
        ]
        #expect(Set(all.map(\.label)).count == all.count)
        #expect(Set(all.map(\.description)).count == all.count)
        for rejection in all {
            let characters = rejection.label.unicodeScalars
            #expect(characters.allSatisfy { ("a"..."z").contains($0) || $0 == "_" })
        }
    }
}
