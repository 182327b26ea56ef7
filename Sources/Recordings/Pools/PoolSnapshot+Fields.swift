import Ethereum
import JSON
import UniswapV3

/// Reading a snapshot's fields, each with its bounds.
extension PoolSnapshot {
    /// That the tick is the price's, or the one below where the price stands on a tick: there a
    /// falling swap leaves it (`Slot0.tick`).
    static func checkPrice(_ slot0: Slot0, _ object: JSONObject) throws(FieldError) {
        guard let atPrice = TickMath.tick(atSqrtPriceX96: slot0.sqrtPriceX96) else {
            throw FieldError(
                field: "sqrtPriceX96", expected: "a price of a pool",
                found: "\(slot0.sqrtPriceX96)")
        }
        let isOnTick = TickMath.sqrtPriceX96(atTick: atPrice) == slot0.sqrtPriceX96
        guard slot0.tick == atPrice || isOnTick && slot0.tick == atPrice - 1 else {
            throw FieldError(
                field: "tick", expected: "\(atPrice), that of sqrtPriceX96",
                found: "\(slot0.tick)")
        }
    }

    static func ticks(_ object: JSONObject, spacing: Tick) throws(FieldError) -> [InitializedTick] {
        var ticks: [InitializedTick] = []
        var seen: Set<Tick> = []
        for member in try object.object("ticks").members {
            let field = "ticks.\(member.key)"
            guard let tick = Tick(member.key), PoolState.allTicks.contains(tick),
                tick % spacing == 0, seen.insert(tick).inserted
            else {
                throw FieldError(
                    field: field, expected: "a tick on the grid of \(spacing), named once",
                    found: "\"\(member.key.prefix(80))\"")
            }
            guard let record = member.value.asObject else {
                throw FieldError(
                    field: field, expected: "an object", found: member.value.kindName)
            }
            do throws(FieldError) {
                ticks.append(try initializedTick(tick, record))
            } catch {
                throw FieldError(
                    field: "\(field).\(error.field)", expected: error.expected,
                    found: error.found)
            }
        }
        return ticks
    }

    private static func initializedTick(
        _ tick: Tick, _ record: JSONObject
    ) throws(FieldError) -> InitializedTick {
        let net = try integer(record, "liquidityNet")
        let bound = UInt256(UInt128(Int128.max))
        guard net.magnitude <= bound else {
            throw FieldError(
                field: "liquidityNet", expected: "an integer within 128 bits", found: "\(net)")
        }
        let magnitude = Int128(truncatingIfNeeded: net.magnitude.low128)
        let gross = try uint128(record, "liquidityGross")
        guard gross > 0 else {
            throw FieldError(field: "liquidityGross", expected: "more than 0", found: "0")
        }
        return InitializedTick(
            tick: tick, liquidityGross: gross,
            liquidityNet: net.isNegative ? -magnitude : magnitude,
            feeGrowthOutside0X128: try growth(record, "feeGrowthOutside0X128"),
            feeGrowthOutside1X128: try growth(record, "feeGrowthOutside1X128"))
    }

    /// An integer, as a number or as decimal text.
    private static func integer(
        _ object: JSONObject, _ name: String
    ) throws(FieldError) -> Int256 {
        let value = try object.required(name)
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

    /// An integer within bounds.
    static func bounded(
        _ object: JSONObject, _ name: String, _ bounds: ClosedRange<Int>
    ) throws(FieldError) -> Int {
        let value = try integer(object, name)
        guard let magnitude = value.magnitude.asUInt64, let small = Int(exactly: magnitude),
            bounds.contains(value.isNegative ? -small : small)
        else {
            throw FieldError(
                field: name, expected: "\(bounds.lowerBound) to \(bounds.upperBound)",
                found: "\(value)")
        }
        return value.isNegative ? -small : small
    }

    /// The same of a field that may be missing or null.
    static func optional(
        _ object: JSONObject, _ name: String, _ bounds: ClosedRange<Int>
    ) throws(FieldError) -> Int? {
        guard let value = object[name], value != .null else { return nil }
        return try bounded(object, name, bounds)
    }

    static func tick(_ object: JSONObject, _ name: String) throws(FieldError) -> Tick {
        Tick(try bounded(object, name, -887_272...887_272))
    }

    static func uint128(_ object: JSONObject, _ name: String) throws(FieldError) -> UInt128 {
        let value = try integer(object, name)
        guard !value.isNegative, let small = value.magnitude.asUInt128 else {
            throw FieldError(
                field: name, expected: "an integer from 0 to 2^128 - 1", found: "\(value)")
        }
        return small
    }

    /// A fee growth, any word; 0 where the snapshot leaves it out, since only differences count.
    static func growth(_ object: JSONObject, _ name: String) throws(FieldError) -> UInt256 {
        guard let value = object[name], value != .null else { return .zero }
        return try object.word(name)
    }
}
