extension UInt256: CustomStringConvertible, LosslessStringConvertible {
    /// The decimal digits.
    public var description: String {
        if let small = asUInt64 { return String(small) }
        // 10^19 is the largest power of ten in 64 bits.
        let chunk = UInt256(10_000_000_000_000_000_000 as UInt64)
        var parts: [UInt64] = []
        var rest = self
        while let step = rest.dividedReportingRemainder(by: chunk), !rest.isZero {
            parts.append(step.remainder.limb0)
            rest = step.quotient
        }
        let digits = parts.dropLast().reversed().map { part in
            let text = String(part)
            return String(repeating: "0", count: 19 - text.count) + text
        }
        return String(parts.last ?? 0) + digits.joined()
    }

    /// The value of decimal digits alone; nil for anything else or for more than 256 bits.
    public init?(_ description: String) {
        self.init(decimal: description)
    }

    /// The value of decimal digits alone; nil for anything else or for more than 256 bits.
    public init?(decimal text: some StringProtocol) {
        guard !text.isEmpty else { return nil }
        var value = UInt256.zero
        for byte in text.utf8 {
            guard byte >= 48, byte <= 57, let tenfold = value.multipliedChecked(by: 10),
                let sum = tenfold.addingChecked(UInt256(UInt64(byte - 48)))
            else { return nil }
            value = sum
        }
        self = value
    }

    /// The value of hexadecimal digits, with or without `0x`; nil for anything else, for no digit,
    /// or for more than 256 bits.
    public init?(hex text: some StringProtocol) {
        let digits = text.hasPrefix("0x") || text.hasPrefix("0X") ? text.dropFirst(2) : text[...]
        guard !digits.isEmpty else { return nil }
        var value = UInt256.zero
        for byte in digits.utf8 {
            guard let nibble = Hex.nibble(byte), value.limb3 >> 60 == 0 else { return nil }
            value = value << 4 | UInt256(UInt64(nibble))
        }
        self = value
    }

    /// `0x` and the hexadecimal digits without leading zeros: a quantity of the JSON-RPC.
    public var hexQuantity: String {
        if isZero { return "0x0" }
        let digits = Hex.encode(minimalBigEndianBytes)
        return "0x" + (digits.hasPrefix("0") ? String(digits.dropFirst()) : digits)
    }

    /// `0x` and 64 hexadecimal digits: a storage slot or word.
    public var hexWord: String { "0x" + Hex.encode(bigEndianBytes) }

    /// The nearest double, for displays and estimates; never for an amount that is sent.
    public var approximateDouble: Double {
        Double(limb0) + Double(limb1) * 0x1p64 + Double(limb2) * 0x1p128 + Double(limb3) * 0x1p192
    }
}
