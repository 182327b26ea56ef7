import Ethereum

/// Between ticks and square-root prices (whitepaper section 6.1: √p(i) = √1.0001^i).
///
/// The contract's integers are not the nearest ones to the real powers; they are the outcome of a
/// fixed chain of truncating products, which is reproduced here step for step in its arithmetic.
public enum TickMath {
    /// The lowest tick: the first below which 1.0001^i falls under 2^−128.
    public static let minTick: Tick = -887272
    /// The highest tick.
    public static let maxTick: Tick = 887272

    /// The square-root price at `minTick`; a pool's price is never below it.
    public static var minSqrtPriceX96: SqrtPriceX96 { UInt256(4_295_128_739 as UInt64) }

    /// The square-root price at `maxTick`; a pool's price is always below it.
    public static var maxSqrtPriceX96: SqrtPriceX96 {
        UInt256(0x5D95_1D52_6398_8D26, 0xEFD1_FC6A_5064_8849, 0xFFFD_8963, 0)
    }

    /// √1.0001^tick · 2^96, rounded up as the contract rounds it; nil for a tick beyond the bounds.
    ///
    /// With |tick| = Σ 2^k over its set bits, √1.0001^−|tick| is the product of the powers
    /// √1.0001^−2^k, taken from the lowest bit up with 128 fractional bits, each product truncated.
    /// A positive tick takes the reciprocal ⌊(2^256 − 1) / product⌋. The 32 bits that fall off at
    /// the end round the price up, so that the tick of this price is again `tick`.
    public static func sqrtPriceX96(atTick tick: Tick) -> SqrtPriceX96? {
        guard tick >= minTick, tick <= maxTick else { return nil }
        var bits = tick.magnitude
        guard bits != 0 else { return FixedPoint.q96 }
        var product = power(bits.trailingZeroBitCount)
        bits &= bits &- 1
        while bits != 0 {
            product = highProduct(product, power(bits.trailingZeroBitCount))
            bits &= bits &- 1
        }
        var ratioX128 = UInt256(product)
        if tick > 0 { ratioX128 = UInt256.max.dividedOrZero(by: ratioX128) }
        let floor = ratioX128 >> 32
        return UInt32(truncatingIfNeeded: ratioX128.limb0) == 0 ? floor : floor &+ .one
    }

    /// The greatest tick whose square-root price is at most `sqrtPriceX96`; nil below
    /// `minSqrtPriceX96` and from `maxSqrtPriceX96` on, where the contract reverts.
    ///
    /// The tick is 2·log2(√p) / log2(1.0001). The logarithm is known to better than 2^−29
    /// (`BinaryLogarithm`), the tick so to better than 3·10^−5. Only where a whole tick lies within
    /// that, once in some ten thousand prices, does a comparison of prices decide.
    public static func tick(atSqrtPriceX96 sqrtPriceX96: SqrtPriceX96) -> Tick? {
        guard sqrtPriceX96 >= minSqrtPriceX96, sqrtPriceX96 < maxSqrtPriceX96 else { return nil }
        let logarithmX44 = BinaryLogarithm.x44(sqrtPriceX96) &- 96 << 44
        // 2 / log2(1.0001) · 2^34; the product has 78 fractional bits, of which 20 are kept.
        let product = Int128(logarithmX44) &* 238_175_465_724_993
        let tickX20 = Int64(truncatingIfNeeded: product >> 58)
        let lowest = Tick(truncatingIfNeeded: (tickX20 &- Self.toleranceX20) >> 20)
        let highest = Tick(truncatingIfNeeded: (tickX20 &+ Self.toleranceX20) >> 20)
        guard lowest != highest, let price = Self.sqrtPriceX96(atTick: highest) else {
            return lowest
        }
        return price <= sqrtPriceX96 ? highest : lowest
    }

    /// 1/16384 of a tick: twice the error's bound.
    private static let toleranceX20: Int64 = 64

    /// ⌊a·b / 2^128⌋.
    @inline(__always)
    private static func highProduct(_ a: UInt128, _ b: UInt128) -> UInt128 {
        let (a0, a1) = (UInt64(truncatingIfNeeded: a), UInt64(truncatingIfNeeded: a >> 64))
        let (b0, b1) = (UInt64(truncatingIfNeeded: b), UInt64(truncatingIfNeeded: b >> 64))
        let low64 = UInt128(UInt64.max)
        let p01 = UInt128(a0) &* UInt128(b1)
        let p10 = UInt128(a1) &* UInt128(b0)
        let middle = (UInt128(a0) &* UInt128(b0)) >> 64 &+ (p01 & low64) &+ (p10 & low64)
        return UInt128(a1) &* UInt128(b1) &+ (p01 >> 64) &+ (p10 >> 64) &+ (middle >> 64)
    }

    @inline(__always)
    private static func power(_ bit: Int) -> UInt128 { powers[bit] }

    /// √1.0001^−2^k · 2^128 for k from 0 to 19, each rounded to the nearest integer.
    private static let powers: InlineArray<20, UInt128> = [
        0xFFFC_B933_BD6F_AD37_AA2D_162D_1A59_4001,
        0xFFF9_7272_373D_4132_59A4_6990_580E_213A,
        0xFFF2_E50F_5F65_6932_EF12_357C_F3C7_FDCC,
        0xFFE5_CACA_7E10_E4E6_1C36_24EA_A094_1CD0,
        0xFFCB_9843_D60F_6159_C9DB_5883_5C92_6644,
        0xFF97_3B41_FA98_C081_472E_6896_DFB2_54C0,
        0xFF2E_A164_66C9_6A38_43EC_78B3_26B5_2861,
        0xFE5D_EE04_6A99_A2A8_11C4_61F1_969C_3053,
        0xFCBE_86C7_900A_88AE_DCFF_C83B_479A_A3A4,
        0xF987_A725_3AC4_1317_6F2B_074C_F781_5E54,
        0xF339_2B08_22B7_0005_940C_7A39_8E4B_70F3,
        0xE715_9475_A2C2_9B74_43B2_9C7F_A6E8_89D9,
        0xD097_F3BD_FD20_22B8_845A_D8F7_92AA_5825,
        0xA9F7_4646_2D87_0FDF_8A65_DC1F_90E0_61E5,
        0x70D8_69A1_56D2_A1B8_90BB_3DF6_2BAF_32F7,
        0x31BE_135F_97D0_8FD9_8123_1505_542F_CFA6,
        0x09AA_508B_5B7A_84E1_C677_DE54_F3E9_9BC9,
        0x005D_6AF8_DEDB_8119_6699_C329_225E_E604,
        0x0000_2216_E584_F5FA_1EA9_2604_1BED_FE98,
        0x0000_0000_048A_1703_91F7_DC42_444E_8FA2,
    ]
}
