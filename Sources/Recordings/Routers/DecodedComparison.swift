import Contracts
import Ethereum
import JSON

/// Compares a decoded call with its record: every member of the record must be there and equal, and
/// there must be no argument beyond them.
enum DecodedComparison {
    static func compare(
        _ call: DecodedCall, _ recorded: JSON, at place: String
    ) throws(ValueDifference) {
        guard let object = recorded.asObject else {
            throw ValueDifference(place, expected: recorded.excerpt, actual: "a call")
        }
        switch call {
        case .opaque(let calldata):
            throw ValueDifference(
                place, expected: object["fn"]?.excerpt ?? "a call",
                actual: "a function not known, \(Hex.prefixed(calldata.prefix(4)))")
        case .function(let signature, let arguments):
            try text(signature, object["fn"], at: place + ".fn")
            try self.arguments(arguments, object["args"], at: place + ".args")
            try members(object, ["fn", "args"], at: place)
        case .multicall(let signature, let deadline, let calls):
            try text(signature, object["fn"], at: place + ".fn")
            try optional(deadline, object["deadline"], at: place + ".deadline")
            let items = try list(object["calls"], count: calls.count, at: place + ".calls")
            for (index, pair) in zip(calls, items).enumerated() {
                try compare(pair.0, pair.1, at: "\(place).calls[\(index)]")
            }
            try members(object, ["fn", "deadline", "calls"], at: place)
        case .plan(let plan):
            try text("execute", object["fn"], at: place + ".fn")
            try self.plan(plan, object, at: place)
            try members(object, ["fn", "commands", "deadline", "inputs"], at: place)
        }
    }

    private static func plan(
        _ plan: RouterPlan, _ object: JSONObject, at place: String
    ) throws(ValueDifference) {
        try text(Hex.prefixed(plan.commands), object["commands"], at: place + ".commands")
        try optional(plan.deadline, object["deadline"], at: place + ".deadline")
        let items = try list(object["inputs"], count: plan.steps.count, at: place + ".inputs")
        for (index, pair) in zip(plan.steps, items).enumerated() {
            try step(pair.0, pair.1, at: "\(place).inputs[\(index)]")
        }
    }

    private static func step(
        _ step: RouterCommand, _ recorded: JSON, at place: String
    ) throws(ValueDifference) {
        guard let object = recorded.asObject else {
            throw ValueDifference(place, expected: recorded.excerpt, actual: "a command")
        }
        try text(step.name ?? "none", object["command"], at: place + ".command")
        try number(UInt256(UInt64(step.opcode)), object["opcode"], at: place + ".opcode")
        guard object["allow_revert"] == .bool(step.allowsRevert) else {
            throw ValueDifference(
                place + ".allow_revert", expected: object["allow_revert"]?.excerpt ?? "nothing",
                actual: "\(step.allowsRevert)")
        }
        switch step.content {
        case .arguments(let arguments):
            try self.arguments(arguments, object["args"], at: place + ".args")
        case .plan(let inner):
            let fields = object["args"]?.asObject ?? object
            try plan(inner, fields, at: place)
        case .opaque(let bytes):
            throw ValueDifference(
                place + ".args", expected: object["args"]?.excerpt ?? "nothing",
                actual: "an input not understood, \(bytes.count) bytes")
        }
    }

    private static func arguments(
        _ arguments: [DecodedArgument], _ recorded: JSON?, at place: String
    ) throws(ValueDifference) {
        guard let object = recorded?.asObject else {
            throw ValueDifference(
                place, expected: recorded?.excerpt ?? "nothing", actual: "arguments")
        }
        for argument in arguments {
            try value(argument.value, object[argument.name], at: "\(place).\(argument.name)")
        }
        try members(object, arguments.map(\.name), at: place)
    }

    private static func value(
        _ value: DecodedValue, _ recorded: JSON?, at place: String
    ) throws(ValueDifference) {
        switch value {
        case .number(let number): try self.number(number, recorded, at: place)
        case .flag(let flag):
            guard recorded == .bool(flag) else {
                throw ValueDifference(
                    place, expected: recorded?.excerpt ?? "nothing", actual: "\(flag)")
            }
        case .address(let address): try text(address.description, recorded, at: place)
        case .bytes(let bytes): try text(Hex.prefixed(bytes), recorded, at: place)
        case .record(let fields): try arguments(fields, recorded, at: place)
        case .list(let items):
            let others = try list(recorded, count: items.count, at: place)
            for (index, pair) in zip(items, others).enumerated() {
                try self.value(pair.0, pair.1, at: "\(place)[\(index)]")
            }
        case .path(let path):
            let others = try list(
                recorded, count: path.tokens.count + path.feesPips.count, at: place)
            for (index, other) in others.enumerated() {
                let place = "\(place)[\(index)]"
                if index % 2 == 0 {
                    try text(path.tokens[index / 2].description, other, at: place)
                } else {
                    try number(UInt256(UInt64(path.feesPips[index / 2])), other, at: place)
                }
            }
        }
    }

    // MARK: Single values

    /// Hexadecimal text may be of either case: some records write addresses with a checksum.
    private static func text(
        _ text: String, _ recorded: JSON?, at place: String
    ) throws(ValueDifference) {
        guard let other = recorded?.string,
            other == text || text.hasPrefix("0x") && other.lowercased() == text
        else {
            throw ValueDifference(
                place, expected: recorded?.excerpt ?? "nothing", actual: "\"\(text)\"")
        }
    }

    private static func number(
        _ number: UInt256, _ recorded: JSON?, at place: String
    ) throws(ValueDifference) {
        guard recorded?.looseQuantity == number else {
            throw ValueDifference(
                place, expected: recorded?.excerpt ?? "nothing", actual: "\(number)")
        }
    }

    private static func optional(
        _ number: UInt256?, _ recorded: JSON?, at place: String
    ) throws(ValueDifference) {
        if let number { return try self.number(number, recorded, at: place) }
        guard recorded == nil || recorded == .null else {
            throw ValueDifference(place, expected: recorded?.excerpt ?? "", actual: "nothing")
        }
    }

    private static func list(
        _ recorded: JSON?, count: Int, at place: String
    ) throws(ValueDifference) -> [JSON] {
        guard case .array(let items)? = recorded, items.count == count else {
            throw ValueDifference(
                place, expected: recorded?.excerpt ?? "nothing", actual: "\(count) items")
        }
        return items
    }

    /// That the record says nothing more.
    private static func members(
        _ object: JSONObject, _ names: [String], at place: String
    ) throws(ValueDifference) {
        for member in object.members where !names.contains(member.key) {
            throw ValueDifference(
                "\(place).\(member.key)", expected: member.value.excerpt, actual: "nothing")
        }
    }
}
