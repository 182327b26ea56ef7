import Ethereum

/// 0x100 P256VERIFY: whether (r, s) signs a digest for the key (x, y) on P-256 (EIP-7951).
///
/// The input is exactly digest, r, s, x, y, each a word. Gives 1 as a word, or no output where the
/// signature, the key or the length is wrong; none of these is a failure.
enum P256Verification {
    private static let price: Int64 = 6900
    private static let inputSize = 160

    static func run(
        _ input: UnsafeRawBufferPointer, _ gas: inout Int64, _ output: inout PlainBuffer<UInt8>
    ) -> Precompiles.Status {
        guard Precompiles.pay(price, &gas) else { return .outOfGas }
        guard let base = input.baseAddress, input.count == inputSize,
            let x = P256.Coordinate(UInt256(bigEndianAt: base + 96)),
            let y = P256.Coordinate(UInt256(bigEndianAt: base + 128)),
            // (0, 0), which would stand for infinity, is not on the curve either.
            let key = AffinePoint<P256>(x: x, y: y),
            P256.isSignature(
                r: UInt256(bigEndianAt: base + 32), s: UInt256(bigEndianAt: base + 64),
                ofDigest: UInt256(bigEndianAt: base), by: key)
        else { return .success }
        UInt256.one.storeBigEndian(to: UnsafeMutableRawPointer(output.extend(by: 32)))
        return .success
    }
}
