import Ethereum

/// The curve BLS12-381, a Barreto-Lynn-Scott curve with u = −0xd201000000010000 (EIP-2537; S. Bowe,
/// BLS12-381: New zk-SNARK elliptic curve construction, 2017).
package enum BLS12381 {
    /// p = (u − 1)²(u⁴ − u² + 1)/3 + u.
    package enum Modulus: Modulus384 {
        @inline(__always) package static var modulus: UInt384 {
            UInt384(
                0xB9FE_FFFF_FFFF_AAAB, 0x1EAB_FFFE_B153_FFFF, 0x6730_D2A0_F6B0_F624,
                0x6477_4B84_F385_12BF, 0x4B1B_A7B6_434B_ACD7, 0x1A01_11EA_397F_E69A)
        }
        @inline(__always) package static var negatedInverse: UInt64 { 0x89F3_FFFC_FFFC_FFFD }
        @inline(__always) package static var radix: UInt384 {
            UInt384(
                0x7609_0000_0002_FFFD, 0xEBF4_000B_C40C_0002, 0x5F48_9857_53C7_58BA,
                0x77CE_5853_7052_5745, 0x5C07_1A97_A256_EC6D, 0x15F6_5EC3_FA80_E493)
        }
        @inline(__always) package static var radixSquared: UInt384 {
            UInt384(
                0xF4DF_1F34_1C34_1746, 0x0A76_E6A6_09D1_04F1, 0x8DE5_476C_4C95_B6D5,
                0x67EB_88A9_939D_83C0, 0x9A79_3E85_B519_952D, 0x1198_8FE5_92CA_E3AA)
        }
    }

    package typealias Prime = Montgomery384<Modulus>
    package typealias Quadratic = QuadraticExtension<Prime>
    package typealias Dodecic = DodecicExtension<BLS12381>

    /// −u, the curve's parameter without its sign.
    static let negatedU: UInt64 = 0xD201_0000_0001_0000

    /// r = u⁴ − u² + 1: the order of G1 and of G2.
    package static let order = UInt256(
        0xFFFF_FFFF_0000_0001, 0x53BD_A402_FFFE_5BFE, 0x3339_D808_09A1_D805,
        0x73ED_A753_299D_7D48)
}

extension BLS12381: TowerParameters {
    /// ξ = 1 + u: (a + b·u)(1 + u) = (a − b) + (a + b)·u.
    @inline(__always)
    package static func timesNonResidue(_ element: Quadratic) -> Quadratic {
        Quadratic(element.c0 - element.c1, element.c0 + element.c1)
    }

    /// (p − 1) / 6, limbs least significant first.
    static let sixth: [UInt64] = [
        0x49AA_7FFF_FFFF_F1C7, 0x051C_AAAA_72E3_5555, 0xE688_231A_D3C8_2906,
        0xE613_E1EB_7DEB_831F, 0x0C84_9BF3_B5E1_F223, 0x0455_82FC_5EEA_A66F,
    ]

    package static let frobenius = FrobeniusCoefficients<Prime>(
        nonResidue: timesNonResidue(.one), sixth: sixth)
}
