import Ethereum

/// The first four bytes of the hash of a function's signature: what a contract dispatches on.
public struct Selector: Equatable, Hashable, Sendable {
    /// The four bytes, most significant first.
    public let value: UInt32

    /// The selector that calldata begins with; nil for less than four bytes.
    public init?(of calldata: [UInt8]) {
        guard calldata.count >= 4 else { return nil }
        value = calldata[..<4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The selector of a canonical signature such as `transfer(address,uint256)`.
    public init(_ signature: String) {
        let bytes = Array(signature.utf8)
        value = UInt32(truncatingIfNeeded: Keccak256.hash(bytes).word.limb3 >> 32)
    }
}

/// The topic of an event: the hash of its canonical signature.
public func eventTopic(_ signature: String) -> Hash32 {
    Keccak256.hash(Array(signature.utf8))
}

/// Calldata of a function whose arguments are laid out as words: static types in their places, and
/// dynamic ones where the caller puts them (Contract ABI specification, "Formal specification of
/// the encoding").
public struct Calldata: Sendable {
    /// The selector and the words so far.
    public private(set) var bytes: [UInt8]

    /// Calldata of `selector` with the words in order.
    public init(_ selector: Selector, _ words: UInt256...) {
        bytes = []
        bytes.reserveCapacity(4 + 32 * words.count)
        for shift: UInt32 in [24, 16, 8, 0] {
            bytes.append(UInt8(truncatingIfNeeded: selector.value >> shift))
        }
        for word in words { append(word) }
    }

    /// Appends one word.
    public mutating func append(_ word: UInt256) { bytes += word.bigEndianBytes }

    /// Appends bytes, and zeros up to a whole word.
    public mutating func append(padded data: [UInt8]) {
        bytes += data
        bytes += [UInt8](repeating: 0, count: (32 - data.count % 32) % 32)
    }
}

extension UInt256 {
    /// A tick as the ABI writes an `int24`: sign-extended to a word.
    public init(tick: Int32) { self = Int256(Int(tick)).bitPattern }

    /// A flag as the ABI writes a `bool`.
    public init(flag: Bool) { self = flag ? .one : .zero }
}

/// Words read from ABI-encoded bytes; nil past their end. Never traps on bytes from outside.
public struct ABIWords: Sendable {
    private let bytes: [UInt8]

    /// The words of `bytes`, from the first byte on.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The number of whole words.
    public var count: Int { bytes.count / 32 }

    /// The word with this index, or nil where the bytes end before it does.
    public subscript(index: Int) -> UInt256? {
        guard index >= 0, index < count else { return nil }
        return bytes.withUnsafeBytes { UInt256(bigEndianAt: $0.baseAddress! + 32 * index) }
    }
}
