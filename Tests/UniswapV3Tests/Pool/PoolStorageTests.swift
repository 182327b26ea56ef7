import Ethereum
import Testing
import UniswapV3

@Suite("PoolStorage")
struct PoolStorageTests {
    @Test("slot 0 packs its fields from the low bits up and unpacks to them")
    func slot0() throws {
        let slot0 = Slot0(
            sqrtPriceX96: UInt256(decimal: "1350174849792634181862360983626536")!, tick: -194_878,
            observationIndex: 0x1234, observationCardinality: 0x5678,
            observationCardinalityNext: 0x9ABC, feeProtocol: 0x64, isUnlocked: true)
        #expect(Slot0(word: slot0.word) == slot0)
        #expect(slot0.word.hexWord.hasPrefix("0x0001649abc56781234fd06c2"))
        #expect(slot0.protocolFeeDenominator(zeroForOne: true) == 4)
        #expect(slot0.protocolFeeDenominator(zeroForOne: false) == 6)
    }

    @Test("the words of a tick unpack to what was packed, with signs")
    func tickWords() {
        var randomness = Randomness(seed: 81)
        for _ in 0..<500 {
            let net = Int128(truncatingIfNeeded: randomness.liquidity()) >> 1
            let tick = InitializedTick(
                tick: -60, liquidityGross: randomness.liquidity(), liquidityNet: -net)
            #expect(InitializedTick(tick: -60, liquidityWord: tick.liquidityWord) == tick)
            let oracle = TickOracleWord(
                tickCumulativeOutside: Int64(truncatingIfNeeded: randomness.next()) >> 8,
                secondsPerLiquidityOutsideX128: randomness.integer(bits: 160),
                secondsOutside: UInt32(truncatingIfNeeded: randomness.next()),
                isInitialized: Bool.random(using: &randomness))
            #expect(TickOracleWord(word: oracle.word) == oracle)
        }
    }

    @Test("a state written to storage and read back is the state")
    func roundTrip() throws {
        var randomness = Randomness(seed: 82)
        for _ in 0..<20 {
            let pool = try randomness.pool()
            let storage = Dictionary(
                pool.storageWords().map { ($0.slot, $0.value) }, uniquingKeysWith: { $1 })
            let read = PoolState(
                key: pool.key, window: .ticks(-400_000...400_000),
                detail: .liquidityAndFeeGrowth
            ) { storage[$0] ?? .zero }
            #expect(read?.ticks == pool.ticks)
            #expect(read?.slot0 == pool.slot0)
            #expect(read?.liquidity == pool.liquidity)
            #expect(read?.protocolFees == pool.protocolFees)
        }
    }

    @Test("a window reads no slot outside it, and the swap within is the whole pool's")
    func window() throws {
        let whole = try PoolSwapTests.pool()
        let storage = Dictionary(
            whole.storageWords().map { ($0.slot, $0.value) }, uniquingKeysWith: { $1 })
        var slots: [UInt256] = []
        let read = PoolState(key: whole.key, window: .words(0)) { slot in
            slots.append(slot)
            return storage[slot] ?? .zero
        }
        // Five words of the pool, one word of the bitmap, and of the ticks only 600: −600 lies in
        // the word below.
        #expect(slots.count == 7)
        #expect(slots.contains(PoolStorage.tick(600)))
        let pool = try #require(read)
        #expect(pool.loadedTicks == 0...15_359)
        #expect(
            try pool.swap(zeroForOne: false, amountSpecified: 1_000_000)
                == whole.swap(zeroForOne: false, amountSpecified: 1_000_000))
        #expect(throws: PoolError.tickNotLoaded(tick: -1)) {
            try pool.swap(zeroForOne: true, amountSpecified: 1_000_000)
        }
    }

    @Test("an error of the reader passes through")
    func readerError() throws {
        struct Missing: Error, Equatable { var slot: UInt256 }
        let key = try #require(
            PoolKey(sorting: PoolKeyTests.usdc, PoolKeyTests.weth, feePips: 500))
        #expect(throws: Missing(slot: PoolStorage.slot0)) {
            _ = try PoolState(key: key) { slot throws(Missing) in throw Missing(slot: slot) }
        }
    }

    @Test("a fee without a spacing gives no state")
    func unknownFee() throws {
        let key = try #require(
            PoolKey(sorting: PoolKeyTests.usdc, PoolKeyTests.weth, feePips: 2500))
        #expect(PoolState(key: key) { _ in .zero } == nil)
        #expect(PoolState(key: key, tickSpacing: 50) { _ in .zero } != nil)
    }

    @Test("a position's key hashes its owner and packed ticks")
    func positionKey() throws {
        let owner = try #require(Address(hex: "0xC36442b4a4522E871399CD717aBDD847Ab11FE88"))
        let packed = owner.bytes + [0xFC, 0xF2, 0xB8, 0x03, 0x0D, 0x48]
        let key = PoolStorage.positionKey(owner: owner, tickLower: -200_008, tickUpper: 200_008)
        #expect(key == Keccak256.hash(packed))
        #expect(
            PoolStorage.position(owner: owner, tickLower: -200_008, tickUpper: 200_008)
                == Keccak256.hash(key.word, 7).word)
    }
}
