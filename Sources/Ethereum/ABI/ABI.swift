/// Calls and results of contracts as bytes (Solidity's "Contract ABI Specification").
public enum ABI {
    /// The four bytes that choose the function: `ABI.selector("transfer(address,uint256)")`.
    public static func selector(_ signature: String) throws(ABISignatureError) -> [UInt8] {
        try ABISignature(signature).selector
    }

    /// The calldata of a call: selector and arguments.
    public static func encode(
        _ signature: String, _ values: [ABIValue]
    ) throws(ABIEncodingError) -> [UInt8] {
        let parsed: ABISignature
        do throws(ABISignatureError) {
            parsed = try ABISignature(signature)
        } catch { throw .signature(error) }
        return parsed.selector + (try encode(values, as: parsed.arguments))
    }

    /// The values' encoding, without a selector.
    public static func encode(
        _ values: [ABIValue], as types: [ABIType]
    ) throws(ABIEncodingError) -> [UInt8] {
        var bytes: [UInt8] = []
        try ABIEncoder.append(values, as: types, to: &bytes)
        return bytes
    }

    /// The arguments of calldata whose selector must be the signature's.
    public static func decodeCall(
        _ signature: String, _ calldata: [UInt8]
    ) throws(ABIDecodingError) -> [ABIValue] {
        let parsed: ABISignature
        do throws(ABISignatureError) {
            parsed = try ABISignature(signature)
        } catch { throw .signature(error) }
        let found = Array(calldata.prefix(4))
        guard found == parsed.selector else {
            throw .wrongSelector(expected: parsed.selector, found: found)
        }
        return try decode(Array(calldata.dropFirst(4)), as: parsed.arguments)
    }

    /// The values that the bytes hold, without a selector. Unused bits must be zero; as in
    /// Solidity, offsets may point anywhere inside, and bytes after the values do not count.
    public static func decode(
        _ bytes: [UInt8], as types: [ABIType]
    ) throws(ABIDecodingError) -> [ABIValue] {
        var decoder = ABIDecoder(bytes)
        return try decoder.sequence(types, at: 0)
    }
}
