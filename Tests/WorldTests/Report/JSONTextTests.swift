import Foundation
import Testing
import World

@Suite("JSONText")
struct JSONTextTests {
    @Test("quotes, backslashes and control characters are escaped, all else is as it is")
    func escaping() throws {
        let text = "\"\\\n\r\t\u{1}\u{1F} ü😀/"
        let json = JSONText.string(text).text
        #expect(json == "\"\\\"\\\\\\n\\r\\t\\u0001\\u001f ü😀/\"")
        // Another parser reads the same text back.
        let back = try JSONSerialization.jsonObject(
            with: Data(json.utf8), options: .fragmentsAllowed)
        #expect(back as? String == text)
    }

    @Test("an object keeps its keys' order")
    func order() {
        let object = JSONText.object([
            ("z", .integer(-1)), ("a", .array([.null, .bool(true), .bool(false)])),
            ("m", .object([])), ("k\n", .decimal(1.005, decimals: 1)), ("e", .array([])),
        ])
        #expect(object.text == #"{"z":-1,"a":[null,true,false],"m":{},"k\n":1.0,"e":[]}"#)
    }

    @Test("the integers' ends are written in plain digits")
    func integers() {
        #expect(JSONText.integer(.min).text == "-9223372036854775808")
        #expect(JSONText.integer(.max).text == "9223372036854775807")
    }

    @Test(
        "a fixed number of decimals, rounded to the nearest",
        arguments: [
            (0, 2, "0.00"), (1, 0, "1"), (-0.5, 1, "-0.5"), (1.25, 1, "1.3"), (-1.25, 1, "-1.3"),
            (0.004, 2, "0.00"), (0.005, 2, "0.01"), (-0.001, 2, "0.00"),
            (12.3456, 9, "12.345600000"),
            (999.999, 2, "1000.00"), (0.05, 3, "0.050"),
        ])
    func fixedDecimals(number: Double, decimals: Int, text: String) {
        #expect(fixed(number, decimals: decimals) == text)
    }

    @Test("what does not fit, or is no number, is not turned into another number")
    func fixedLimits() {
        #expect(fixed(1e300, decimals: 2) == "1e+300")
        #expect(fixed(.infinity, decimals: 2) == "inf")
        #expect(fixed(.nan, decimals: 2) == "nan")
    }
}
