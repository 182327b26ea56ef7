import Ethereum

/// A name with its value.
public struct NamedValue: Equatable, Sendable {
    public var name: String
    public var value: ABIValue

    /// Values of fields in the words of bytes; nil where the bytes are others.
    static func all(_ fields: [ShippedContract.Field], in bytes: [UInt8]) -> [NamedValue]? {
        guard bytes.count == 32 * fields.count,
            let values = try? ABI.decode(bytes, as: fields.map(\.type))
        else { return nil }
        return zip(fields, values).map { NamedValue(name: $0.name, value: $1) }
    }

    /// The value as people write it.
    public var text: String {
        switch value {
        case .address(let address): address.checksummed
        case .uint(let number): number.description
        case .int(let number): number.description
        case .bool(let flag): "\(flag)"
        case .fixedBytes(let bytes), .bytes(let bytes): Hex.prefixed(bytes)
        case .string(let text): text
        case .array(let values), .tuple(let values):
            "[" + values.map { NamedValue(name: "", value: $0).text }.joined(separator: ", ") + "]"
        }
    }
}

/// How code differs from what is shipped.
public enum CodeDifference: Equatable, Sendable {
    case noCode
    case length(expected: Int, actual: Int)
    /// The first byte that differs.
    case byte(offset: Int, expected: UInt8, actual: UInt8)
    /// Words behind the code that no immutables of these types are.
    case immutables
    /// Calldata of the creation is not the shipped creation code.
    case creationCode(offset: Int)
    /// Bytes behind the creation code that no arguments of these types are.
    case arguments(bytes: Int)
    /// An argument that the code should keep, and what it keeps.
    case argumentNotKept(name: String, argument: String, immutable: String)
    /// A getter that answers something else than the contract's events tell.
    case state(name: String, events: String, actual: String)
}

extension CodeDifference: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noCode: "there is no code at this address"
        case .length(let expected, let actual):
            "the code has \(actual) bytes, shipped are \(expected) with the immutables"
        case .byte(let offset, let expected, let actual):
            "byte \(offset) of the code is \(Hex.prefixed([actual])), shipped is "
                + Hex.prefixed([expected])
        case .immutables: "the words behind the code are no immutables of the shipped types"
        case .creationCode(let offset):
            "the creation's calldata differs from the shipped creation code at byte \(offset)"
        case .arguments(let bytes):
            "\(bytes) bytes follow the creation code, which are no arguments of the shipped types"
        case .argumentNotKept(let name, let argument, let immutable):
            "the constructor's \(name) was \(argument), the code keeps \(immutable)"
        case .state(let name, let events, let actual):
            "\(name) is \(actual), by the contract's events it is \(events)"
        }
    }
}

/// Code on a chain beside the shipped contracts.
public struct CodeComparison: Equatable, Sendable {
    /// The contract that it is, or the one that it resembles most.
    public var contract: ShippedContract
    /// Decoded where the code is equal up to them.
    public var immutables: [NamedValue]
    /// Empty where the code is the shipped one.
    public var differences: [CodeDifference]

    /// Compares runtime code with one contract, or, where none is named, with the one whose code it
    /// shares the longest beginning with.
    public init(code: [UInt8], as named: ShippedContract? = nil) {
        contract =
            named
            ?? ShippedContract.allCases.max {
                Self.common($0.runtimeCode, code) < Self.common($1.runtimeCode, code)
            } ?? .jitExecutor
        immutables = []
        differences = []
        let runtime = contract.runtimeCode
        guard !code.isEmpty else {
            differences = [.noCode]
            return
        }
        let expected = runtime.count + 32 * contract.immutables.count
        if code.count != expected {
            differences.append(.length(expected: expected, actual: code.count))
        }
        let common = Self.common(runtime, code)
        if common < runtime.count, common < code.count {
            differences.append(
                .byte(offset: common, expected: runtime[common], actual: code[common]))
        }
        guard differences.isEmpty else { return }
        if let values = NamedValue.all(
            contract.immutables, in: Array(code.dropFirst(runtime.count)))
        {
            immutables = values
        } else {
            differences.append(.immutables)
        }
    }

    /// The arguments in a creation's calldata, which must be the shipped creation code and them;
    /// what the code keeps of them must be the same.
    public func arguments(
        creation input: [UInt8]
    ) -> (values: [NamedValue], differences: [CodeDifference]) {
        let creation = contract.creationCode
        guard input.starts(with: creation) else {
            return ([], [.creationCode(offset: Self.common(creation, input))])
        }
        let rest = Array(input.dropFirst(creation.count))
        guard let values = NamedValue.all(contract.arguments, in: rest) else {
            return ([], [.arguments(bytes: rest.count)])
        }
        var differences: [CodeDifference] = []
        for (argument, immutable) in contract.kept {
            let given = values.first { $0.name == argument }
            let kept = immutables.first { $0.name == immutable }
            if given?.value != kept?.value {
                differences.append(
                    .argumentNotKept(
                        name: argument, argument: given?.text ?? "missing",
                        immutable: kept?.text ?? "nothing"))
            }
        }
        return (values, differences)
    }

    private static func common(_ a: [UInt8], _ b: [UInt8]) -> Int {
        zip(a, b).prefix { $0 == $1 }.count
    }
}
