import Ethereum
import UniswapV3

/// The columns of a pool's events that are read.
enum EventColumn: Int, CaseIterable {
    case sequence, block, timestamp, event, tickLower, tickUpper, liquidityDelta, amount0, amount1
    case sqrtPriceAfter, liquidityAfter, tickAfter, mode, zeroForOne, amountSpecified, priceLimit

    private static let names = [
        "seq", "block", "timestamp", "event", "tick_lower", "tick_upper", "liquidity_delta",
        "amount0", "amount1", "sqrt_price_x96_after", "liquidity_after", "tick_after", "mode",
        "zero_for_one", "amount_specified", "sqrt_price_limit_x96",
    ]

    /// The column of this name; nil for one that is not read.
    init?(name: String) {
        guard let index = Self.names.firstIndex(of: name) else { return nil }
        self.init(rawValue: index)
    }
}

/// One row's fields as places in the file's bytes, read in their plain form: decimal digits, few
/// enough that no bound can be passed. Nil means that the strict reading must decide.
struct EventFields: Sendable {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    /// Begin and end of each column's field, by the column's raw value.
    private var begins = InlineArray<16, Int>(repeating: 0)
    private var ends = InlineArray<16, Int>(repeating: 0)
    /// A bit for each column that the table has.
    private var present: UInt32 = 0
    /// Whether there are as many fields as columns.
    var isComplete = false

    mutating func set(_ column: EventColumn, _ begin: Int, _ end: Int) {
        begins[column.rawValue] = begin
        ends[column.rawValue] = end
        present |= 1 << UInt32(column.rawValue)
    }

    private func has(_ column: EventColumn) -> Bool {
        begins[column.rawValue] < ends[column.rawValue]
    }

    private func isColumn(_ column: EventColumn) -> Bool {
        present & 1 << UInt32(column.rawValue) != 0
    }

    // MARK: Events

    func event(_ bytes: Bytes, line: Int, lastTimestamp: UInt64) -> PoolEvents.Event? {
        guard let sequence = number(bytes, .sequence), let block = number(bytes, .block),
            let time = timestamp(bytes, lastTimestamp), let after = after(bytes),
            let action = action(bytes)
        else { return nil }
        return PoolEvents.Event(
            line: line, sequence: Int(sequence), block: block, timestamp: time, action: action,
            after: after)
    }

    private func action(_ bytes: Bytes) -> PoolEvents.Action? {
        if holds(bytes, .event, "Swap") { return swap(bytes).map { .swap($0) } }
        if holds(bytes, .event, "Mint") { return change(bytes, isMint: true) }
        if holds(bytes, .event, "Burn") { return change(bytes, isMint: false) }
        if holds(bytes, .event, "Initialize") {
            return unsigned(bytes, .sqrtPriceAfter).map { .initialize(sqrtPriceX96: $0) }
        }
        return nil
    }

    private func swap(_ bytes: Bytes) -> PoolEvents.Swap? {
        guard let zeroForOne = flag(bytes, .zeroForOne), let amount0 = signed(bytes, .amount0),
            let amount1 = signed(bytes, .amount1), let price = unsigned(bytes, .sqrtPriceAfter),
            let liquidity = unsigned128(bytes, .liquidityAfter),
            let tick = tick(bytes, .tickAfter), let limit = unsigned(bytes, .priceLimit),
            isColumn(.amountSpecified)
        else { return nil }
        let specified: Int256
        let isGiven = has(.amountSpecified)
        if isGiven {
            guard let amount = signed(bytes, .amountSpecified) else { return nil }
            specified = amount
        } else {
            let amountIn = zeroForOne ? amount0 : amount1
            specified = amountIn &+ amountIn &+ 1
        }
        if has(.mode) {
            let agrees =
                holds(bytes, .mode, "exactIn")
                ? isGiven && !specified.isNegative
                : holds(bytes, .mode, "exactOut")
                    ? isGiven && specified.isNegative : holds(bytes, .mode, "inLimit")
            guard agrees else { return nil }
        }
        return PoolEvents.Swap(
            zeroForOne: zeroForOne, amountSpecified: specified, sqrtPriceLimitX96: limit,
            amount0: amount0, amount1: amount1, sqrtPriceX96After: price,
            liquidityAfter: liquidity, tickAfter: tick)
    }

    private func change(_ bytes: Bytes, isMint: Bool) -> PoolEvents.Action? {
        guard let change = signed(bytes, .liquidityDelta),
            let liquidity = change.magnitude.asUInt128, change.isNegative != isMint || change == 0,
            let lower = tick(bytes, .tickLower), let upper = tick(bytes, .tickUpper),
            let amount0 = unsigned(bytes, .amount0), let amount1 = unsigned(bytes, .amount1)
        else { return nil }
        let range = RangeLiquidity(tickLower: lower, tickUpper: upper, liquidity: liquidity)
        return isMint
            ? .mint(range, amount0: amount0, amount1: amount1)
            : .burn(range, amount0: amount0, amount1: amount1)
    }

