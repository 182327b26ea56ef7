import Ethereum

/// The two encodings of the Ethereum JSON-RPC: a quantity is `0x` and digits without leading zeros,
/// data is `0x` and two digits a byte (execution-apis, "Hex value encoding").
extension JSON {
    /// A quantity.
    public static func quantity(_ value: UInt64) -> JSON {
        .string("0x" + String(value, radix: 16))
    }

    /// A quantity.
    public static func quantity(_ value: UInt256) -> JSON { .string(value.hexQuantity) }

    /// Bytes of any number.
    public static func data(_ bytes: some Sequence<UInt8>) -> JSON {
        .string(Hex.prefixed(bytes))
    }

    /// 32 bytes.
    public static func hash(_ hash: Hash32) -> JSON { .string(hash.description) }

    /// Lower-case digits. Clients that want a checksum (EIP-55) compute it.
    public static func address(_ address: Address) -> JSON { .string(address.description) }

    /// A string of `0x` and 1 to 64 digits; leading zeros are accepted, as several nodes send them.
    public var quantity: UInt256? {
        guard let text = string, text.utf8.starts(with: "0x".utf8),
            text.utf8.count > 2, text.utf8.count <= 66
        else { return nil }
        return UInt256(hex: text)
    }

    /// A quantity below 2^64.
    public var quantity64: UInt64? { quantity?.asUInt64 }

    /// The bytes of a string of `0x` and an even number of digits.
    public var data: [UInt8]? {
        guard let text = string, text.utf8.starts(with: "0x".utf8) else { return nil }
        return Hex.decode(text)
    }

    /// A string of `0x` and 64 digits.
    public var hash: Hash32? {
        guard let text = string, text.utf8.count == 66, text.utf8.starts(with: "0x".utf8) else {
            return nil
        }
        return Hash32(hex: text)
    }

    /// A string of `0x` and 40 digits of either case.
    public var address: Address? {
        guard let text = string, text.utf8.count == 42, text.utf8.starts(with: "0x".utf8) else {
            return nil
        }
        return Address(hex: text)
    }
}
