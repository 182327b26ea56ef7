extension BLS12381 {
    /// The elements that hexadecimal digits write, 96 for each, white space aside: the form in
    /// which long tables can be compared with their source.
    static func elements(_ text: String) -> [Prime] {
        var result: [Prime] = []
        var limbs: [UInt64] = []
        var limb: UInt64 = 0
        var digits = 0
        for digit in text.utf8.lazy.compactMap(value) {
            limb = limb &<< 4 | digit
            digits &+= 1
            guard digits == 16 else { continue }
            limbs.append(limb)
            (limb, digits) = (0, 0)
            guard limbs.count == 6 else { continue }
            result.append(
                Prime(
                    knownBelow: UInt384(
                        limbs[5], limbs[4], limbs[3], limbs[2], limbs[1], limbs[0])))
            limbs.removeAll()
        }
        return result
    }

    /// As `elements`, each two being the coefficients of 1 and of u.
    static func quadratics(_ text: String) -> [Quadratic] {
        let coefficients = elements(text)
        return stride(from: 1, to: coefficients.count, by: 2).map {
            Quadratic(coefficients[$0 - 1], coefficients[$0])
        }
    }

    private static func value(_ character: UInt8) -> UInt64? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(character &- UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(character &- UInt8(ascii: "a")) &+ 10
        default: nil
        }
    }
}
