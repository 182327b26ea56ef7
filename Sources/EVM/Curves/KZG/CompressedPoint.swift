/// A point of BLS12-381's G1 in 48 bytes, as the consensus specifications write commitments and
/// proofs (the ZCash serialisation): x, most significant first, its three highest bits being flags.
enum CompressedPoint {
    static let size = 48

    /// The encoding is compressed; all have this bit.
    private static let compressedFlag: UInt64 = 1 << 63
    /// The point is at infinity; all further bits are 0.
    private static let infinityFlag: UInt64 = 1 << 62
    /// y is above (p − 1)/2.
    private static let signFlag: UInt64 = 1 << 61

    /// The point of the subgroup, or at infinity, at `pointer`; nil where the bytes are none.
    static func read(_ pointer: UnsafeRawPointer) -> AffinePoint<BLS12381.G1>? {
        var integer = UInt384(bigEndianAt: pointer)
        let flags = integer.limb5 & (compressedFlag | infinityFlag | signFlag)
        integer.limb5 ^= flags
        guard flags & compressedFlag != 0 else { return nil }
        if flags & infinityFlag != 0 {
            return integer.isZero && flags & signFlag == 0 ? .infinity : nil
        }
        guard let x = BLS12381.Prime(integer),
            let root = ((x.squared * x) + BLS12381.G1.b).squareRoot
        else { return nil }
        let y = isHigh(root) == (flags & signFlag != 0) ? root : -root
        let point = AffinePoint<BLS12381.G1>(uncheckedX: x, y: y)
        return BLS12381.isInSubgroup(point) ? point : nil
    }

    /// Whether the element is above (p − 1)/2: greater than its negative.
    private static func isHigh(_ y: BLS12381.Prime) -> Bool { (-y).integer < y.integer }
}
