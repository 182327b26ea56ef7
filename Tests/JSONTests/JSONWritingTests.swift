import Ethereum
import JSON
import Testing

@Suite struct JSONWritingTests {
    @Test func anObjectKeepsItsMembersOrder() {
        let json: JSON = ["z": 1, "a": [true, "x"], "m": .null]
        #expect(json.text == #"{"z":1,"a":[true,"x"],"m":null}"#)
        #expect(json != ["a": [true, "x"], "z": 1, "m": .null])
    }

    @Test func onlyWhatMustBeIsEscaped() throws {
        let text = "quote \" slash \\ / line \n tab \t return \r bell \u{7} é 😀"
        let written = JSON.string(text).text
        #expect(
            written
                == #""quote \" slash \\ / line \n tab \t return \r bell \u0007 é 😀""#)
        #expect(try JSON(parsing: written) == .string(text))
    }

    @Test func numbersAreWrittenAsTheyAre() {
        #expect(JSON.integer(Int64.min).text == "-9223372036854775808")
        #expect(JSON.integer(UInt64.max).text == "18446744073709551615")
        #expect(JSON.decimal(1.005, decimals: 2).text == "1.00")
        #expect(JSON.decimal(-0.125, decimals: 3).text == "-0.125")
        #expect(JSON.decimal(2, decimals: 0).text == "2")
        #expect(JSON.decimal(.infinity, decimals: 2) == .null)
    }

    @Test func quantitiesHaveNoLeadingZerosAndDataKeepsThem() throws {
        #expect(JSON.quantity(0 as UInt64).text == #""0x0""#)
        #expect(JSON.quantity(255 as UInt64).text == #""0xff""#)
        #expect(JSON.quantity(UInt256.max).text.utf8.count == 68)
        #expect(JSON.data([0, 1]).text == #""0x0001""#)
        #expect(JSON.data([] as [UInt8]).text == #""0x""#)
        let address = try #require(Address(hex: "0x00000000000000000000000000000000DeaDBeef"))
        #expect(JSON.address(address).address == address)
        #expect(JSON.hash(.zero).hash == Hash32.zero)
    }

    @Test func textThatIsNoQuantityIsNone() {
        #expect(JSON.string("0x").quantity == nil)
        #expect(JSON.string("10").quantity == nil)
        #expect(JSON.string("0x1g").quantity == nil)
        #expect(JSON.string("0x1" + String(repeating: "0", count: 64)).quantity == nil)
        #expect(JSON.integer(10).quantity == nil)
        #expect(JSON.string("0x0a").quantity == 10)
        #expect(JSON.string("0x10000000000000000").quantity64 == nil)
    }

    @Test func textThatIsNoDataHashOrAddressIsNone() {
        #expect(JSON.string("0x123").data == nil)
        #expect(JSON.string("1234").data == nil)
        #expect(JSON.string("0x12").hash == nil)
        #expect(JSON.string("0x12").address == nil)
        #expect(JSON.string(String(repeating: "00", count: 33)).hash == nil)
        #expect(JSON.string("0x0aB0").data == [0x0a, 0xb0])
    }
}