    private func after(_ bytes: Bytes) -> PoolEvents.After? {
        var after = PoolEvents.After()
        if has(.sqrtPriceAfter) {
            guard let price = unsigned(bytes, .sqrtPriceAfter) else { return nil }
            after.sqrtPriceX96 = price
        }
        if has(.liquidityAfter) {
            guard let liquidity = unsigned128(bytes, .liquidityAfter) else { return nil }
            after.liquidity = liquidity
        }
        if has(.tickAfter) {
            guard let tick = tick(bytes, .tickAfter) else { return nil }
            after.tick = tick
        }
        return after
    }

    private func timestamp(_ bytes: Bytes, _ last: UInt64) -> UInt64? {
        guard isColumn(.timestamp) else { return nil }
        guard has(.timestamp) else { return last }
        let (begin, end) = place(.timestamp)
        if let seconds = Self.digits(bytes, begin, end, 15) {
            return seconds < 1 << 40 ? seconds : nil
        }
        return UniversalTime.seconds(String(decoding: bytes[begin..<end], as: UTF8.self))
    }

    // MARK: Values

    private func place(_ column: EventColumn) -> (Int, Int) {
        (begins[column.rawValue], ends[column.rawValue])
    }

    private func holds(_ bytes: Bytes, _ column: EventColumn, _ word: StaticString) -> Bool {
        let (begin, end) = place(column)
        guard end - begin == word.utf8CodeUnitCount else { return false }
        for index in 0..<word.utf8CodeUnitCount
        where bytes[begin + index] != word.utf8Start[index] { return false }
        return true
    }

    private func number(_ bytes: Bytes, _ column: EventColumn) -> UInt64? {
        let (begin, end) = place(column)
        return Self.digits(bytes, begin, end, 15)
    }

    private func tick(_ bytes: Bytes, _ column: EventColumn) -> Tick? {
        let (begin, end) = place(column)
        guard begin < end else { return nil }
        let isNegative = bytes[begin] == Self.minus
        guard let digits = Self.digits(bytes, begin + (isNegative ? 1 : 0), end, 6),
            digits <= UInt64(TickMath.maxTick)
        else { return nil }
        return isNegative ? -Tick(digits) : Tick(digits)
    }

    private func flag(_ bytes: Bytes, _ column: EventColumn) -> Bool? {
        let (begin, end) = place(column)
        guard end - begin == 1 else { return nil }
        switch bytes[begin] {
        case UInt8(ascii: "1"): return true
        case UInt8(ascii: "0"): return false
        default: return nil
        }
    }

    private func unsigned(_ bytes: Bytes, _ column: EventColumn) -> UInt256? {
        let (begin, end) = place(column)
        return Self.word(bytes, begin, end)
    }

    private func unsigned128(_ bytes: Bytes, _ column: EventColumn) -> UInt128? {
        let (begin, end) = place(column)
        guard end - begin <= 38 else { return nil }
        return Self.word(bytes, begin, end)?.low128
    }

    private func signed(_ bytes: Bytes, _ column: EventColumn) -> Int256? {
        let (begin, end) = place(column)
        guard begin < end else { return nil }
        let isNegative = bytes[begin] == Self.minus
        guard let magnitude = Self.word(bytes, begin + (isNegative ? 1 : 0), end) else {
            return nil
        }
        return Int256(negative: isNegative, magnitude: magnitude)
    }

    private static let minus = UInt8(ascii: "-")

    /// Up to so many decimal digits, at most 19; nil for anything else.
    @inline(__always)
    static func digits(_ bytes: Bytes, _ begin: Int, _ end: Int, _ most: Int) -> UInt64? {
        guard begin < end, end - begin <= most else { return nil }
        var value: UInt64 = 0
        for index in begin..<end {
            let digit = bytes[index] &- 48
            guard digit < 10 else { return nil }
            value = value &* 10 &+ UInt64(digit)
        }
        return value
    }

    /// Up to 76 decimal digits, which 255 bits always hold, nineteen at a time.
    private static func word(_ bytes: Bytes, _ begin: Int, _ end: Int) -> UInt256? {
        let count = end - begin
        guard count > 0, count <= 76 else { return nil }
        if count <= 19 { return digits(bytes, begin, end, 19).map { UInt256($0) } }
        var position = begin + (count - 1) % 19 + 1
        guard let first = digits(bytes, begin, position, 19) else { return nil }
        if count <= 38 {
            guard let second = digits(bytes, position, end, 19) else { return nil }
            return UInt256(UInt128(first) &* UInt128(tenTo19) &+ UInt128(second))
        }
        var value = UInt256(first)
        while position < end {
            guard let next = digits(bytes, position, position + 19, 19) else { return nil }
            value = value &* UInt256(tenTo19) &+ UInt256(next)
            position += 19
        }
        return value
    }

    private static let tenTo19: UInt64 = 10_000_000_000_000_000_000
}
