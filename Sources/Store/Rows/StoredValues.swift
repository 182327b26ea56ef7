import Ethereum
internal import GRDB

/// How our values are written: amounts as decimal text, hashes and addresses as `0x` text.
extension Holding {
    /// The text of the account's column.
    var storedAccount: String { account.description }
    /// The text of the token's column: an address, or `ether`.
    var storedToken: String { token?.description ?? "ether" }
}

/// Numbers that SQLite's signed integers may not hold.
enum StoredNumber {
    /// The number as SQLite's integer.
    static func integer(_ value: UInt64, field: String) throws(LedgerError) -> Int64 {
        guard let integer = Int64(exactly: value) else {
            throw .numberTooLarge(field: field, value: value)
        }
        return integer
    }
}

/// How they are read back. A value of another form is an error that names the column.
extension Row {
    func text(_ column: String) throws -> String {
        guard let text: String = try optionalText(column) else { throw unreadable(column) }
        return text
    }

    func optionalText(_ column: String) throws -> String? {
        switch (self[column] as DatabaseValue?)?.storage {
        case .string(let text): text
        case .null, nil: nil
        default: throw unreadable(column)
        }
    }

    func integer(_ column: String) throws -> Int64 {
        guard let integer = try optionalInteger(column) else { throw unreadable(column) }
        return integer
    }

    func optionalInteger(_ column: String) throws -> Int64? {
        switch (self[column] as DatabaseValue?)?.storage {
        case .int64(let integer): integer
        case .null, nil: nil
        default: throw unreadable(column)
        }
    }

    func natural(_ column: String) throws -> UInt64 {
        guard let number = UInt64(exactly: try integer(column)) else { throw unreadable(column) }
        return number
    }

    func tick(_ column: String) throws -> Int32 {
        guard let tick = Int32(exactly: try integer(column)) else { throw unreadable(column) }
        return tick
    }

    func blob(_ column: String) throws -> [UInt8] {
        guard case .blob(let data) = (self[column] as DatabaseValue?)?.storage else {
            throw unreadable(column)
        }
        return [UInt8](data)
    }

    func hash(_ column: String) throws -> Hash32 {
        guard let hash = try optionalHash(column) else { throw unreadable(column) }
        return hash
    }

    func optionalHash(_ column: String) throws -> Hash32? {
        try parsed(column) { Hash32(hex: $0) }
    }

    func address(_ column: String) throws -> Address {
        guard let address = try optionalAddress(column) else { throw unreadable(column) }
        return address
    }

    func optionalAddress(_ column: String) throws -> Address? {
        try parsed(column) { Address(hex: $0) }
    }

    func unsigned(_ column: String) throws -> UInt256 {
        guard let amount = try optionalUnsigned(column) else { throw unreadable(column) }
        return amount
    }

    func optionalUnsigned(_ column: String) throws -> UInt256? {
        try parsed(column) { UInt256(decimal: $0) }
    }

    func signed(_ column: String) throws -> Int256 {
        guard let amount = try optionalSigned(column) else { throw unreadable(column) }
        return amount
    }

    func optionalSigned(_ column: String) throws -> Int256? {
        try parsed(column) { Int256(decimal: $0) }
    }

    /// The columns `account` and `token`.
    func holding() throws -> Holding {
        let isEther = try text("token") == "ether"
        return Holding(
            account: try address("account"), token: isEther ? nil : try address("token"))
    }

    /// Two columns as a block; nil where both are null.
    func optionalBlock(number: String, hash: String) throws -> BlockReference? {
        guard let hash = try optionalHash(hash) else { return nil }
        return BlockReference(number: try natural(number), hash: hash)
    }

    /// The error that names a column and its text.
    func unreadable(_ column: String) -> LedgerError {
        let value = (self[column] as DatabaseValue?)?.description ?? "nothing"
        return .unreadableValue(column: column, text: value)
    }

    private func parsed<Value>(_ column: String, _ parse: (String) -> Value?) throws -> Value? {
        guard let text = try optionalText(column) else { return nil }
        guard let value = parse(text) else { throw unreadable(column) }
        return value
    }
}
