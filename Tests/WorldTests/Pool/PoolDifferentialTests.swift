import Ethereum
import Foundation
import TestSupport
import Testing
import UniswapV3

/// The pool model beside the pool's real bytecode in our own EVM. `make pool-differential` runs it
/// over many more operations: `JITBOT_POOL_OPERATIONS`, `JITBOT_SEED`.
@Suite("Pool differential")
struct PoolDifferentialTests {
    private static func setting(_ name: String, _ otherwise: Int) throws -> Int {
        guard let text = ProcessInfo.processInfo.environment[name], !text.isEmpty else {
            return otherwise
        }
        return try #require(Int(text), "\(name) must be a number, not \(text)")
    }

    static let operationsPerPool = 250

    @Test("random operations leave the contract and the model with the same storage")
    func random() throws {
        let count = try Self.setting("JITBOT_POOL_OPERATIONS", 1500)
        let seed = UInt64(try Self.setting("JITBOT_SEED", 1))
        let world = try ContractPoolWorld()
        var accepted: [String: Int] = [:]
        var refused: [String: Int] = [:]
        let pools = (count + Self.operationsPerPool - 1) / Self.operationsPerPool
        for number in 0..<pools {
            let pool = try PoolDifferential(world, seed: seed, pool: number)
            try pool.perform(Self.operationsPerPool)
            accepted.merge(pool.accepted, uniquingKeysWith: +)
            refused.merge(pool.refused, uniquingKeysWith: +)
        }
        let done = accepted.values.reduce(0, +)
        for name in ["mint", "burn", "collect", "swap", "flash", "setFeeProtocol"] {
            #expect(accepted[name, default: 0] > 0, "no \(name) succeeded")
        }
        let line = accepted.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            .joined(separator: ", ")
        print(
            "pool differential, seed \(seed): \(pools) pools, \(done) operations equal (\(line)), "
                + "\(refused.values.reduce(0, +)) refused by both")
        #expect(done + refused.values.reduce(0, +) >= count)
    }

    @Test("a difference is found: the model with another fee than the contract's")
    func difference() throws {
        let world = try ContractPoolWorld()
        let price = UInt256.one << 96
        let contract = try ContractPool(world, feePips: 3000, sqrtPriceX96: price)
        let mint = PoolOperation.mint(
            RangeLiquidity(tickLower: -600, tickUpper: 600, liquidity: 1 << 70))
        #expect(try contract.call(mint.calldata(recipient: contract.owner)) != nil)
        let swap = PoolOperation.swap(
            zeroForOne: true, amountSpecified: 1_000_000_000_000_007,
            sqrtPriceLimitX96: PoolState.outermostPrice(zeroForOne: true))
        let answer = try #require(try contract.call(swap.calldata(recipient: contract.owner)))
        for (fee, isEqual) in [(UInt32(3000), true), (10_000, false)] {
            let key = try #require(
                PoolKey(sorting: contract.key.token0, contract.key.token1, feePips: fee))
            var model = try PoolState(key: key, tickSpacing: 60, initializedAt: price)
            try model.addLiquidity(tickLower: -600, tickUpper: 600, liquidity: 1 << 70)
            let result = try model.apply(zeroForOne: true, amountSpecified: 1_000_000_000_000_007)
            #expect((answer[1] == result.amount1.bitPattern) == isEqual)
            let growth = try contract.storage(PoolStorage.feeGrowthGlobal0X128)
            #expect((growth == model.feeGrowthGlobal0X128) == isEqual)
        }
    }
}
