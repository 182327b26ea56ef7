import Ethereum
import Store
import Testing

@Suite struct SummaryTests {
    @Test("counts by label and totals beyond 64 bits")
    func totals() throws {
        let ledger = try Ledger.inMemory()
        let plan = PlannedPosition(
            tickLower: -887_220, tickUpper: 60, liquidity: .max, estimatedProfitWei: -4,
            swapperGainRaw: 9)
        try ledger.recordOpportunities([
            Sample.opportunity(1, outcome: "no_swap"), Sample.opportunity(2, outcome: "no_swap"),
            Sample.opportunity(3, outcome: "included", plan: plan),
        ])
        let wide = UInt256(0, 0, 1, 0)
        let block = Sample.block(10, [Sample.entry(3, .opening), Sample.entry(-2, .gas)])
        for number in 1...3 {
            var bundle = Sample.bundle(number)
            bundle.tipWei = wide
            bundle.expectedNetProfitWei = Int256(bitPattern: wide)
            try ledger.recordBundle(bundle)
            guard number < 3 else { continue }
            try ledger.resolve(
                bundle: bundle.bundleHash,
                as: .landed(block.reference, realisedProfitWei: Int256(-number)), atUnixMs: 1)
        }
        try ledger.book(block: block)
        let summary = try ledger.summary()
        #expect(summary.opportunities == ["no_swap": 2, "included": 1])
        #expect(summary.bundles == ["landed": 2, "built": 1])
        #expect(summary.lostCauses.isEmpty)
        #expect(summary.tipsWei == wide << 1)
        #expect(summary.expectedProfitWei == Int256(bitPattern: wide << 1))
        #expect(summary.realisedProfitWei == -3)
        #expect(summary.changes == [.opening: [Sample.weth: 3], .gas: [Sample.weth: -2]])
        #expect(summary.firstBlock == block.reference)
    }

    @Test("a label of lower-case letters, digits and underscores is taken, others are refused")
    func labels() throws {
        let ledger = try Ledger.inMemory()
        try ledger.recordOpportunity(Sample.opportunity(1, outcome: "gas_headroom_2"))
        for label in ["", "No_swap", "no swap", "é", String(repeating: "a", count: 65)] {
            #expect(throws: LedgerError.malformedLabel(label)) {
                try ledger.recordOpportunities([
                    Sample.opportunity(2, outcome: "fine"), Sample.opportunity(3, outcome: label),
                ])
            }
        }
        #expect(try ledger.summary().opportunities == ["gas_headroom_2": 1])
    }
}
