import JSON
import Testing

@Suite struct JSONParsingTests {
    @Test(
        arguments: [
            ("null", JSON.null), ("true", true), ("false", false), (" \t\r\n[] ", []), ("{}", [:]),
            ("0", 0), ("-0", .number("-0")), ("1e5", .number("1e5")), ("1E+5", .number("1E+5")),
            ("-1.50e-07", .number("-1.50e-07")), ("[1,[2],{}]", [1, [2], [:]]),
            (#"{"a":{"b":null},"":1}"#, ["a": ["b": .null], "": 1]),
            (#""a\u0062\/\\\"\b\f\n\r\t""#, .string("ab/\\\"\u{8}\u{c}\n\r\t")),
            (#""\ud83d\ude00é😀""#, "😀é😀"), (#""\u0000""#, "\u{0}"), ("\"\u{7f}\"", "\u{7f}"),
            (
                "\"\u{800}\u{d7ff}\u{e000}\u{ffff}\u{10000}\u{10ffff}\"",
                "\u{800}\u{d7ff}\u{e000}\u{ffff}\u{10000}\u{10ffff}"
            ),
        ] as [(String, JSON)])
    func whatTheStandardAllowsIsRead(_ text: String, _ expected: JSON) throws {
        #expect(try JSON(parsing: text) == expected)
    }

    @Test(
        arguments: [
            ("", 0, JSONParsingError.Cause.unexpectedEnd), ("  ", 2, .unexpectedEnd),
            ("[1", 2, .unexpectedEnd), ("{\"a\"", 4, .unexpectedEnd), ("\"a", 2, .unexpectedEnd),
            ("\"a\\", 3, .unexpectedEnd), ("tru", 3, .unexpectedEnd), ("-", 1, .malformedNumber),
            ("[1,]", 3, .unexpectedByte(93)), ("{\"a\":1,}", 7, .unexpectedByte(125)),
            ("{a:1}", 1, .unexpectedByte(97)), ("{'a':1}", 1, .unexpectedByte(39)),
            ("[1 2]", 3, .unexpectedByte(50)), ("{\"a\" 1}", 5, .unexpectedByte(49)),
            ("nul1", 3, .unexpectedByte(49)), ("NaN", 0, .unexpectedByte(78)),
            ("Infinity", 0, .unexpectedByte(73)), ("+1", 0, .unexpectedByte(43)),
            (".5", 0, .unexpectedByte(46)), ("//x", 0, .unexpectedByte(47)),
            ("01", 1, .malformedNumber), ("1.", 2, .malformedNumber), ("1e", 2, .malformedNumber),
            ("1e+", 3, .malformedNumber), ("-a", 1, .malformedNumber), ("0x1", 1, .trailingBytes),
            ("1 1", 2, .trailingBytes), ("[]]", 2, .trailingBytes), ("{}{}", 2, .trailingBytes),
            ("\"a\nb\"", 2, .controlCharacter(10)), ("\"a\u{0}\"", 2, .controlCharacter(0)),
            (#""\x""#, 1, .malformedEscape), (#""\u12g4""#, 1, .malformedEscape),
            (#""\ud800""#, 1, .loneSurrogate), (#""\udc00""#, 1, .loneSurrogate),
            (#""\ud800\n""#, 1, .loneSurrogate), (#""\ud800\ud800""#, 1, .loneSurrogate),
            (#"{"a":1,"b":2,"a":3}"#, 13, .duplicateKey("a")),
            (#"{"a":1,"\u0061":3}"#, 7, .duplicateKey("a")),
            ("\u{feff}1", 0, .unexpectedByte(0xef)),
        ] as [(String, Int, JSONParsingError.Cause)])
    func whatTheStandardForbidsIsRefusedWithItsPlace(
        _ text: String, _ offset: Int, _ cause: JSONParsingError.Cause
    ) {
        #expect(throws: JSONParsingError(offset: offset, cause: cause)) {
            try JSON(parsing: text)
        }
    }

    @Test(
        arguments: [
            [0x80], [0xc0, 0xaf], [0xc1, 0xbf], [0xe0, 0x80, 0x80], [0xed, 0xa0, 0x80],
            [0xf0, 0x80, 0x80, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xff],
            [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x98],
        ] as [[UInt8]])
    func malformedUTF8IsRefused(_ bytes: [UInt8]) {
        let text = [0x22, 0x61] + bytes + [0x22]
        #expect(throws: JSONParsingError(offset: 2, cause: .malformedUTF8)) {
            try JSON(parsing: text)
        }
        let escaped = Array(#""\n"#.utf8) + bytes + [0x22]
        #expect(throws: JSONParsingError(offset: 3, cause: .malformedUTF8)) {
            try JSON(parsing: escaped)
        }
    }

    @Test func nestingIsReadToTheLimitAndRefusedBeyond() throws {
        let limits = JSON.Limits(depth: 64)
        let open = String(repeating: "[", count: 64)
        let close = String(repeating: "]", count: 64)
        _ = try JSON(parsing: open + close, limits: limits)
        #expect(throws: JSONParsingError(offset: 64, cause: .tooDeep(maximum: 64))) {
            try JSON(parsing: open + "[" + close + "]", limits: limits)
        }
        let endless = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        #expect(throws: JSONParsingError(offset: 64, cause: .tooDeep(maximum: 64))) {
            try JSON(parsing: endless, limits: limits)
        }
    }

    @Test func aTextOfTheLimitIsReadAndOneMoreByteIsNot() throws {
        #expect(try JSON(parsing: "[10]", limits: JSON.Limits(bytes: 4)) == [10])
        let cause = JSONParsingError.Cause.tooLong(bytes: 5, maximum: 4)
        #expect(throws: JSONParsingError(offset: 0, cause: cause)) {
            try JSON(parsing: "[100]", limits: JSON.Limits(bytes: 4))
        }
    }

    @Test func aKeyAmongManyIsFoundAndFoundTwiceIsRefused() throws {
        let members = (0..<50_000).map { JSON.Member("key\($0)", .integer($0)) }
        let json = JSON.object(members)
        #expect(try JSON(parsing: json.text) == json)
        #expect(json["key49999"] == 49_999)
        let twice = JSON.object(members + [JSON.Member("key25000", 1)])
        #expect(throws: JSONParsingError.self) { try JSON(parsing: twice.text) }
    }

    @Test func keysThatLookAlikeAreNotFoundForEachOther() throws {
        // The Kelvin sign is canonically equivalent to K.
        let json = try JSON(parsing: "{\"\u{212a}\":1}")
        #expect(json["K"] == nil)
        #expect(json["\u{212a}"] == 1)
    }

    @Test func accessorsGiveNothingForAnotherKind() throws {
        let json = try JSON(parsing: #"{"n":7,"f":1.5,"big":18446744073709551616,"s":"x"}"#)
        #expect(json["n"]?.uint64 == 7 && json["n"]?.int64 == 7 && json["n"]?.double == 7)
        #expect(json["f"]?.uint64 == nil && json["f"]?.double == 1.5)
        #expect(json["big"]?.uint64 == nil)
        #expect(json["s"]?.string == "x" && json["s"]?.uint64 == nil && json["s"]?[0] == nil)
        #expect(json["none"] == nil && json[0] == nil)
        #expect(JSON.array([1])[0] == 1 && JSON.array([1])[1] == nil && JSON.array([1])[-1] == nil)
        #expect(JSON.number("1e999").double == nil)
    }
}
