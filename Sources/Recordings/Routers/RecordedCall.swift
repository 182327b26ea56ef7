import Contracts
import Ethereum
import JSON

/// A recorded call of a swap router with somebody else's decoding of it.
package enum RecordedCall {
    /// Whether an object is such a record.
    package static func recognises(_ object: JSONObject) -> Bool {
        object.has("router", "to", "input", "decoded")
    }

    /// Whether the record has a decoding; calls of other contracts have none.
    package static func isDecoded(_ object: JSONObject) -> Bool { object["decoded"] != .null }

    /// The first difference between our decoding of a record's input and the record's; nil where
    /// they are equal in every name and value.
    package static func difference(
        _ object: JSONObject
    ) throws(FieldError) -> (what: String, expected: String, actual: String)? {
        let call = RouterCalldata.decode(try object.bytes("input"))
        var recorded = try object.required("decoded")
        // SwapRouter's calls are recorded as a list of the one outer call.
        if case .array(let calls) = recorded {
            guard calls.count == 1 else {
                throw FieldError(
                    field: "decoded", expected: "one call", found: "\(calls.count) calls")
            }
            recorded = calls[0]
        }
        do throws(ValueDifference) {
            try DecodedComparison.compare(call, recorded, at: "decoded")
            return nil
        } catch {
            return (error.what, error.expected, error.actual)
        }
    }
}
