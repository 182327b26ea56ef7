/// Structured data that people sign, hashed so that a wallet can show what it says (EIP-712).
///
/// Values are those of the contract ABI: a structure is a tuple of its fields in their order.
public struct TypedData: Equatable, Sendable {
    /// A field of a structure: its name and type, as `string` or `Person[]`.
    public struct Field: Equatable, Sendable {
        public var name: String
        public var type: String

        public init(name: String, type: String) {
            self.name = name
            self.type = type
        }
    }

    /// The name of the structure that says where a signature is valid.
    public static let domainName = "EIP712Domain"
    /// Structures in each other, and arrays of arrays, that are followed.
    static let maximumDepth = 64

    /// The structures by name.
    public let structures: [String: [Field]]

    public init(structures: [String: [Field]]) { self.structures = structures }

    /// What is signed: the hash of the mark 0x1901, the domain and the message.
    public func digest(
        domain: ABIValue, primaryType: String, message: ABIValue
    ) throws(TypedDataError) -> Hash32 {
        let separator = try structureHash(Self.domainName, domain)
        let hash = try structureHash(primaryType, message)
        return Keccak256.hash([0x19, 0x01] + separator.bytes + hash.bytes)
    }

    /// hashStruct: the hash of the type's and the fields' words.
    public func structureHash(
        _ name: String, _ value: ABIValue
    ) throws(TypedDataError) -> Hash32 {
        Keccak256.hash(try encoded(name, value))
    }

    /// The type's hash and encodeData: one word for each field.
    public func encoded(_ name: String, _ value: ABIValue) throws(TypedDataError) -> [UInt8] {
        try encoded(name, value, depth: 0)
    }

    /// encodeType: the structure with its fields, then all that it refers to, by name.
    public func typeText(_ name: String) throws(TypedDataError) -> String {
        var found: Set<String> = []
        try collect(name, into: &found)
        found.remove(name)
        var text = ""
        for structure in [name] + found.sorted() {
            let fields = try fields(of: structure).map { "\($0.type) \($0.name)" }
            text += "\(structure)(\(fields.joined(separator: ",")))"
        }
        return text
    }

    /// The fields of a structure.
    public func fields(of name: String) throws(TypedDataError) -> [Field] {
        guard let fields = structures[name] else { throw .unknownType(name) }
        return fields
    }

    private func collect(_ name: String, into found: inout Set<String>) throws(TypedDataError) {
        var waiting = [name]
        while let next = waiting.popLast() {
            guard found.insert(next).inserted else { continue }
            for field in try fields(of: next) {
                let base = String(field.type.prefix { $0 != "[" })
                if structures[base] != nil { waiting.append(base) }
            }
        }
    }

    private func encoded(
        _ name: String, _ value: ABIValue, depth: Int
    ) throws(TypedDataError) -> [UInt8] {
        let fields = try fields(of: name)
        guard case .tuple(let values) = value, values.count == fields.count else {
            throw .typeMismatch(name)
        }
        var bytes = Keccak256.hash(Array(try typeText(name).utf8)).bytes
        for (field, value) in zip(fields, values) {
            bytes += try word(of: value, as: try type(field.type), depth: depth + 1)
        }
        return bytes
    }

    /// The 32 bytes that stand for a value.
    private func word(
        of value: ABIValue, as type: TypedDataType, depth: Int
    ) throws(TypedDataError) -> [UInt8] {
        guard depth <= Self.maximumDepth else { throw .tooDeep(maximum: Self.maximumDepth) }
        switch (type, value) {
        case (.structure(let name), _):
            return Keccak256.hash(try encoded(name, value, depth: depth)).bytes
        case (.array(let element, let count), .array(let items)):
            if let count, count != items.count { throw .typeMismatch("\(type)") }
            var words: [UInt8] = []
            for item in items { words += try word(of: item, as: element, depth: depth + 1) }
            return Keccak256.hash(words).bytes
        case (.single(.bytes), .bytes(let bytes)): return Keccak256.hash(bytes).bytes
        case (.single(.string), .string(let text)):
            return Keccak256.hash(Array(text.utf8)).bytes
        case (.single(let type), _):
            do throws(ABIEncodingError) { return try ABI.encode([value], as: [type]) } catch {
                throw .value(error)
            }
        default: throw .typeMismatch("\(type)")
        }
    }

    /// The type that a text names: a structure's name goes before a type of the ABI.
    package func type(_ text: String) throws(TypedDataError) -> TypedDataType {
        var base = text[...]
        var counts: [Int?] = []
        while base.hasSuffix("]") {
            guard let open = base.lastIndex(of: "["), counts.count < Self.maximumDepth else {
                throw .unknownType(text)
            }
            let digits = base[base.index(after: open)...].dropLast()
            if digits.isEmpty {
                counts.append(nil)
            } else {
                guard digits.utf8.allSatisfy({ (48...57).contains($0) }),
                    let count = Int(digits), count >= 1
                else { throw .unknownType(text) }
                counts.append(count)
            }
            base = base[..<open]
        }
        var type: TypedDataType
        if structures[String(base)] != nil {
            type = .structure(String(base))
        } else {
            do throws(ABISignatureError) { type = .single(try ABIType(String(base))) } catch {
                throw .unknownType(text)
            }
            if case .single(.tuple) = type { throw .unknownType(text) }
        }
        // The last brackets are the outermost array.
        for count in counts.reversed() { type = .array(of: type, count: count) }
        return type
    }
}

/// A type of a field: one of the ABI, a structure, or an array.
package indirect enum TypedDataType: Equatable, Sendable {
    case single(ABIType)
    case structure(String)
    /// Nil for any number.
    case array(of: TypedDataType, count: Int?)
}

/// Why typed data have no hash.
public enum TypedDataError: Error, Equatable, Sendable {
    /// No structure and no type of the ABI.
    case unknownType(String)
    /// A value of another shape than its type.
    case typeMismatch(String)
    case value(ABIEncodingError)
    case tooDeep(maximum: Int)
}
