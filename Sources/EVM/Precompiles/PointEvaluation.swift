import Ethereum

/// 0x0a: whether a blob's polynomial, known by its KZG commitment, has the value y at z (EIP-4844).
///
/// The input is exactly the commitment's versioned hash, z, y, the commitment and the proof.
enum PointEvaluation {
    private static let price: Int64 = 50_000
    private static let inputSize = 192
    /// The first byte of a hash of a KZG commitment.
    private static let hashVersion: UInt8 = 1
    private static let elementsPerBlob: UInt256 = 4096

    static func run(
        _ input: UnsafeRawBufferPointer, _ gas: inout Int64, _ output: inout PlainBuffer<UInt8>
    ) -> Precompiles.Status {
        guard Precompiles.pay(price, &gas) else { return .outOfGas }
        guard let base = input.baseAddress, input.count == inputSize, isProven(base) else {
            return .failure
        }
        let target = UnsafeMutableRawPointer(output.extend(by: 64))
        elementsPerBlob.storeBigEndian(to: target)
        BLS12381.order.storeBigEndian(to: target + 32)
        return .success
    }

    private static func isProven(_ input: UnsafeRawPointer) -> Bool {
        let z = UInt256(bigEndianAt: input + 32)
        let y = UInt256(bigEndianAt: input + 64)
        let commitmentBytes = input + 96
        guard z < BLS12381.order, y < BLS12381.order,
            UInt256(bigEndianAt: input) == versionedHash(commitmentBytes),
            let commitment = CompressedPoint.read(commitmentBytes),
            let proof = CompressedPoint.read(commitmentBytes + CompressedPoint.size)
        else { return false }
        // e(C − [y]G1, G2) = e(π, [τ − z]G2), with [z]G2 brought to the other side.
        let left =
            JacobianPoint.sum(z, proof, BLS12381.order &- y, BLS12381.generator1) + commitment
        return BLS12381.pairingIsOne([
            PairingPair(left.affine, -BLS12381.generator2),
            PairingPair(proof, TrustedSetup.tauG2),
        ])
    }

    /// SHA-256 of the commitment, its first byte the version.
    private static func versionedHash(_ commitment: UnsafeRawPointer) -> UInt256 {
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { hash in
            let base = hash.baseAddress.unsafelyUnwrapped
            SHA256.hash(
                UnsafeRawBufferPointer(start: commitment, count: CompressedPoint.size),
                into: base)
            base.storeBytes(of: hashVersion, as: UInt8.self)
            return UInt256(bigEndianAt: base)
        }
    }
}
