import Ethereum

/// The curve secp256r1 or P-256: y² = x³ − 3x + b, of prime order n (NIST SP 800-186, section
/// 3.2.1.3), and ECDSA on it.
package enum P256: CurveParameters {
    package typealias Coordinate = Montgomery256<CoordinateModulus>
    package typealias Scalar = Montgomery256<ScalarModulus>

    /// p = 2^256 − 2^224 + 2^192 + 2^96 − 1.
    package enum CoordinateModulus: Modulus256 {
        @inline(__always) package static var modulus: UInt256 {
            UInt256(
                0xFFFF_FFFF_FFFF_FFFF, 0x0000_0000_FFFF_FFFF, 0, 0xFFFF_FFFF_0000_0001)
        }
        @inline(__always) package static var negatedInverse: UInt64 { 1 }
        @inline(__always) package static var radix: UInt256 {
            UInt256(1, 0xFFFF_FFFF_0000_0000, 0xFFFF_FFFF_FFFF_FFFF, 0x0000_0000_FFFF_FFFE)
        }
        @inline(__always) package static var radixSquared: UInt256 {
            UInt256(
                3, 0xFFFF_FFFB_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFE, 0x0000_0004_FFFF_FFFD)
        }
    }

    /// n: the order of the group.
    package enum ScalarModulus: Modulus256 {
        @inline(__always) package static var modulus: UInt256 {
            UInt256(
                0xF3B9_CAC2_FC63_2551, 0xBCE6_FAAD_A717_9E84, 0xFFFF_FFFF_FFFF_FFFF,
                0xFFFF_FFFF_0000_0000)
        }
        @inline(__always) package static var negatedInverse: UInt64 { 0xCCD1_C8AA_EE00_BC4F }
        @inline(__always) package static var radix: UInt256 {
            UInt256(
                0x0C46_353D_039C_DAAF, 0x4319_0552_58E8_617B, 0, 0x0000_0000_FFFF_FFFF)
        }
        @inline(__always) package static var radixSquared: UInt256 {
            UInt256(
                0x8324_4C95_BE79_EEA2, 0x4699_799C_49BD_6FA6, 0x2845_B239_2B6B_EC59,
                0x66E1_2D94_F3D9_5620)
        }
    }

    package static let a = -Coordinate.one.tripled
    package static let b = Coordinate(
        reducing: UInt256(
            0x3BCE_3C3E_27D2_604B, 0x651D_06B0_CC53_B0F6, 0xB3EB_BD55_7698_86BC,
            0x5AC6_35D8_AA3A_93E7))

    package static let generator = AffinePoint<P256>(
        uncheckedX: Coordinate(
            reducing: UInt256(
                0xF4A1_3945_D898_C296, 0x7703_7D81_2DEB_33A0, 0xF8BC_E6E5_63A4_40F2,
                0x6B17_D1F2_E12C_4247)),
        y: Coordinate(
            reducing: UInt256(
                0xCBB6_4068_37BF_51F5, 0x2BCE_3357_6B31_5ECE, 0x8EE7_EB4A_7C0F_9E16,
                0x4FE3_42E2_FE1A_7F9B)))

    /// Whether (r, s) signs the digest for a public key (FIPS 186-5, section 6.4.2). Of s and n − s
    /// both are accepted.
    package static func isSignature(
        r: UInt256, s: UInt256, ofDigest digest: UInt256, by key: AffinePoint<P256>
    ) -> Bool {
        guard let rScalar = Scalar(r), let sScalar = Scalar(s), !rScalar.isZero,
            !sScalar.isZero, !key.isInfinity
        else { return false }
        let inverse = sScalar.inverse
        let sum = JacobianPoint.sum(
            (Scalar(reducing: digest) * inverse).integer, generator, (rScalar * inverse).integer,
            key)
        if sum.isInfinity { return false }
        return Scalar(reducing: sum.affine.x.integer) == rScalar
    }
}
