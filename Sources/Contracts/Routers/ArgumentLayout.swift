import Ethereum

/// The types of some arguments with their names, written as Solidity declares them:
/// `address token, uint256 amountMin`, and `(address token, uint160 amount)[] details` for structs.
struct ArgumentLayout: Sendable {
    let types: [ABIType]
    private let names: [Name]

    /// An argument's name and, for a struct or an array of them, the names within.
    private indirect enum Name: Sendable {
        case single(String)
        case fields(String, [Name])

        var text: String {
            switch self {
            case .single(let text), .fields(let text, _): text
            }
        }
    }

    /// Reads a declaration; nil where it is none.
    init?(_ declaration: String) {
        var parser = Parser(text: Array(declaration.utf8))
        guard let names = parser.list(), parser.isAtEnd,
            let signature = try? ABISignature("f(" + parser.types + ")")
        else { return nil }
        types = signature.arguments
        self.names = names
    }

    /// The arguments that the bytes hold, or nil where they hold no such.
    func decode(_ bytes: [UInt8]) -> [DecodedArgument]? {
        guard let values = try? ABI.decode(bytes, as: types) else { return nil }
        return Self.name(values, names)
    }

    private static func name(_ values: [ABIValue], _ names: [Name]) -> [DecodedArgument]? {
        guard values.count == names.count else { return nil }
        var arguments: [DecodedArgument] = []
        for (value, name) in zip(values, names) {
            guard let converted = convert(value, name) else { return nil }
            arguments.append(DecodedArgument(name.text, converted))
        }
        return arguments
    }

    private static func convert(_ value: ABIValue, _ name: Name) -> DecodedValue? {
        switch value {
        case .uint(let number): return .number(number)
        case .int(let number): return .number(number.bitPattern)
        case .address(let address): return .address(address)
        case .bool(let flag): return .flag(flag)
        case .bytes(let bytes):
            guard name.text == "path" else { return .bytes(bytes) }
            return SwapPath(packed: bytes).map { .path($0) }
        case .fixedBytes(let bytes): return .bytes(bytes)
        case .string(let text): return .bytes(Array(text.utf8))
        case .array(let items):
            var converted: [DecodedValue] = []
            for item in items {
                guard let value = convert(item, name) else { return nil }
                converted.append(value)
            }
            return .list(converted)
        case .tuple(let items):
            guard case .fields(_, let names) = name else { return nil }
            return Self.name(items, names).map { .record($0) }
        }
    }

    /// Reads declarations, collecting the canonical types beside the names.
    private struct Parser {
        let text: [UInt8]
        var position = 0
        var types = ""

        init(text: [UInt8]) { self.text = text }

        var isAtEnd: Bool { position == text.count }

        mutating func list() -> [Name]? {
            var names: [Name] = []
            if isAtEnd { return names }
            while true {
                guard let name = declaration() else { return nil }
                names.append(name)
                guard take(",") else { return names }
                types += ","
                _ = take(" ")
            }
        }

        private mutating func declaration() -> Name? {
            var fields: [Name]?
            if take("(") {
                types += "("
                guard let inner = list(), take(")") else { return nil }
                fields = inner
                types += ")"
            }
            let type = word()
            guard fields != nil || !type.isEmpty, take(" ") else { return nil }
            types += type
            let name = word()
            guard !name.isEmpty else { return nil }
            return fields.map { .fields(name, $0) } ?? .single(name)
        }

        private mutating func word() -> String {
            let rest = text[position...].prefix { !", ()".utf8.contains($0) }
            position += rest.count
            return String(decoding: rest, as: UTF8.self)
        }

        private mutating func take(_ character: Character) -> Bool {
            guard position < text.count, text[position] == character.asciiValue else {
                return false
            }
            position += 1
            return true
        }
    }
}
