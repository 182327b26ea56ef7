import Ethereum
import JSON

/// What a backtest assumes, as whole numbers with their units; `--set KEY=VALUE` changes one.
public struct BacktestSettings: Equatable, Sendable {
    /// The keys, in the order of reports.
    public enum Key: String, CaseIterable, Sendable {
        case baseFeeWei, amsterdam, minimumProfitWei, bidShareBps, hedgeCostPips
        case fairBandPercentOfFee, inventoryWei, maximumPositions, sizeFilter, shardEvents
        case rivalBidShareBps
    }

    /// What a key means and which values it takes.
    public struct Meaning: Sendable {
        public var unit: String
        public var text: String
        public var initial: UInt256
        public var range: ClosedRange<UInt256>

        init(
            _ unit: String, _ text: String, _ initial: UInt256, _ range: ClosedRange<UInt256>
        ) {
            self.unit = unit
            self.text = text
            self.initial = initial
            self.range = range
        }
    }

    private var values: [UInt256]

    /// The settings that nobody has changed.
    public init() { values = Key.allCases.map(\.meaning.initial) }

    /// The value of a key.
    public subscript(key: Key) -> UInt256 {
        get { values[key.index] }
        set { values[key.index] = newValue }
    }

    /// The value of a key whose range fits 64 bits.
    func small(_ key: Key) -> UInt64 { self[key].asUInt64 ?? .max }
}

extension BacktestSettings.Key {
    var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    private static let ether: UInt256 = 1_000_000_000_000_000_000
    private static let anyAmount = UInt256.zero...(UInt256.one << 120)

    /// What it means.
    public var meaning: BacktestSettings.Meaning {
        switch self {
        case .baseFeeWei:
            .init(
                "wei per gas", "base fee where the input does not tell it", 10_000_000_000,
                0...1_000_000_000_000_000)
        case .amsterdam:
            .init("0 or 1", "gas by the rules of Amsterdam, and not of Osaka", 0, 0...1)
        case .minimumProfitWei:
            .init(
                "wei", "net profit below which nothing is sent", 1_000_000_000_000_000,
                Self.anyAmount)
        case .bidShareBps:
            .init(
                "hundredths of a percent", "share of the profit after gas and hedge that is bid",
                3000, 0...10_000)
        case .hedgeCostPips:
            .init(
                "millionths", "cost of trading the other token back, of its worth", 150,
                0...1_000_000)
        case .fairBandPercentOfFee:
            .init(
                "percent of the pool's fee", "half-width of the fair price's band", 50, 0...10_000)
        case .inventoryWei:
            .init(
                "wei", "what we own of WETH, and of the other token as much in worth",
                500 &* Self.ether, Self.anyAmount)
        case .maximumPositions: .init("positions", "the most that one bundle opens", 4, 1...4)
        case .rivalBidShareBps:
            .init(
                "hundredths of a percent", "share of what they can earn that rivals bid", 9000,
                0...10_000)
        case .sizeFilter: .init("0 or 1", "drop what is too small before planning", 1, 0...1)
        case .shardEvents:
            .init(
                "events", "events of one shard, rounded up to whole blocks", 20_000,
                1...100_000_000)
        }
    }
}

/// Why a text sets nothing.
public enum BacktestSettingError: Error, Equatable, Sendable, CustomStringConvertible {
    case noAssignment(String)
    case unknownKey(String)
    case outOfRange(BacktestSettings.Key, String)

    /// What is wrong, and which keys there are, in which units.
    public var description: String {
        switch self {
        case .noAssignment(let text): "--set \(text.prefix(100)): expected KEY=VALUE."
        case .unknownKey(let name):
            "--set \(name.prefix(100)): no such key. There are:\n"
                + BacktestSettings.help.joined(separator: "\n")
        case .outOfRange(let key, let value):
            "--set \(key.rawValue): \"\(value.prefix(100))\" is not an integer from "
                + "\(key.meaning.range.lowerBound) to \(key.meaning.range.upperBound) "
                + "(\(key.meaning.unit))."
        }
    }
}

extension BacktestSettings {
    /// Each key with its unit, what it means and its value where nobody sets it.
    public static var help: [String] {
        Key.allCases.map { key in
            let meaning = key.meaning
            return "  \(key.rawValue): \(meaning.text); \(meaning.unit), "
                + "\(meaning.initial) if not set"
        }
    }

    /// Takes over `KEY=VALUE`.
    public mutating func set(_ assignment: String) throws(BacktestSettingError) {
        guard let equals = assignment.firstIndex(of: "=") else { throw .noAssignment(assignment) }
        let name = String(assignment[..<equals])
        guard let key = Key(rawValue: name) else { throw .unknownKey(name) }
        try set(key, String(assignment[assignment.index(after: equals)...]))
    }

    private mutating func set(_ key: Key, _ text: String) throws(BacktestSettingError) {
        guard let value = UInt256(decimal: text), key.meaning.range.contains(value) else {
            throw .outOfRange(key, text)
        }
        self[key] = value
    }

    /// All of them as one object of decimal texts.
    public var json: JSON {
        .object(Key.allCases.map { .init($0.rawValue, .string(self[$0].description)) })
    }

    /// What `json` wrote; every key must be there, and no other.
    package init(_ object: JSONObject) throws(FieldError) {
        self.init()
        for member in object.members where Key(rawValue: member.key) == nil {
            throw FieldError(field: member.key, expected: "a setting", found: "another")
        }
        for key in Key.allCases {
            let text = try object.string(key.rawValue)
            do throws(BacktestSettingError) {
                try set(key, text)
            } catch {
                throw FieldError(field: key.rawValue, expected: key.meaning.unit, found: text)
            }
        }
    }

    /// The keys in which two settings differ.
    func differences(from other: BacktestSettings) -> [Key] {
        Key.allCases.filter { self[$0] != other[$0] }
    }
}
