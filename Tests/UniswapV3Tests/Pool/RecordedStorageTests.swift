import Ethereum
import Testing
import UniswapV3

/// Pools read from the storage that mainnet blocks began with, swapped as their logs say, and
/// compared with the storage that the blocks ended with.
@Suite("Recorded storage", .enabled(if: RecordedData.isExpected, RecordedData.absence))
struct RecordedStorageTests {
    static let swapTopic = Keccak256.hash(
        Array("Swap(address,address,int256,int256,uint160,uint128,int24)".utf8)
    ).description

    static let weth = "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2"
    static let usdc = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
    static let fun = "0x419D0d8BdD9aF5e606Ae2232ed285Aff190E711b"

    struct RecordedPool: Sendable {
        var block: Int
        var tokens: (String, String)
        var feePips: UInt32
        var swaps: Int
    }

    static let pools = [
        RecordedPool(
            block: 15_050_000, tokens: ("0x77777FeDdddFfC19Ff86DB637967013e6C6A116C", weth),
            feePips: 10_000, swaps: 2),
        RecordedPool(
            block: 15_050_000, tokens: ("0xB62132e35a6c13ee1EE0f84dC5d40bad8d815206", weth),
            feePips: 3000, swaps: 1),
        RecordedPool(block: 15_050_000, tokens: (usdc, weth), feePips: 500, swaps: 1),
        RecordedPool(block: 15_537_394, tokens: (fun, weth), feePips: 100, swaps: 2),
        RecordedPool(block: 15_537_394, tokens: (fun, usdc), feePips: 100, swaps: 2),
        RecordedPool(block: 15_537_394, tokens: (usdc, weth), feePips: 500, swaps: 1),
    ]

    @Test("swaps on the block's storage give its logs and its storage after", arguments: pools)
    func block(recorded: RecordedPool) throws {
        let block = try RecordedBlock.load(recorded.block)
        let first = try #require(Address(hex: recorded.tokens.0))
        let second = try #require(Address(hex: recorded.tokens.1))
        let key = try #require(PoolKey(sorting: first, second, feePips: recorded.feePips))
        let address = key.address(in: .uniswapV3Mainnet).description
        let before = try RecordedBlock.words(block.pre[address])
        let after = try RecordedBlock.words(block.post[address])

        // What no transaction touched is not recorded and reads as empty; no swap comes there.
        var pool = try #require(PoolState(key: key) { before[$0] ?? .zero })
        let logs = block.receipts.flatMap(\.logs).filter {
            $0.address == address && $0.topics.first == Self.swapTopic
        }
        #expect(logs.count == recorded.swaps)
        for log in logs {
            let words = try Self.words(log.data)
            let (amount0, amount1) = (Int256(bitPattern: words[0]), Int256(bitPattern: words[1]))
            let zeroForOne = !amount0.isNegative
            let (input, output) = zeroForOne ? (amount0, amount1) : (amount1, amount0)
            // The log does not say which of the two amounts was asked for.
            let foreseen = try pool.swap(zeroForOne: zeroForOne, amountSpecified: input)
            let isExactInput =
                foreseen.amount0 == amount0 && foreseen.amount1 == amount1
                && foreseen.sqrtPriceX96After == words[2]
            let result = try pool.apply(
                zeroForOne: zeroForOne, amountSpecified: isExactInput ? input : output)
            #expect(result.amount0 == amount0)
            #expect(result.amount1 == amount1)
            #expect(result.sqrtPriceX96After == words[2])
            #expect(UInt256(result.liquidityAfter) == words[3])
            #expect(Int256(Int(result.tickAfter)) == Int256(bitPattern: words[4]))
        }
        let slot0 = Slot0(word: after[PoolStorage.slot0] ?? .zero)
        #expect(pool.sqrtPriceX96 == slot0.sqrtPriceX96)
        #expect(pool.tick == slot0.tick)
        for (slot, growth) in [
            (PoolStorage.feeGrowthGlobal0X128, pool.feeGrowthGlobal0X128),
            (PoolStorage.feeGrowthGlobal1X128, pool.feeGrowthGlobal1X128),
        ] where before[slot] != nil {
            #expect(growth == after[slot] ?? before[slot])
        }
    }

    static func words(_ data: String) throws -> [UInt256] {
        let bytes = try #require(Hex.decode(data))
        return try stride(from: 0, to: bytes.count, by: 32).map {
            try #require(UInt256(bigEndian: bytes[$0..<min($0 + 32, bytes.count)]))
        }
    }
}
