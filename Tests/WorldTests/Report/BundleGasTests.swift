import Ethereum
import Foundation
import Strategy
import TestSupport
import Testing
import World

/// What bundles use, by the EVM, and the planner's model of it.
@Suite("Bundle gas")
struct BundleGasTests {
    private static let measured = Result { try BundleGas(artifacts: TestFiles.artifacts()) }

    @Test(
        "the planner's model is within an eighth of the EVM, and the bound below it"
    )
    func model() throws {
        let gas = try Self.measured.get()
        #expect(gas.rows.count == 2 * BundleGas.Kind.allCases.count)
        for row in gas.rows {
            let model = Double(row.model)
            #expect(
                abs(Double(row.gas) / model - 1) < 0.125,
                "\(row.fork) \(row.kind): \(row.gas), model \(row.model)")
            #expect(Double(row.gas) > model * 0.75)
        }
    }

    @Test("dust saves gas against new positions, and Amsterdam makes fresh ticks dear")
    func order() throws {
        let gas = try Self.measured.get()
        for fork in [Fork.osaka, .amsterdam] {
            func row(_ kind: BundleGas.Kind) throws -> UInt64 {
                try #require(gas.row(kind, fork)).gas
            }
            #expect(try row(.kept) < row(.initialized))
            #expect(try row(.initialized) < row(.fresh))
            #expect(try row(.twoKept) < row(.twoFresh))
            #expect(try row(.twoFresh) < row(.fourFresh))
        }
        let osaka = try #require(gas.row(.fresh, .osaka)).gas
        let amsterdam = try #require(gas.row(.fresh, .amsterdam)).gas
        #expect(amsterdam > 2 * osaka)
        #expect(gas.seedings.allSatisfy { $0.gas > $0.retirementGas && $0.ranges == 12 })
        #expect(gas.seedings.allSatisfy { $0.passingUpwards > $0.passingDownwards })
        #expect(gas.seedings.allSatisfy { $0.passingDownwards > 0 })
    }

    @Test("the command's JSON carries every row")
    func json() throws {
        let gas = try Self.measured.get()
        let object = try #require(
            JSONSerialization.jsonObject(with: Data(gas.json.text.utf8)) as? [String: Any])
        let bundles = try #require(object["bundles"] as? [[String: Any]])
        #expect(bundles.count == gas.rows.count)
        for (bundle, row) in zip(bundles, gas.rows) {
            #expect(bundle["openGas"] as? Int == Int(row.openGas))
            #expect(bundle["closeGas"] as? Int == Int(row.closeGas))
        }
        #expect((object["seedings"] as? [[String: Any]])?.count == 2)
    }
}
