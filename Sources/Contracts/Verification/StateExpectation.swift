import Ethereum

/// A getter of a contract of ours, and what it must answer after all events that the contract has
/// written: each change of what an owner sets writes one. A word that stands there without an event
/// was put there by something else than the shipped code.
public struct StateExpectation: Equatable, Sendable {
    /// The getter with its arguments, as people write it.
    public var name: String
    /// Calldata of the getter.
    public var call: [UInt8]
    /// The words of its answer; nil for one that no event tells of.
    public var words: [UInt256?]

    /// The words as people write them.
    public var texts: [String] { words.map { $0?.hexQuantity ?? "any" } }

    /// What the answer differs by; nil where it is this one.
    public func difference(answer: [UInt8]) -> CodeDifference? {
        let actual = words.indices.map { ABIWords(answer)[$0] }
        let isEqual = zip(words, actual).allSatisfy { $0 == nil || $0 == $1 }
        guard !isEqual || answer.count != 32 * words.count else { return nil }
        return .state(
            name: name, events: texts.joined(separator: ", "),
            actual: actual.map { $0?.hexQuantity ?? "nothing" }.joined(separator: ", "))
    }

    /// Everything that these logs, all of a contract since its creation in their order, tell of its
    /// storage. `arguments` are the constructor's where they are known.
    public static func all(
        of contract: ShippedContract, after logs: [Log], arguments: [NamedValue]
    ) -> [StateExpectation] {
        var state = State()
        if contract == .jitExecutor {
            for name in ["owner()", "pendingOwner()", "paused()", "maxTip()"] {
                state.set(name, Selector(name), [], to: [.zero])
            }
            for name in ["minProfitThreshold", "profitRecipient"] {
                guard let given = arguments.first(where: { $0.name == name }) else { continue }
                state.set("\(name)()", Selector("\(name)()"), [], to: [given.word])
            }
        }
        for log in logs {
            if let event = ContractEvents.decode(log) { state.follow(event) }
        }
        return state.expectations
    }

    /// Getters by name, in the order in which they were first told of.
    private struct State {
        var expectations: [StateExpectation] = []

        mutating func set(
            _ name: String, _ selector: Selector, _ arguments: [UInt256], to words: [UInt256?]
        ) {
            let call = Calldata(selector).bytes + arguments.flatMap(\.bigEndianBytes)
            let expectation = StateExpectation(name: name, call: call, words: words)
            if let index = expectations.firstIndex(where: { $0.name == name }) {
                expectations[index] = expectation
            } else {
                expectations.append(expectation)
            }
        }

        /// A pool's terms as the contract packs them: both ticks from the lowest there is, 24 bits
        /// each, the two caps of 96, and the block's multiple.
        private static func terms(_ words: [UInt256]) -> UInt256 {
            (words[1] &+ 887_272) | ((words[2] &+ 887_272) << 24) | (words[3] << 48)
                | (words[4] << 144) | (words[5] << 240)
        }

        mutating func follow(_ event: ContractEvents.Decoded) {
            let words = event.words
            func key(_ index: Int) -> String { event.text(at: index) }
            switch event.name {
            case "OwnershipTransferStarted":
                set("pendingOwner()", Selector("pendingOwner()"), [], to: [words[1]])
            case "OwnershipTransferred":
                set("owner()", Selector("owner()"), [], to: [words[1]])
                set("pendingOwner()", Selector("pendingOwner()"), [], to: [.zero])
            case "Paused": set("paused()", Selector("paused()"), [], to: [.one])
            case "Unpaused": set("paused()", Selector("paused()"), [], to: [.zero])
            case "RoleSet":
                set("roleOf(\(key(0)))", Selector("roleOf(address)"), [words[0]], to: [words[1]])
            case "ProfitRulesSet":
                set("minProfitThreshold()", Selector("minProfitThreshold()"), [], to: [words[0]])
                set("maxTip()", Selector("maxTip()"), [], to: [words[1]])
                set("profitRecipient()", Selector("profitRecipient()"), [], to: [words[2]])
            case "PoolSet":
                // The ledger and what the last opening paid change with each opening.
                set(
                    "pools(\(key(0)))", Selector("pools(address)"), [words[0]],
                    to: [Self.terms(words), nil, nil])
            case "LenderSet":
                set(
                    "lenderKind(\(key(0)))", Selector("lenderKind(address)"), [words[0]],
                    to: [words[1]])
            case "TargetSet":
                set(
                    "isTarget(\(key(0)),\(key(1)))", Selector("isTarget(address,bytes4)"),
                    [words[0], words[1]], to: [words[2]])
            case "TokenLimitSet":
                set(
                    "tokenLimit(\(key(0)))", Selector("tokenLimit(address)"), [words[0]],
                    to: [words[1]])
            default: break
            }
        }
    }
}

extension ContractEvents.Decoded {
    fileprivate var words: [UInt256] { values.map(\.word) }

    fileprivate func text(at index: Int) -> String { values[index].text }
}

extension NamedValue {
    /// The value as one word of the ABI; 0 for what takes more.
    fileprivate var word: UInt256 {
        switch value {
        case .address(let address): address.word
        case .uint(let number): number
        case .int(let number): number.bitPattern
        case .bool(let flag): flag ? .one : .zero
        case .fixedBytes(let bytes):
            UInt256(bigEndian: bytes + [UInt8](repeating: 0, count: 32 - bytes.count)) ?? .zero
        case .bytes, .string, .array, .tuple: .zero
        }
    }
}
