/// The byte behind DUPN, SWAPN and EXCHANGE, which says how deep they reach (EIP-8024).
///
/// Bytes that would hide a JUMPDEST or a PUSH from those who read code without knowing these
/// instructions mean nothing: code with them stops there.
enum StackImmediate {
    /// How deep DUPN (the top itself is 1) and SWAPN (the top is 0) reach: 17 to 235; 0 for a byte
    /// without meaning.
    @inline(__always)
    static func depth(_ byte: UInt8) -> Int {
        byte > 90 && byte < 128 ? 0 : Int(byte &+ 145)
    }

    /// The two words below the top that EXCHANGE swaps, the upper and the lower: at least 1 and at
    /// most 29 deep; 0 for a byte without meaning.
    @inline(__always)
    static func depths(_ byte: UInt8) -> (upper: Int, lower: Int) {
        if byte > 81 && byte < 128 { return (0, 0) }
        let pair = Int(byte ^ 143)
        let (high, low) = (pair >> 4, pair & 15)
        return high < low ? (high &+ 1, low &+ 1) : (low &+ 1, 29 &- high)
    }
}
