import Ethereum

/// The events of our contracts, decoded for operators.
public enum ContractEvents {
    /// An event's name and its parameters, indexed ones first named as in the source.
    public struct Decoded: Equatable, Sendable {
        public var name: String
        public var values: [NamedValue]

        /// `Paused(caller: 0x…)`.
        public var text: String {
            name + "("
                + values.map { "\($0.name): \($0.text)" }.joined(separator: ", ") + ")"
        }
    }

    /// How an event is declared; indexed parameters stand in the topics.
    public struct Declaration: Equatable, Sendable {
        public var name: String
        public var parameters: [(name: String, type: ABIType, indexed: Bool)]

        init(_ name: String, _ parameters: (String, ABIType, Bool)...) {
            self.name = name
            self.parameters = parameters.map { ($0.0, $0.1, $0.2) }
        }

        public static func == (a: Declaration, b: Declaration) -> Bool {
            a.name == b.name && a.parameters.elementsEqual(b.parameters, by: ==)
        }

        /// The canonical signature.
        public var signature: String {
            name + "(" + parameters.map { "\($0.type)" }.joined(separator: ",") + ")"
        }
    }

    private static let word = ABIType.uint(bits: 256)

    /// Every event of the three contracts.
    public static let declarations: [Declaration] = [
        Declaration(
            "JitExecuted", ("pool", .address, true), ("numeraire", .address, true),
            ("mode", .uint(bits: 8), false), ("profit", word, false), ("tip", word, false)),
        Declaration(
            "ProfitTransferred", ("token", .address, true), ("to", .address, true),
            ("amount", word, false)),
        Declaration(
            "Withdrawal", ("token", .address, true), ("to", .address, true),
            ("amount", word, false)),
        Declaration("WithdrawalFailed", ("token", .address, true)),
        Declaration(
            "OwnershipTransferStarted", ("previousOwner", .address, true),
            ("newOwner", .address, true)),
        Declaration(
            "OwnershipTransferred", ("previousOwner", .address, true),
            ("newOwner", .address, true)),
        Declaration("RoleSet", ("account", .address, true), ("role", word, false)),
        Declaration(
            "PoolSet", ("pool", .address, true), ("bandLower", .int(bits: 24), false),
            ("bandUpper", .int(bits: 24), false), ("maxDeposit0", .uint(bits: 96), false),
            ("maxDeposit1", .uint(bits: 96), false), ("blockMultiple", .uint(bits: 8), false)),
        Declaration(
            "ProfitRulesSet", ("minProfitThreshold", word, false), ("maxTip", word, false),
            ("profitRecipient", .address, true)),
        Declaration("Paused", ("caller", .address, true)),
        Declaration("Unpaused", ("caller", .address, true)),
        Declaration("LenderSet", ("lender", .address, true), ("kind", word, false)),
        Declaration(
            "TargetSet", ("target", .address, true), ("selector", .fixedBytes(count: 4), true),
            ("allowed", .bool, false)),
        Declaration("TokenLimitSet", ("token", .address, true), ("maxLoan", word, false)),
    ]

    private static let byTopic: [Hash32: Declaration] = Dictionary(
        uniqueKeysWithValues: declarations.map { (eventTopic($0.signature), $0) })

    /// The event that a log holds; nil for another, or one that is malformed.
    public static func decode(_ log: Log) -> Decoded? {
        guard let topic = log.topics.first, let declaration = byTopic[topic] else { return nil }
        let indexed = declaration.parameters.filter(\.indexed)
        guard log.topics.count == 1 + indexed.count,
            let plain = try? ABI.decode(
                log.data, as: declaration.parameters.filter { !$0.indexed }.map(\.type))
        else { return nil }
        var topics = log.topics.dropFirst()
        var rest = plain[...]
        var values: [NamedValue] = []
        for parameter in declaration.parameters {
            let value: ABIValue?
            if parameter.indexed {
                value = try? ABI.decode(topics.removeFirst().bytes, as: [parameter.type]).first
            } else {
                value = rest.popFirst()
            }
            guard let value else { return nil }
            values.append(NamedValue(name: parameter.name, value: value))
        }
        return Decoded(name: declaration.name, values: values)
    }
}
