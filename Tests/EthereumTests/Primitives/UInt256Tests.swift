import BigInt
import Ethereum
import Testing

/// Every operation against attaswift/BigInt, over operands of all widths and edge patterns.
@Suite("UInt256")
struct UInt256Tests {
    static func operands(seed: UInt64, count: Int) -> [UInt256] {
        var state = seed
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state ^ state >> 29) &* 0x9E37_79B9_7F4A_7C15
        }
        func limb() -> UInt64 {
            switch next() >> 61 {
            case 0: 0
            case 1: .max
            case 2: 1 << 63
            case 3: next() >> 32
            default: next()
            }
        }
        return (0..<count).map { _ in
            UInt256(limb(), limb(), limb(), limb()) >> (next() >> 56)
        }
    }

    static func big(_ value: UInt256) -> BigUInt { BigUInt(value.description, radix: 10)! }
    static let modulus = BigUInt(1) << 256

    @Test("sum, difference and product wrap modulo 2^256 and say so")
    func arithmetic() {
        let values = Self.operands(seed: 1, count: 3000)
        for (a, b) in zip(values, values.dropFirst()) {
            let (x, y) = (Self.big(a), Self.big(b))
            #expect(Self.big(a &+ b) == (x + y) % Self.modulus)
            #expect(a.addingReportingOverflow(b).overflow == (x + y >= Self.modulus))
            #expect(Self.big(a &- b) == (x + Self.modulus - y) % Self.modulus)
            #expect((a < b) == (x < y))
            #expect(Self.big(a &* b) == (x * y) % Self.modulus)
            let wide = a.multipliedFullWidth(by: b)
            #expect(Self.big(wide.high) << 256 | Self.big(wide.low) == x * y)
            #expect((a.multipliedChecked(by: b) == nil) == (x * y >= Self.modulus))
        }
    }

    @Test("quotient and remainder for every shape of dividend and divisor")
    func division() {
        let values = Self.operands(seed: 2, count: 30000)
        for index in 0..<(values.count - 2) {
            let (a, b, c) = (values[index], values[index + 1], values[index + 2])
            let (x, y, z) = (Self.big(a), Self.big(b), Self.big(c))
            guard z != 0 else {
                #expect(a.dividedReportingRemainder(by: c) == nil)
                #expect(UInt256.mulMod(a, b, c) == .zero)
                continue
            }
            #expect(Self.big(a.dividedOrZero(by: c)) == x / z)
            #expect(Self.big(a.remainderOrZero(dividingBy: c)) == x % z)
            #expect(Self.big(UInt256.mulMod(a, b, c)) == x * y % z)
            #expect(Self.big(UInt256.addMod(a, b, c)) == (x + y) % z)
            let quotient = UInt256.mulDiv(a, b, c)
            #expect(quotient.map(Self.big) == (x * y / z < Self.modulus ? x * y / z : nil))
            let wide = UInt256.dividing(high: a, low: b, by: c)!
            #expect(Self.big(wide.high) << 256 | Self.big(wide.low) == (x << 256 | y) / z)
            #expect(Self.big(wide.remainder) == (x << 256 | y) % z)
        }
    }

    @Test("shifts by any count")
    func shifts() {
        for a in Self.operands(seed: 3, count: 200) {
            for count: UInt64 in [0, 1, 7, 63, 64, 65, 127, 128, 191, 192, 255, 256, 1 << 40] {
                let bits = Int(min(count, 256))
                #expect(Self.big(a << count) == (Self.big(a) << bits) % Self.modulus)
                #expect(Self.big(a >> count) == Self.big(a) >> bits)
            }
        }
    }

    @Test("text and bytes there and back")
    func text() {
        for a in Self.operands(seed: 4, count: 500) {
            #expect(UInt256(decimal: a.description) == a)
            #expect(UInt256(hex: a.hexQuantity) == a)
            #expect(UInt256(hex: a.hexWord) == a)
            #expect(UInt256(bigEndian: a.bigEndianBytes) == a)
            #expect(UInt256(bigEndian: a.minimalBigEndianBytes) == a)
            #expect(Address(word: a).word == a & (UInt256.max >> 96))
        }
    }

    @Test(
        "text that is no number is refused",
        arguments: ["", "-1", "1a", " 1", "1" + String(repeating: "0", count: 78)])
    func notANumber(text: String) {
        #expect(UInt256(decimal: text) == nil)
    }
}
