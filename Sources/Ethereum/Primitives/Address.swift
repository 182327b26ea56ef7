/// A 20-byte account address.
///
/// Kept as three big-endian words, so that comparing two is three instructions and their order is
/// that of the bytes.
@frozen
public struct Address: Equatable, Hashable, Sendable, BitwiseCopyable {
    /// Bytes 0 to 7, most significant first.
    public let word0: UInt64
    /// Bytes 8 to 15, most significant first.
    public let word1: UInt64
    /// Bytes 16 to 19, most significant first.
    public let word2: UInt32

    /// The low 160 bits of an EVM word.
    @inlinable @inline(__always)
    public init(word: UInt256) {
        word0 = word.limb2 << 32 | word.limb1 >> 32
        word1 = word.limb1 << 32 | word.limb0 >> 32
        word2 = UInt32(truncatingIfNeeded: word.limb0)
    }

    /// The address of exactly 20 bytes; nil for another number.
    @inlinable
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 20, let word = UInt256(bigEndian: bytes) else { return nil }
        self.init(word: word)
    }

    /// The address of 40 hexadecimal digits, with or without `0x`; nil for anything else. A
    /// checksum in the letters' case (EIP-55) is not asked for.
    public init?(hex text: some StringProtocol) {
        guard let bytes = Hex.decode(text) else { return nil }
        self.init(bytes: bytes)
    }

    /// The address of all zeros.
    @inlinable public static var zero: Address { Address(word: .zero) }

    /// The address as an EVM word.
    @inlinable @inline(__always)
    public var word: UInt256 {
        UInt256(
            word1 << 32 | UInt64(word2), word0 << 32 | word1 >> 32, word0 >> 32, 0)
    }

    /// The 20 bytes.
    @inlinable public var bytes: [UInt8] { Array(word.bigEndianBytes.suffix(20)) }
}

extension Address: Comparable {
    @inlinable
    public static func < (a: Address, b: Address) -> Bool {
        if a.word0 != b.word0 { return a.word0 < b.word0 }
        if a.word1 != b.word1 { return a.word1 < b.word1 }
        return a.word2 < b.word2
    }
}

extension Address: CustomStringConvertible {
    /// `0x` and 40 lower-case digits.
    public var description: String { Hex.prefixed(bytes) }

    /// `0x` and 40 digits whose case carries the checksum of EIP-55.
    public var checksummed: String {
        let digits = Hex.encode(bytes)
        let hash = Keccak256.hash(Array(digits.utf8)).bytes
        var text = "0x"
        for (index, character) in digits.enumerated() {
            let nibble = hash[index / 2] >> (index % 2 == 0 ? 4 : 0) & 15
            text += nibble >= 8 ? character.uppercased() : String(character)
        }
        return text
    }
}
