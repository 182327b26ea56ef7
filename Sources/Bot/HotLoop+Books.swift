import Ethereum
import JSON
import Store
import Strategy
import Wire

extension HotLoop {
    /// Writes into the ledger; a ledger that cannot be written stops the sending.
    func keep<Value>(_ what: String, _ write: () throws -> Value) -> Value? {
        do {
            return try write()
        } catch {
            isHalted = true
            observe(.failed(what: "\(what): \(error). Sending stops."))
            return nil
        }
    }

    func record(_ pending: PendingTransaction, _ block: UInt64, _ rejection: Rejection) {
        let now = nowUnixMs()
        _ = keep("recording an opportunity") {
            try ledger.recordOpportunity(
                OpportunityRecord(
                    targetBlock: block, transactionHash: pending.hash, pool: rejection.pool,
                    amountInRaw: nil, outcomeLabel: rejection.label,
                    reason: rejection.description, plan: nil, seenAtUnixMs: now,
                    decidedAtUnixMs: now))
        }
    }

    func record(
        _ pending: PendingTransaction, _ bundle: SimulatedBundle, label: String
    ) -> Int64? {
        let plan = bundle.plan
        return recordProven(
            of: pending.hash, for: bundle.targetBlock, on: plan.pool.address,
            PlannedPosition(
                tickLower: plan.tickLower, tickUpper: plan.tickUpper,
                liquidity: plan.position.liquidity, estimatedProfitWei: bundle.netProfitWei,
                swapperGainRaw: Int256(bitPattern: bundle.swapper.gainWei)),
            mode: plan.mode, bundle.otherModes, label: label)
    }

    /// What is proven for a transaction or an order, in the mode that leaves most.
    func recordProven(
        of hash: Hash32, for block: UInt64, on pool: Address, _ plan: PlannedPosition,
        mode: Strategy.BundleMode, _ others: [ModeOutcome], label: String
    ) -> Int64? {
        let now = nowUnixMs()
        let reasons = ["mode \(mode.label)"] + others.map(\.description)
        return keep("recording an opportunity") {
            try ledger.recordOpportunity(
                OpportunityRecord(
                    targetBlock: block, transactionHash: hash, pool: pool, amountInRaw: nil,
                    outcomeLabel: label, reason: reasons.joined(separator: "; "), plan: plan,
                    seenAtUnixMs: now, decidedAtUnixMs: now))
        }
    }

    func recordBundle(
        _ signed: SignedBundle, uuid: String, opportunity: Int64?, at unixMs: Int64
    ) {
        let bundle = signed.simulated
        _ = keep("recording a bundle") {
            try ledger.recordBundle(
                BundleRecord(
                    bundleHash: signed.hash, targetBlock: bundle.targetBlock,
                    headHash: bundle.headHash, opportunityId: opportunity,
                    operatorAccount: bundle.account.address, open: .init(signed.open),
                    targetTransactionHash: bundle.target.hash, close: .init(signed.close),
                    tipWei: bundle.tipWei, expectedNetProfitWei: bundle.netProfitWei,
                    replacementUuid: uuid, builtAtUnixMs: unixMs))
        }
    }

    /// A better bundle of ours took the place of one under the same name at the relays.
    func recordReplacement(of replaced: Hash32, target: Hash32, by other: Hash32) {
        let state = BundleState.lost(.replaced(by: other))
        _ = keep("recording a replacement") {
            try ledger.resolve(bundle: replaced, as: state, atUnixMs: nowUnixMs())
        }
        observe(.resolved(bundle: replaced, target: target, state))
    }

    func recordSubmission(
        _ bundle: Hash32, _ relay: Endpoint, _ sentAt: Int64, _ result: Result<JSON, any Error>
    ) {
        let answer: SubmissionRecord.Answer =
            switch result {
            case .success(let json): .init(accepted: json)
            case .failure(let error): .init(error)
            }
        observe(.submitted(bundle: bundle, relay: "\(relay)", answer))
        _ = keep("recording a submission") {
            try ledger.recordSubmission(
                SubmissionRecord(
                    bundleHash: bundle, relay: "\(relay)", requestedAtUnixMs: sentAt,
                    answeredAtUnixMs: nowUnixMs(), answer: answer))
        }
    }
}

extension OwnTransaction {
    init(_ signed: SignedTransaction) {
        self.init(hash: signed.hash, nonce: signed.transaction.nonce, raw: signed.raw)
    }
}

extension Rejection {
    /// The pool that a rejection names, if it names one.
    var pool: Address? {
        switch self {
        case .poolWithoutWeth(let pool), .noFairPrice(let pool), .poolBusy(let pool),
            .swapsBothWays(let pool):
            pool
        default: nil
        }
    }

    /// Whether the transaction was looked at as something that could be served.
    var wasConsidered: Bool {
        switch self {
        case .noSwap, .poolNotFollowed, .blobTransaction, .tooSmall: false
        default: true
        }
    }
}
