import Ethereum
import JSON
import World

/// What an attacker makes of JSON: a value here and there is another, a member is gone or stands
/// twice. The same seed makes the same.
public struct Damage {
    public var random: SeededRandom

    public init(seed: UInt64) { random = SeededRandom(seed: seed, purpose: "damage") }

    /// A number below `limit`.
    public mutating func below(_ limit: Int) -> Int {
        Int(random.next() % UInt64(max(1, limit)))
    }

    /// The value with one to three damages.
    public mutating func damaged(_ json: JSON) -> JSON {
        var json = json
        for _ in 0...below(3) {
            var place = below(Self.size(json))
            json = replaced(json, at: &place)
        }
        return json
    }

    private static func size(_ json: JSON) -> Int {
        switch json {
        case .array(let elements): elements.reduce(1) { $0 + size($1) }
        case .object(let members): members.reduce(1) { $0 + size($1.value) }
        default: 1
        }
    }

    /// Goes on with the walk until the place is reached: it counts down to it.
    private mutating func replaced(_ json: JSON, at place: inout Int) -> JSON {
        defer { place -= 1 }
        if place == 0 { return other(than: json) }
        switch json {
        case .array(var elements):
            place -= 1
            for index in elements.indices where place >= 0 {
                elements[index] = replaced(elements[index], at: &place)
            }
            place += 1
            return .array(elements)
        case .object(var members):
            place -= 1
            for index in members.indices where place >= 0 {
                if place == 0, below(4) == 0 {
                    place = -1
                    members.remove(at: index)
                    break
                }
                members[index].value = replaced(members[index].value, at: &place)
            }
            place += 1
            return .object(members)
        default: return json
        }
    }

    private mutating func other(than json: JSON) -> JSON {
        switch below(8) {
        case 0: return Self.kinds[below(Self.kinds.count)]
        case 1: return .number(Self.numbers[below(Self.numbers.count)])
        case 2: return .string(Self.numbers[below(Self.numbers.count)])
        default: break
        }
        switch json {
        case .string(let text) where text.hasPrefix("0x"): return .string(digits(text))
        case .array(let elements):
            return .array(below(2) == 0 ? elements + elements : Array(elements.dropLast()))
        case .object(let members): return .object(Array(members.reversed().dropLast(below(2))))
        default: return .quantity(quantity())
        }
    }

    /// Digits that are often of a good form.
    private mutating func digits(_ text: String) -> String {
        switch below(5) {
        case 0: return quantity().hexQuantity
        case 1: return UInt256(quantity().limb0).hexWord
        case 2: return String(text.prefix(below(text.utf8.count + 1)))
        case 3: return text + String(text.dropFirst(2))
        default:
            return "0x" + String(repeating: below(2) == 0 ? "f" : "0", count: text.utf8.count - 2)
        }
    }

    /// A number at or near the edges of what integers hold.
    public mutating func quantity() -> UInt256 {
        let edges: [UInt64] = [0, 1, 7, 8, 31, 32, 53, 62, 63, 64, 127, 128, 160, 255]
        let edge = UInt256.one << edges[below(edges.count)]
        return below(3) == 0 ? edge &- .one : below(2) == 0 ? edge : UInt256.max &- edge
    }

    private static let kinds: [JSON] = [
        .null, true, [], [:], "", "0x", [[]], "latest", .string(String(repeating: "é", count: 300)),
    ]
    private static let numbers = [
        "0", "-1", "1e400", "0.5", "4294967296", "9223372036854775808", "18446744073709551615",
        "18446744073709551616", "-9223372036854775809",
        "115792089237316195423570985008687907853269984665640564039457584007913129639936",
    ]
}
