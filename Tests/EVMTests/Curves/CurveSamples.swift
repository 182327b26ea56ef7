import EVM
import Ethereum

/// A curve with a pairing, and what its tests need to know of it.
protocol SampledPairing: PairingParameters where Prime.Integer: Sendable {
    static var generator1: AffinePoint<G1> { get }
    static var generator2: AffinePoint<G2> { get }
    static var groupOrder: UInt256 { get }
    /// p, limbs least significant first.
    static var modulusLimbs: [UInt64] { get }
    static func hasOrder(_ point: AffinePoint<G2>) -> Bool
}

extension BN254: SampledPairing {
    private static func prime(_ hex: String) -> Prime {
        Prime(UInt256(hex: hex) ?? .max) ?? .zero
    }

    static var generator1: AffinePoint<G1> {
        AffinePoint(x: .one, y: Prime.one.doubled) ?? .infinity
    }

    /// P2 of EIP-197.
    static var generator2: AffinePoint<G2> {
        AffinePoint(
            x: Quadratic(
                prime("0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"),
                prime("0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2")),
            y: Quadratic(
                prime("0x12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa"),
                prime("0x090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b")))
            ?? .infinity
    }

    static var groupOrder: UInt256 { order }

    static var modulusLimbs: [UInt64] {
        let p = Modulus.modulus
        return [p.limb0, p.limb1, p.limb2, p.limb3]
    }

    static func hasOrder(_ point: AffinePoint<G2>) -> Bool { isInSubgroup(point) }
}

extension BLS12381: SampledPairing {
    static var groupOrder: UInt256 { order }

    static var modulusLimbs: [UInt64] {
        let p = Modulus.modulus
        return [p.limb0, p.limb1, p.limb2, p.limb3, p.limb4, p.limb5]
    }

    static func hasOrder(_ point: AffinePoint<G2>) -> Bool { isInSubgroup(point) }
}
