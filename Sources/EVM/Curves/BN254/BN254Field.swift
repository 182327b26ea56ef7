import Ethereum

/// The curve alt_bn128 or BN254, a Barreto-Naehrig curve with u = 4965661367192848881 (EIP-196,
/// EIP-197; Barreto and Naehrig, Pairing-friendly elliptic curves of prime order, 2005).
package enum BN254 {
    /// p = 36u⁴ + 36u³ + 24u² + 6u + 1.
    package enum Modulus: Modulus256 {
        @inline(__always) package static var modulus: UInt256 {
            UInt256(
                0x3C20_8C16_D87C_FD47, 0x9781_6A91_6871_CA8D,
                0xB850_45B6_8181_585D, 0x3064_4E72_E131_A029)
        }
        @inline(__always) package static var negatedInverse: UInt64 { 0x87D2_0782_E486_6389 }
        @inline(__always) package static var radix: UInt256 {
            UInt256(
                0xD35D_438D_C58F_0D9D, 0x0A78_EB28_F5C7_0B3D,
                0x666E_A36F_7879_462C, 0x0E0A_77C1_9A07_DF2F)
        }
        @inline(__always) package static var radixSquared: UInt256 {
            UInt256(
                0xF32C_FC5B_538A_FA89, 0xB5E7_1911_D445_01FB,
                0x47AB_1EFF_0A41_7FF6, 0x06D8_9F71_CAB8_351F)
        }
    }

    package typealias Prime = Montgomery256<Modulus>
    package typealias Quadratic = QuadraticExtension<Prime>
    package typealias Dodecic = DodecicExtension<BN254>

    /// The curve's parameter.
    static let u: UInt64 = 4_965_661_367_192_848_881

    /// r = 36u⁴ + 36u³ + 18u² + 6u + 1: the number of points of G1 and of G2.
    package static let order = UInt256(
        0x43E1_F593_F000_0001, 0x2833_E848_79B9_7091, 0xB850_45B6_8181_585D,
        0x3064_4E72_E131_A029)
}

extension BN254: TowerParameters {
    /// ξ = 9 + u: (a + b·u)(9 + u) = (9a − b) + (9b + a)·u.
    @inline(__always)
    package static func timesNonResidue(_ element: Quadratic) -> Quadratic {
        let nine = element.doubled.doubled.doubled + element
        return Quadratic(nine.c0 - element.c1, nine.c1 + element.c0)
    }

    package static let frobenius = FrobeniusCoefficients<Prime>(
        nonResidue: timesNonResidue(.one),
        // (p − 1) / 6.
        sixth: [
            0x34B0_1759_2414_D4E1, 0xEE95_91C2_E6BD_A1C2, 0xF40D_60F3_C040_3964,
            0x0810_B7BD_D032_F006,
        ])
}
