import Ethereum
import Store
import Testing

@Suite struct BundleTests {
    let ledger: Ledger
    let bundle = Sample.bundle(1)
    let block = BlockReference(number: 10, hash: Sample.hash(10))

    init() throws { ledger = try Ledger.inMemory() }

    @Test("a bundle comes back as it was recorded, built and unresolved")
    func roundTrip() throws {
        try ledger.recordBundle(bundle)
        #expect(try ledger.bundle(bundle.bundleHash) == StoredBundle(bundle: bundle, state: .built))
        #expect(try ledger.unresolvedBundles().map(\.bundle) == [bundle])
        #expect(try ledger.bundle(Sample.hash(99)) == nil)
    }

    @Test("the same bundle twice is one, the same hash with another tip is refused")
    func recordedTwice() throws {
        try ledger.recordBundle(bundle)
        try ledger.recordBundle(bundle)
        #expect(try ledger.unresolvedBundles().count == 1)
        var other = bundle
        other.tipWei = 1
        #expect(throws: LedgerError.bundleRecordedDifferently(bundle.bundleHash)) {
            try ledger.recordBundle(other)
        }
        #expect(try ledger.bundle(bundle.bundleHash)?.bundle == bundle)
    }

    @Test("a bundle can name its opportunity, but not one that is not recorded")
    func opportunityReference() throws {
        var named = bundle
        named.opportunityId = try ledger.recordOpportunity(Sample.opportunity(1, outcome: "sent"))
        try ledger.recordBundle(named)
        var dangling = Sample.bundle(2)
        dangling.opportunityId = 999
        #expect(throws: LedgerError.self) { try ledger.recordBundle(dangling) }
        #expect(try ledger.unresolvedBundles().map(\.bundle) == [named])
    }

    @Test("a nonce beyond SQLite's integers is refused by name")
    func hugeNonce() throws {
        var huge = bundle
        huge.open.nonce = 1 << 63
        #expect(throws: LedgerError.numberTooLarge(field: "nonce", value: 1 << 63)) {
            try ledger.recordBundle(huge)
        }
    }

    @Test(
        "any answer of a relay makes a built bundle sent",
        arguments: [
            SubmissionRecord.Answer.accepted("0x12"), .refused(code: -32600, message: "no 'sig'"),
            .unreachable(detail: "connection reset"),
        ])
    func submission(_ answer: SubmissionRecord.Answer) throws {
        try ledger.recordBundle(bundle)
        let record = SubmissionRecord(
            bundleHash: bundle.bundleHash, relay: "flashbots", requestedAtUnixMs: 5,
            answeredAtUnixMs: 9, answer: answer)
        try ledger.recordSubmission(record)
        try ledger.recordSubmission(record)
        #expect(try ledger.submissions(of: bundle.bundleHash) == [record, record])
        #expect(try ledger.history(of: bundle.bundleHash) == [.built, .sent])
    }

    @Test("a submission and a resolution of an unknown bundle are refused")
    func unknownBundle() throws {
        let record = SubmissionRecord(
            bundleHash: bundle.bundleHash, relay: "r", requestedAtUnixMs: 5, answeredAtUnixMs: 9,
            answer: .accepted(""))
        #expect(throws: LedgerError.unknownBundle(bundle.bundleHash)) {
            try ledger.recordSubmission(record)
        }
        #expect(throws: LedgerError.unknownBundle(bundle.bundleHash)) {
            try ledger.resolve(bundle: bundle.bundleHash, as: .sent, atUnixMs: 1)
        }
    }

    @Test("exactly the transitions of the figure are allowed")
    func transitions() throws {
        let states: [BundleState] = [
            .built, .sent, .landed(block, realisedProfitWei: -1), .lost(.unknown(facts: "")),
            .orphaned(nil), .unwound(block),
        ]
        let paths: [String: [BundleState]] = [
            "built": [], "sent": [states[1]], "landed": [states[2]], "lost": [states[3]],
            "orphaned": [states[4]], "unwound": [states[4], states[5]],
        ]
        let allowed: [String: Set<String>] = [
            "built": ["built", "sent", "landed", "lost", "orphaned"],
            "sent": ["sent", "landed", "lost", "orphaned"], "landed": ["landed", "orphaned"],
            "lost": ["lost", "landed", "orphaned"],
            "orphaned": ["orphaned", "landed", "lost", "unwound"],
            "unwound": ["unwound", "orphaned"],
        ]
        var number = 0
        for from in states {
            for to in states {
                number += 1
                let bundle = Sample.bundle(number)
                try ledger.recordBundle(bundle)
                for step in paths[from.label] ?? [] {
                    try ledger.resolve(bundle: bundle.bundleHash, as: step, atUnixMs: 1)
                }
                let isAllowed = allowed[from.label]?.contains(to.label) == true
                do {
                    try ledger.resolve(bundle: bundle.bundleHash, as: to, atUnixMs: 1)
                    #expect(isAllowed, "\(from.label) became \(to.label)")
                    #expect(try ledger.bundle(bundle.bundleHash)?.state == to)
                } catch {
                    #expect(!isAllowed, "\(from.label) to \(to.label): \(error)")
                    #expect(try ledger.bundle(bundle.bundleHash)?.state == from)
                }
            }
        }
    }

    @Test("a bundle cannot land in a block whose number is booked with another hash")
    func landedInOrphan() throws {
        try ledger.recordBundle(bundle)
        try ledger.book(block: Sample.block(10, fork: 3))
        let booked = BlockReference(number: 10, hash: Sample.hash(10, fork: 3))
        #expect(throws: LedgerError.blockReplaced(booked: booked, given: block)) {
            try ledger.resolve(
                bundle: bundle.bundleHash, as: .landed(block, realisedProfitWei: 1), atUnixMs: 1)
        }
        let landed = BundleState.landed(booked, realisedProfitWei: 1)
        try ledger.resolve(bundle: bundle.bundleHash, as: landed, atUnixMs: 1)
        #expect(try ledger.landedBundles().map(\.state) == [landed])
        #expect(try ledger.unresolvedBundles().isEmpty)
    }

    static let causes: [LostCause] = [
        .outbid(block: BlockReference(number: .max, hash: Sample.hash(1))),
        .targetReplaced(by: nil), .targetReplaced(by: Sample.hash(2)),
        .targetNonceGap(stateNonce: 3, targetNonce: 5),
        .baseFeeTooHigh(baseFeePerGasWei: .max, maxFeePerGasWei: 7),
        .revertedAtBuilder(reason: "a \"quoted\" reason\n"),
        .relayRefused(code: -32000, message: "unable to decode txs ✗"),
        .relayUnreachable(detail: "timeout"), .late(sentAtUnixMs: 12, deadlineUnixMs: 5),
        .missedByBuilder(coinbase: Sample.executor),
        .headReorged(from: Sample.hash(1), to: Sample.hash(2)), .unknown(facts: "restart"),
        .replaced(by: Sample.hash(3)),
    ]

    @Test("every cause of a loss comes back with its facts", arguments: causes)
    func lostCause(_ cause: LostCause) throws {
        try ledger.recordBundle(bundle)
        try ledger.resolve(bundle: bundle.bundleHash, as: .lost(cause), atUnixMs: 1)
        #expect(
            try ledger.lostBundles() == [
                LostBundle(bundleHash: bundle.bundleHash, targetBlock: 10, cause: cause)
            ])
        #expect(try ledger.summary().lostCauses == [cause.label: 1])
        #expect(!cause.description.isEmpty)
    }
}
