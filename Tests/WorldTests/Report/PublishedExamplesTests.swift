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

    /// The five rows of the first table, digit by digit: optimum, 9 and 99 times the passive
    /// liquidity, and the swapper's gain.
    @Test("the table of liquidity is as published in every column")
    func columns() throws {
        let first = try Self.rows().filter { $0["fairPrice"] as? String == "p0, protocol 0" }
        let expected: [(ratio: Double?, best: Double, nine: Double, most: Double, gain: Double)] = [
            (3.01, 1_125, 1_080, 1_010, 7.5), (1.23, 15_085, 8_993, 5_444, 27.5),
            (nil, 1_491, 1_406, 1_491, 12), (4.06, 6_389, 6_294, 6_038, 40),
            (1.29, 77_371, 49_310, 32_160, 139),
        ]
        for (row, expected) in zip(first, expected) {
            func value(_ key: String) throws -> Double { try #require(row[key] as? Double) }
            if let ratio = expected.ratio {
                #expect(abs(try value("liquidityRatio") - ratio) < 0.005)
            }
            #expect(abs(try value("profitDollars") - expected.best) < 1)
            #expect(abs(try value("profitAt9Dollars") - expected.nine) < 1)
            #expect(abs(try value("profitAt99Dollars") - expected.most) < 1)
            #expect(abs(try value("swapperGainBps") - expected.gain) < 0.5)
        }
    }

    /// Of the token that is sold alone, a second range earns nothing: docs/STRATEGY.md.
    @Test("ahead of the price two positions earn no more than one")
    func twoPositions() throws {
        #expect(try Self.rows().allSatisfy { $0["twoPositionsDollars"] is NSNull })
    }
}
