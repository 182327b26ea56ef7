import Ethereum

/// Which ticks to read.
public enum TickWindow: Equatable, Sendable {
    /// The bitmap word that holds the price and this many on either side.
    case words(Int)
    /// These ticks, and no others of their words.
    case ticks(ClosedRange<Tick>)
    /// All of them: up to 6,932 words of bitmap with a spacing of 1.
    case all
}

/// How much of each tick to read.
public enum TickDetail: Equatable, Sendable {
    /// Liquidity alone, one word a tick. The fee growth outside stays 0, which changes nothing in a
    /// swap nor in the fees of a position that is minted on this very state, because those are
    /// differences.
    case liquidity
    /// Liquidity and both fee growths, three words: needed for the fees of older positions.
    case liquidityAndFeeGrowth
}

extension PoolState {
    /// Reads the pool's state from its storage: five words, one per bitmap word in the window, and
    /// one or three per initialised tick.
    ///
    /// nil for a fee that has no spacing on mainnet, where none is passed. A locked or
    /// uninitialised pool becomes an error only when something is done with it.
    ///
    /// - Parameter read: gives the value of a slot of the pool's contract; its errors pass through.
    public init?<E: Error>(
        key: PoolKey, tickSpacing: Tick? = nil, window: TickWindow = .words(1),
        detail: TickDetail = .liquidity, reading read: (UInt256) throws(E) -> UInt256
    ) throws(E) {
        guard let spacing = tickSpacing ?? TickSpacing.of(feePips: key.feePips),
            let limit = LiquidityMath.maxLiquidityPerTick(tickSpacing: spacing)
        else { return nil }
        let slot0 = Slot0(word: try read(PoolStorage.slot0))
        let liquidity = try read(PoolStorage.liquidity).low128
        let growth0 = try read(PoolStorage.feeGrowthGlobal0X128)
        let growth1 = try read(PoolStorage.feeGrowthGlobal1X128)
        let fees = try read(PoolStorage.protocolFees)
        self.init(
            key: key, tickSpacing: spacing, maxLiquidityPerTick: limit, slot0: slot0,
            liquidity: liquidity, feeGrowthGlobal0X128: growth0, feeGrowthGlobal1X128: growth1,
            protocolFees: TokenAmounts(
                amount0: UInt256(fees.low128), amount1: UInt256(fees.high128)),
            ticks: [], loadedTicks: slot0.tick...slot0.tick)
        try load(window, detail: detail, reading: read)
    }

    /// Reads the initialised ticks of a window in place of those held; the rest of the state stays.
    public mutating func load<E: Error>(
        _ window: TickWindow, detail: TickDetail = .liquidity,
        reading read: (UInt256) throws(E) -> UInt256
    ) throws(E) {
        let bounds = bounds(of: window)
        var found: [InitializedTick] = []
        var word = TickSpacing.compressed(bounds.lowerBound, tickSpacing) >> 8
        let last = TickSpacing.compressed(bounds.upperBound, tickSpacing) >> 8
        while word <= last {
            var bits = try read(
                PoolStorage.tickBitmap(word: Int16(truncatingIfNeeded: word)))
            while let bit = TickBitmap.lowestBit(bits) {
                bits = bits & (bits &- .one)
                let tick = (word << 8 | Tick(bit)) * tickSpacing
                guard bounds.contains(tick) else { continue }
                found.append(try Self.initializedTick(tick, detail, read))
            }
            word += 1
        }
        ticks = found
        tickPrices = Self.prices(of: found)
        loadedTicks = bounds
    }

    /// The window's ticks, cut to the protocol's. A window of words is widened by the gap up to the
    /// next word's first tick, where nothing can be initialised.
    private func bounds(of window: TickWindow) -> ClosedRange<Tick> {
        switch window {
        case .all:
            return Self.allTicks
        case .ticks(let ticks):
            return ticks.clamped(to: Self.allTicks)
        case .words(let count):
            let radius = Tick(clamping: min(max(count, 0), 1 << 13))
            let word = TickSpacing.compressed(slot0.tick, tickSpacing) >> 8
            let first = Int((word - radius) << 8) * Int(tickSpacing)
            let end = Int((word + radius + 1) << 8) * Int(tickSpacing) - 1
            let whole = Int(TickMath.minTick)...Int(TickMath.maxTick)
            let clamped = (first...end).clamped(to: whole)
            return Tick(clamped.lowerBound)...Tick(clamped.upperBound)
        }
    }

    private static func initializedTick<E: Error>(
        _ tick: Tick, _ detail: TickDetail, _ read: (UInt256) throws(E) -> UInt256
    ) throws(E) -> InitializedTick {
        let slot = PoolStorage.tick(tick)
        var result = InitializedTick(tick: tick, liquidityWord: try read(slot))
        if detail == .liquidityAndFeeGrowth {
            result.feeGrowthOutside0X128 = try read(slot &+ 1)
            result.feeGrowthOutside1X128 = try read(slot &+ 2)
        }
        return result
    }

    /// The storage that this state stands for: every word of it that is not 0, in no order that
    /// matters. The oracle's words are those of a pool that was never observed.
    public func storageWords() -> [(slot: UInt256, value: UInt256)] {
        var words: [(slot: UInt256, value: UInt256)] = [
            (PoolStorage.slot0, slot0.word),
            (PoolStorage.feeGrowthGlobal0X128, feeGrowthGlobal0X128),
            (PoolStorage.feeGrowthGlobal1X128, feeGrowthGlobal1X128),
            (PoolStorage.protocolFees, protocolFees.amount0 | protocolFees.amount1 << 128),
            (PoolStorage.liquidity, UInt256(liquidity)),
        ]
        var bitmap: [(word: Int16, bits: UInt256)] = []
        for tick in ticks {
            let slot = PoolStorage.tick(tick.tick)
            words.append((slot, tick.liquidityWord))
            words.append((slot &+ 1, tick.feeGrowthOutside0X128))
            words.append((slot &+ 2, tick.feeGrowthOutside1X128))
            words.append((slot &+ 3, TickOracleWord(isInitialized: true).word))
            let (word, bit) = TickBitmap.position(
                compressed: TickSpacing.compressed(tick.tick, tickSpacing))
            if bitmap.last?.word != word { bitmap.append((word, .zero)) }
            bitmap[bitmap.count - 1].bits =
                bitmap[bitmap.count - 1].bits | UInt256.one << UInt64(bit)
        }
        for (word, bits) in bitmap { words.append((PoolStorage.tickBitmap(word: word), bits)) }
        return words.filter { !$0.value.isZero }
    }
}
