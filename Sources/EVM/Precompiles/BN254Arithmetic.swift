import Ethereum

/// 0x06 ECADD: the sum of two points of alt_bn128's G1 (EIP-196, priced by EIP-1108).
enum BN254Addition {
    private static let price: Int64 = 150

    static func run(
        _ input: UnsafeRawBufferPointer, _ gas: inout Int64, _ output: inout PlainBuffer<UInt8>
    ) -> Precompiles.Status {
        guard Precompiles.pay(price, &gas) else { return .outOfGas }
        guard let p = BN254Encoding.g1(input, at: 0),
            let q = BN254Encoding.g1(input, at: BN254Encoding.g1Size)
        else { return .failure }
        BN254Encoding.write((JacobianPoint(p) + q).affine, to: &output)
        return .success
    }
}

/// 0x07 ECMUL: a point of alt_bn128's G1 times any 256-bit integer (EIP-196, priced by EIP-1108).
enum BN254Multiplication {
    private static let price: Int64 = 6000

    static func run(
        _ input: UnsafeRawBufferPointer, _ gas: inout Int64, _ output: inout PlainBuffer<UInt8>
    ) -> Precompiles.Status {
        guard Precompiles.pay(price, &gas) else { return .outOfGas }
        guard let p = BN254Encoding.g1(input, at: 0) else { return .failure }
        let scalar = Precompiles.word(input, at: BN254Encoding.g1Size)
        BN254Encoding.write(JacobianPoint(p).multiplied(by: scalar).affine, to: &output)
        return .success
    }
}

/// Points of alt_bn128 in calldata (EIP-196, EIP-197): coordinates of 32 bytes, most significant
/// first, which must be below p; both 0 for the point at infinity; zeros beyond the input's end.
enum BN254Encoding {
    static let g1Size = 64
    static let g2Size = 128

    /// The point of G1 at `offset`; nil where there is none.
    static func g1(
        _ input: UnsafeRawBufferPointer, at offset: Int
    ) -> AffinePoint<BN254.G1>? {
        guard let x = BN254.Prime(Precompiles.word(input, at: offset)),
            let y = BN254.Prime(Precompiles.word(input, at: offset &+ 32))
        else { return nil }
        if x.isZero && y.isZero { return .infinity }
        return AffinePoint(x: x, y: y)
    }

    /// The point of G2 at `offset`, of the right order; nil where there is none.
    static func g2(
        _ input: UnsafeRawBufferPointer, at offset: Int
    ) -> AffinePoint<BN254.G2>? {
        guard let x = quadratic(input, at: offset),
            let y = quadratic(input, at: offset &+ 64)
        else { return nil }
        if x.isZero && y.isZero { return .infinity }
        guard let point = AffinePoint<BN254.G2>(x: x, y: y), BN254.isInSubgroup(point) else {
            return nil
        }
        return point
    }

    /// An element of Fp2, the coefficient of u first.
    private static func quadratic(
        _ input: UnsafeRawBufferPointer, at offset: Int
    ) -> BN254.Quadratic? {
        guard let c1 = BN254.Prime(Precompiles.word(input, at: offset)),
            let c0 = BN254.Prime(Precompiles.word(input, at: offset &+ 32))
        else { return nil }
        return BN254.Quadratic(c0, c1)
    }

    static func write(_ point: AffinePoint<BN254.G1>, to output: inout PlainBuffer<UInt8>) {
        // Infinity's coordinates are both 0.
        let target = UnsafeMutableRawPointer(output.extend(by: g1Size))
        point.x.integer.storeBigEndian(to: target)
        point.y.integer.storeBigEndian(to: target + 32)
    }
}
