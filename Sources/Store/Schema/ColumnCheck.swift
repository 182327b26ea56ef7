/// CHECK constraints that keep a column to one canonical text.
///
/// Amounts are decimal text, never INTEGER: SQLite's integers have 64 bits, and its sums beyond
/// them become floating point. The text has no sign plus, no leading zero and no `-0`, so that
/// equal amounts are equal texts.
enum ColumnCheck {
    /// 0 to 2^256 − 1, which has 78 digits.
    static func unsigned(_ column: String) -> String {
        "CHECK (\(canonical(column, digits: 78)))"
    }

    /// −2^255 to 2^255 − 1, with a minus sign where it is below zero; 77 digits.
    static func signed(_ column: String) -> String {
        let magnitude = "substr(\(column), 2)"
        return "CHECK (CASE WHEN \(column) LIKE '-%' "
            + "THEN \(magnitude) <> '0' AND \(canonical(magnitude, digits: 77)) "
            + "ELSE \(canonical(column, digits: 77)) END)"
    }

    /// `0x` and 64 lower-case digits.
    static func hash(_ column: String) -> String { hex(column, length: 66) }

    /// `0x` and 40 lower-case digits.
    static func address(_ column: String) -> String { hex(column, length: 42) }

    /// An address, or `ether`.
    static func token(_ column: String) -> String {
        "CHECK (\(column) = 'ether' OR \(hexCondition(column, length: 42)))"
    }

    /// Lower-case letters, digits and underscores.
    static func label(_ column: String) -> String {
        "CHECK (length(\(column)) BETWEEN 1 AND 64 AND \(column) NOT GLOB '*[^a-z0-9_]*')"
    }

    /// 0 or more.
    static func natural(_ column: String) -> String { "CHECK (\(column) >= 0)" }

    private static func canonical(_ text: String, digits: Int) -> String {
        "length(\(text)) BETWEEN 1 AND \(digits) AND \(text) NOT GLOB '*[^0-9]*' "
            + "AND (\(text) = '0' OR \(text) NOT GLOB '0*')"
    }

    private static func hex(_ column: String, length: Int) -> String {
        "CHECK (\(hexCondition(column, length: length)))"
    }

    private static func hexCondition(_ column: String, length: Int) -> String {
        "length(\(column)) = \(length) AND substr(\(column), 1, 2) = '0x' "
            + "AND substr(\(column), 3) NOT GLOB '*[^0-9a-f]*'"
    }
}
