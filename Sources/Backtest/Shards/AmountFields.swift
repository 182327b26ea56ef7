import Ethereum
import JSON
import UniswapV3

extension JSON {
    /// An amount as decimal text.
    static func decimal(_ amount: UInt256) -> JSON { .string(amount.description) }

    /// An amount with a sign as decimal text.
    static func decimal(_ amount: Int256) -> JSON { .string(amount.description) }

    /// Amounts as decimal texts, null for none.
    static func decimals(_ amounts: [Int256?]) -> JSON {
        .array(amounts.map { $0.map { .decimal($0) } ?? .null })
    }
}

extension JSONObject {
    /// A whole number that counts rows or the like.
    func count(_ name: String) throws(FieldError) -> Int {
        let value = try uint64(name)
        guard let count = Int(exactly: value), count < 1 << 53 else {
            throw FieldError(field: name, expected: "a number of rows", found: "\(value)")
        }
        return count
    }

    func flag(_ name: String) throws(FieldError) -> Bool {
        let value = try required(name)
        guard case .bool(let flag) = value else {
            throw FieldError(field: name, expected: "true or false", found: value.excerpt)
        }
        return flag
    }

    func signed(_ name: String) throws(FieldError) -> Int256 {
        try signed(try required(name), name)
    }

    private func signed(_ value: JSON, _ name: String) throws(FieldError) -> Int256 {
        guard let amount = value.string.flatMap({ Int256(decimal: $0) }) else {
            throw FieldError(
                field: name, expected: "an amount in decimal text", found: value.excerpt)
        }
        return amount
    }

    func uint128(_ name: String) throws(FieldError) -> UInt128 {
        guard let value = try word(name).asUInt128 else {
            throw FieldError(field: name, expected: "an integer below 2^128", found: "more")
        }
        return value
    }

    func tick(_ name: String) throws(FieldError) -> Tick {
        let value = try required(name)
        guard let tick = value.int64.flatMap({ Tick(exactly: $0) }),
            PoolState.allTicks.contains(tick)
        else { throw FieldError(field: name, expected: "a tick", found: value.excerpt) }
        return tick
    }

    /// Amounts or nulls: none, or so many.
    func optionalAmounts(_ name: String, _ count: Int) throws(FieldError) -> [Int256?] {
        let items = try array(name)
        guard items.isEmpty || items.count == count else {
            throw FieldError(field: name, expected: "\(count) amounts", found: "\(items.count)")
        }
        return try items.mapped { item throws(FieldError) -> Int256? in
            item == .null ? nil : try signed(item, name)
        }
    }

    /// Nil where the member is null.
    func optionalWord(_ name: String) throws(FieldError) -> UInt256? {
        try required(name) == .null ? nil : try word(name)
    }

    func optionalSigned(_ name: String) throws(FieldError) -> Int256? {
        try required(name) == .null ? nil : try signed(name)
    }

    func optionalObject(_ name: String) throws(FieldError) -> JSONObject? {
        try required(name) == .null ? nil : try object(name)
    }
}
