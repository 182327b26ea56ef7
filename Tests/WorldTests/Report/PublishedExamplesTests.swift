import Foundation
import Testing
import World

@Suite("Published examples")
struct PublishedExamplesTests {
    private static func rows() throws -> [[String: Any]] {
        let text = PublishedExamples().json.text
        return try #require(
            JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
    }

    @Test("the first row of each example is as published, to the dollar")
    func published() throws {
        let first = try Self.rows().filter { $0["fairPrice"] as? String == "p0, protocol 0" }
        let profits = first.compactMap { $0["profitDollars"] as? Double }
        let expected: [Double] = [1_125, 15_085, 1_491, 6_389, 77_371, 8_667, 122_640, 1_419]
        #expect(profits.count == expected.count)
        for (profit, expected) in zip(profits, expected) { #expect(abs(profit - expected) < 1) }
        let ahead = first.compactMap { $0["spacingsAhead"] as? Int }
        #expect(ahead == [8, 4, 1])
    }

    @Test("the protocol's share and a market that has moved with the swap leave less")
    func moved() throws {
        let rows = try Self.rows()
        let examples = Set(rows.compactMap { $0["example"] as? String })
        #expect(examples.count == 8)
        for example in examples {
            func profit(_ fairPrice: String) throws -> Double {
                let row = rows.first {
                    $0["example"] as? String == example && $0["fairPrice"] as? String == fairPrice
                }
                return try #require(row?["profitDollars"] as? Double)
            }
            let published = try profit("p0, protocol 0")
            let shared = try profit("p0")
            #expect(shared < published)
            #expect(try profit("p0 (1 + φ/2)") < shared)
            #expect(try profit("p0 (1 + φ)") < profit("p0 (1 + φ/2)"))
            #expect(try profit("p0 (1 − φ)") > shared)
        }
    }
}
