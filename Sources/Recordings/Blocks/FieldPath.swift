import Ethereum
import JSON

/// Where in a JSON text a field is that cannot be read.
enum FieldPath {
    /// Reads an object, its errors named by their whole path.
    static func within<Value>(
        _ path: String, _ value: JSON, _ read: (JSONObject) throws(FieldError) -> Value
    ) throws(FieldError) -> Value {
        guard let object = value.asObject else {
            throw FieldError(field: path, expected: "an object", found: value.kindName)
        }
        do throws(FieldError) {
            return try read(object)
        } catch {
            throw FieldError(
                field: "\(path).\(error.field)", expected: error.expected, found: error.found)
        }
    }

    /// Reads each object of an array.
    static func each<Value>(
        _ name: String, of object: JSONObject, _ read: (JSONObject) throws(FieldError) -> Value
    ) throws(FieldError) -> [Value] {
        var values: [Value] = []
        for (index, item) in try object.array(name).enumerated() {
            values.append(try within("\(name)[\(index)]", item, read))
        }
        return values
    }
}

extension JSONObject {
    /// An integer with a sign, as a number or as decimal text.
    func integer(_ name: String) throws(FieldError) -> Int256 {
        let value = try required(name)
        let digits: String? =
            switch value {
            case .number(let digits): digits
            case .string(let text): text
            default: nil
            }
        guard let integer = digits.flatMap({ Int256(decimal: $0) }) else {
            throw FieldError(field: name, expected: "an integer", found: value.excerpt)
        }
        return integer
    }

    /// An integer below 2^256 that may be missing or null.
    func optional(_ name: String) throws(FieldError) -> UInt256? {
        guard let value = self[name], value != .null else { return nil }
        return try word(name)
    }
}
