import Ethereum

/// Where the pool contract keeps its state: Solidity's storage layout of UniswapV3Pool, in the
/// order of its declarations, small fields packed from the low bits up.
public enum PoolStorage {
    /// The price and its companions in one word: `Slot0`.
    public static var slot0: UInt256 { 0 }
    /// The fees of token0 per unit of liquidity since the beginning, with 128 fractional bits.
    public static var feeGrowthGlobal0X128: UInt256 { 1 }
    /// The fees of token1 per unit of liquidity since the beginning, with 128 fractional bits.
    public static var feeGrowthGlobal1X128: UInt256 { 2 }
    /// The protocol's uncollected fees: token0 in the low half, token1 in the high half.
    public static var protocolFees: UInt256 { 3 }
    /// The liquidity in range.
    public static var liquidity: UInt256 { 4 }
    private static var ticks: UInt256 { 5 }
    private static var tickBitmap: UInt256 { 6 }
    private static var positions: UInt256 { 7 }
    private static var observations: UInt256 { 8 }

    /// The first of a tick's four words: gross and net liquidity, two words of fee growth outside,
    /// and the oracle's.
    public static func tick(_ tick: Tick) -> UInt256 {
        Keccak256.hash(Int256(Int(tick)).bitPattern, ticks).word
    }

    /// A word of the bitmap of initialised ticks.
    public static func tickBitmap(word: Int16) -> UInt256 {
        Keccak256.hash(Int256(Int(word)).bitPattern, tickBitmap).word
    }

    /// The first of a position's four words: liquidity, two words of fee growth inside when it was
    /// last touched, and the tokens owed.
    public static func position(owner: Address, tickLower: Tick, tickUpper: Tick) -> UInt256 {
        Keccak256.hash(
            positionKey(owner: owner, tickLower: tickLower, tickUpper: tickUpper).word, positions
        ).word
    }

    /// keccak256(abi.encodePacked(owner, tickLower, tickUpper)): the argument of `positions(…)`.
    public static func positionKey(
        owner: Address, tickLower: Tick, tickUpper: Tick
    ) -> Hash32 {
        func packed(_ tick: Tick) -> [UInt8] {
            [16, 8, 0].map { UInt8(truncatingIfNeeded: tick >> $0) }
        }
        return Keccak256.hash(owner.bytes + packed(tickLower) + packed(tickUpper))
    }

    /// The word of one of the oracle's observations.
    public static func observation(_ index: UInt16) -> UInt256 {
        observations &+ UInt256(UInt64(index))
    }
}

/// The contract's `slot0`: the price and what is packed beside it.
public struct Slot0: Equatable, Hashable, Sendable {
    /// The square-root price; 0 in a pool that is not initialised.
    public var sqrtPriceX96: SqrtPriceX96
    /// The tick that the price stands in. After a falling swap that ended on an initialised tick's
    /// price this is one below that tick, so that it cannot be computed from the price alone.
    public var tick: Tick
    /// The oracle's last written observation.
    public var observationIndex: UInt16
    /// The number of observations kept.
    public var observationCardinality: UInt16
    /// The number of observations to be kept once the next one is written.
    public var observationCardinalityNext: UInt16
    /// The protocol's denominators: for token0 in the low four bits, for token1 in the high four.
    public var feeProtocol: UInt8
    /// Whether the pool is initialised and outside any call.
    public var isUnlocked: Bool

    public init(
        sqrtPriceX96: SqrtPriceX96, tick: Tick, observationIndex: UInt16 = 0,
        observationCardinality: UInt16 = 1, observationCardinalityNext: UInt16 = 1,
        feeProtocol: UInt8 = 0, isUnlocked: Bool = true
    ) {
        self.sqrtPriceX96 = sqrtPriceX96
        self.tick = tick
        self.observationIndex = observationIndex
        self.observationCardinality = observationCardinality
        self.observationCardinalityNext = observationCardinalityNext
        self.feeProtocol = feeProtocol
        self.isUnlocked = isUnlocked
    }

    /// Unpacks the word of slot 0.
    public init(word: UInt256) {
        let high = word.limb3
        sqrtPriceX96 = word & FixedPoint.maxUInt160
        // 24 bits from bit 160 on; the shifts extend the sign.
        tick = (Tick(truncatingIfNeeded: word.limb2 >> 32) << 8) >> 8
        observationIndex = UInt16(truncatingIfNeeded: word.limb2 >> 56 | high << 8)
        observationCardinality = UInt16(truncatingIfNeeded: high >> 8)
        observationCardinalityNext = UInt16(truncatingIfNeeded: high >> 24)
        feeProtocol = UInt8(truncatingIfNeeded: high >> 40)
        isUnlocked = UInt8(truncatingIfNeeded: high >> 48) != 0
    }

    /// The word of slot 0.
    public var word: UInt256 {
        let index = UInt64(observationIndex)
        let limb2 =
            sqrtPriceX96.limb2 & 0xFFFF_FFFF
            | UInt64(UInt32(bitPattern: tick) & 0xFF_FFFF) << 32 | index << 56
        let limb3 =
            index >> 8 | UInt64(observationCardinality) << 8
            | UInt64(observationCardinalityNext) << 24 | UInt64(feeProtocol) << 40
            | (isUnlocked ? 1 << 48 : 0)
        return UInt256(sqrtPriceX96.limb0, sqrtPriceX96.limb1, limb2, limb3)
    }

    /// The protocol takes one part in this many of the fees that a swap in this direction pays; 0
    /// where it takes nothing.
    public func protocolFeeDenominator(zeroForOne: Bool) -> UInt8 {
        zeroForOne ? feeProtocol & 15 : feeProtocol >> 4
    }
}
