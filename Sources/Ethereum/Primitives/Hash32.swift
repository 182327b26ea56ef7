/// A 32-byte hash: of a block, a transaction, a piece of code, a trie's node.
@frozen
public struct Hash32: Equatable, Hashable, Sendable, BitwiseCopyable {
    /// The hash as a big-endian EVM word.
    public let word: UInt256

    /// The hash that an EVM word writes, most significant byte first.
    @inlinable @inline(__always)
    public init(word: UInt256) { self.word = word }

    /// The hash of exactly 32 bytes; nil for another number.
    @inlinable
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32, let word = UInt256(bigEndian: bytes) else { return nil }
        self.word = word
    }

    /// The hash of 64 hexadecimal digits, with or without `0x`; nil for anything else.
    public init?(hex text: some StringProtocol) {
        guard let bytes = Hex.decode(text) else { return nil }
        self.init(bytes: bytes)
    }

    /// 32 zero bytes.
    @inlinable public static var zero: Hash32 { Hash32(word: .zero) }

    /// The 32 bytes.
    @inlinable public var bytes: [UInt8] { word.bigEndianBytes }
}

extension Hash32: Comparable {
    @inlinable
    public static func < (a: Hash32, b: Hash32) -> Bool { a.word < b.word }
}

extension Hash32: CustomStringConvertible {
    /// `0x` and 64 lower-case digits.
    public var description: String { word.hexWord }
}
