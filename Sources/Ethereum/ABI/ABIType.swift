/// A type of the contract ABI (Solidity's "Contract ABI Specification").
public indirect enum ABIType: Equatable, Hashable, Sendable {
    /// uint8 to uint256, in steps of 8 bits.
    case uint(bits: Int)
    /// int8 to int256, in steps of 8 bits.
    case int(bits: Int)
    case address
    case bool
    /// bytes1 to bytes32.
    case fixedBytes(count: Int)
    case bytes
    case string
    /// T[].
    case array(of: ABIType)
    /// T[n], n ≥ 1.
    case fixedArray(of: ABIType, count: Int)
    /// (T1,T2,…), at least one.
    case tuple([ABIType])

    /// Whether the encoding's length depends on the value, so that the head holds an offset.
    public var isDynamic: Bool {
        switch self {
        case .bytes, .string, .array: true
        case .fixedArray(let element, _): element.isDynamic
        case .tuple(let fields): fields.contains(where: \.isDynamic)
        case .uint, .int, .address, .bool, .fixedBytes: false
        }
    }

    /// The words of 32 bytes that a value takes where it stands: one for an offset.
    public var headWords: Int {
        if isDynamic { return 1 }
        return switch self {
        case .fixedArray(let element, let count): element.headWords * count
        case .tuple(let fields): fields.reduce(0) { $0 + $1.headWords }
        default: 1
        }
    }
}

extension ABIType: CustomStringConvertible {
    /// The canonical name, as in the text that a selector hashes.
    public var description: String {
        switch self {
        case .uint(let bits): "uint\(bits)"
        case .int(let bits): "int\(bits)"
        case .address: "address"
        case .bool: "bool"
        case .fixedBytes(let count): "bytes\(count)"
        case .bytes: "bytes"
        case .string: "string"
        case .array(let element): "\(element)[]"
        case .fixedArray(let element, let count): "\(element)[\(count)]"
        case .tuple(let fields): "(" + fields.map(\.description).joined(separator: ",") + ")"
        }
    }
}
