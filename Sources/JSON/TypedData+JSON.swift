import Ethereum

extension TypedData {
    /// Reads the structures of a JSON text's `types`.
    package init(types: JSONObject) throws(FieldError) {
        var structures: [String: [Field]] = [:]
        for member in types.members {
            var fields: [Field] = []
            for field in try types.objects(member.key) {
                fields.append(
                    Field(name: try field.string("name"), type: try field.string("type")))
            }
            structures[member.key] = fields
        }
        self.init(structures: structures)
    }

    /// The value of a structure that an object holds; each of its fields must be there.
    package func value(
        of name: String, _ object: JSONObject
    ) throws(JSONReadingError) -> ABIValue {
        let fields: [Field]
        do throws(TypedDataError) { fields = try self.fields(of: name) } catch {
            throw .types(error)
        }
        var values: [ABIValue] = []
        for field in fields {
            let json: JSON
            do throws(FieldError) { json = try object.required(field.name) } catch {
                throw .field(error)
            }
            let type: TypedDataType
            do throws(TypedDataError) { type = try self.type(field.type) } catch {
                throw .types(error)
            }
            values.append(try value(json, as: type, field.name))
        }
        return .tuple(values)
    }

    private func value(
        _ json: JSON, as type: TypedDataType, _ field: String
    ) throws(JSONReadingError) -> ABIValue {
        switch type {
        case .single(let type):
            do throws(FieldError) { return try JSONABIReader().value(json, as: type) } catch {
                throw .field(
                    FieldError(field: field, expected: error.expected, found: error.found))
            }
        case .structure(let name):
            guard let object = json.asObject else {
                throw .field(FieldError(field: field, expected: name, found: json.excerpt))
            }
            return try value(of: name, object)
        case .array(let element, let count):
            guard case .array(let items) = json, count == nil || count == items.count else {
                throw .field(
                    FieldError(
                        field: field, expected: "an array" + (count.map { " of \($0)" } ?? ""),
                        found: json.excerpt))
            }
            var values: [ABIValue] = []
            for item in items {
                values.append(try value(item, as: element, field))
            }
            return .array(values)
        }
    }
}

/// Why a JSON text is no typed data.
package enum JSONReadingError: Error, Equatable, Sendable {
    case field(FieldError)
    case types(TypedDataError)
}
