import Chain
import Contracts
import Ethereum
import JSON
import NIOCore
import Store
import Strategy
import Wire

extension HotLoop {
    /// The last block number, and second, that a head may have.
    private static let latest: UInt64 = 1 << 48
    /// The deepest reorganisation that is followed, in blocks. A finalised block is some 64 behind
    /// the head; a node whose blocks differ further back has another chain, or lies.
    private static let deepestReorganisation: UInt64 = 1024

    /// Follows the chain to a head: books every block in between, compares the books with the
    /// chain, says what became of bundles, and brings the known state behind the head.
    func follow(_ message: HeadMessage) -> EventLoopFuture<Void> {
        let reference = BlockReference(number: message.header.number, hash: message.statedHash)
        // Blocks and seconds are counted on from here: a number near the end of 64 bits is no
        // chain's, whatever its hash.
        guard max(message.header.number, message.header.timestamp) <= Self.latest else {
            return loop.makeFailedFuture(
                BlockEntries.Malformed(what: "a head's number or time above \(Self.latest)"))
        }
        return bookUpTo(parentOf: message, reference).flatMap { [self] in
            let batch = HeadBatch(
                blockHash: reference.hash, configuration: configuration, tokens: tokens)
            return node.batch(batch.calls).flatMapThrowing { [self] answers in
                try take(message, reference, try batch.read(answers))
            }
        }.flatMap { [self] in resolveBundles(upTo: reference) }
            .flatMap { [self] in closeOpenings(reference) }
            .flatMapThrowing { [self] in try reserveAccountsInFlight(behind: reference) }
            .flatMap { [self] in tendGrids() }
            .map { [self] in
                beginOrders()
                observe(.head(reference, baseFeePerGas: message.header.baseFeePerGas ?? .zero))
            }
    }

    private func take(
        _ message: HeadMessage, _ reference: BlockReference, _ answer: HeadBatch.Answer
    ) throws {
        let first = try ledger.lastBookedBlock() == nil
        try book(
            answer.block, answer.receipts, trace: answer.trace,
            opening: first ? answer.balances : nil)
        let differences = try ledger.reconcile(block: reference, onChain: answer.balances)
        if !differences.isEmpty {
            isHalted = true
            observe(.booksDiffer(differences))
        }
        var state = known ?? KnownState(blockNumber: reference.number, blockHash: reference.hash)
        if state.blockHash != reference.hash {
            // The beacon roots contract changes outside of transactions (EIP-4788).
            let follows =
                state.blockHash == message.header.parentHash
                && state.follow(
                    to: reference.number, hash: reference.hash, trace: answer.trace,
                    alsoForget: [BeaconRoots.address])
            if !follows {
                state = KnownState(blockNumber: reference.number, blockHash: reference.hash)
            }
        }
        learnOfRivals(answer, block: reference.number)
        // A block under a fork that is not known cannot be simulated: nothing is decided then.
        rules = try configuration.forkSchedule.rules(
            number: reference.number + 1,
            timestamp: message.header.timestamp + configuration.slotSeconds)
        known = state
        head = message.header
        headHash = reference.hash
        nonces = answer.nonces
        fairPrices = answer.fairSqrtPricesX96
        live.beginSlot()
    }

    /// Keeps the accounts out of use whose bundles may still land: of a process that ended in the
    /// middle of its slot, and of openings that are being taken out.
    private func reserveAccountsInFlight(behind reference: BlockReference) throws {
        let senders =
            try ledger.unresolvedBundles()
            .filter { $0.bundle.targetBlock > reference.number }
            .map(\.bundle.operatorAccount)
            + openings.filter { needsItsAccount($0, behind: reference.number) }.map(\.sender)
        let busy = Set(senders)
        live.reserved = Set(
            configuration.operators.indices.filter {
                busy.contains(configuration.operators[$0].address)
            })
    }

    // MARK: Booking

    private var blockEntries: BlockEntries {
        BlockEntries(
            ownAccounts: configuration.allOwnAccounts,
            tipping: Set(
                [configuration.executor] + (configuration.atomic.map { [$0.flash] } ?? [])),
            weth: configuration.weth, tokens: Set(tokens))
    }

    /// Books one block from its JSON; the first one with the balances behind it as its opening.
    private func book(
        _ block: JSON, _ receipts: JSON, trace: JSON, opening: [Holding: UInt256]?
    ) throws {
        guard let number = block["number"]?.quantity64, let hash = block["hash"]?.hash,
            let parent = block["parentHash"]?.hash, let time = block["timestamp"]?.quantity64
        else { throw BlockEntries.Malformed(what: "a block") }
        noteOpenings(try OwnOpening.all(in: block, receipts, configuration))
        // A process that starts on a head that an earlier one has booked, perhaps by its opening
        // balances, has nothing to add.
        let reference = BlockReference(number: number, hash: hash)
        guard try ledger.lastBookedBlock() != reference else { return }
        if let large = opening?.filter({ Int256(magnitude: $0.value) == nil }).keys.min() {
            throw BlockEntries.Malformed(what: "a balance of 2^255 or more: \(large)")
        }
        let entries =
            try opening?.sorted { $0.key < $1.key }.map {
                LedgerEntry(
                    holding: $0.key, kind: .opening, deltaRaw: Int256(bitPattern: $0.value),
                    transactionHash: nil)
            } ?? blockEntries.entries(block: block, receipts: receipts, trace: trace)
        try ledger.book(
            block: BookedBlock(
                number: number, hash: hash, parentHash: parent, timestampSeconds: time,
                entries: entries))
    }

    /// Books what lies between the last booked block and the head's parent; after a reorganisation
    /// goes back to the last common block first.
    private func bookUpTo(
        parentOf message: HeadMessage, _ reference: BlockReference
    ) -> EventLoopFuture<Void> {
        do {
            guard let last = try ledger.lastBookedBlock() else {
                return loop.makeSucceededVoidFuture()
            }
            if last == reference || last.hash == message.header.parentHash {
                return loop.makeSucceededVoidFuture()
            }
            return commonBlock(from: last, last: last).flatMap { [self] common in
                do {
                    if common == last, last.number < reference.number {
                        return bookNext(after: last, upTo: message)
                    }
                    if let common, common.number >= reference.number, common != reference {
                        throw HeadOfThePast(head: reference, booked: common)
                    }
                    try goBack(to: common)
                    return bookUpTo(parentOf: message, reference)
                } catch {
                    return loop.makeFailedFuture(error)
                }
            }
        } catch {
            return loop.makeFailedFuture(error)
        }
    }

    /// The newest booked block, from this one down, that is on the node's chain; nil where not even
    /// the first is. Nothing is taken out of the books before it is found.
    private func commonBlock(
        from booked: BlockReference, last: BlockReference
    ) -> EventLoopFuture<BlockReference?> {
        node.call("eth_getBlockByNumber", [.quantity(booked.number), false]).flatMap {
            [self] found in
            do {
                if found["hash"]?.hash == booked.hash {
                    return loop.makeSucceededFuture(booked)
                }
                try requireShallow(to: booked.number, from: last)
                guard booked.number > 0,
                    let below = try ledger.bookedBlock(number: booked.number - 1)
                else { return loop.makeSucceededFuture(nil) }
                return commonBlock(from: below, last: last)
            } catch {
                return loop.makeFailedFuture(error)
            }
        }
    }

    private func requireShallow(to number: UInt64, from last: BlockReference) throws {
        guard last.number - min(number, last.number) < Self.deepestReorganisation else {
            throw BlockEntries.Malformed(
                what: "a chain without any of the last \(Self.deepestReorganisation) booked "
                    + "blocks, up to \(last)")
        }
    }

    /// Takes the blocks above one out of the books. Where there is none the books begin anew, with
    /// the balances on the next head, as they began on the block that is gone.
    private func goBack(to block: BlockReference?) throws {
        known = nil
        // What was seen in blocks that are gone is forgotten with them.
        tips = nil
        openings = []
        unwindings = [:]
        let result = try block.map { try ledger.rollBack(to: $0.number) } ?? ledger.beginAnew()
        for bundle in result.bundlesOrphaned {
            guard let stored = try ledger.bundle(bundle) else { continue }
            if let order = stored.bundle.orderHash {
                orderResolved(order, stored.state, transaction: stored.bundle.submissionHash)
            }
            observe(
                .resolved(
                    bundle: bundle, target: stored.bundle.targetTransactionHash, stored.state))
        }
    }

    private func bookNext(
        after last: BlockReference, upTo head: HeadMessage
    ) -> EventLoopFuture<Void> {
        guard last.hash != head.header.parentHash else { return loop.makeSucceededVoidFuture() }
        guard last.number + 1 < head.header.number else {
            let what = "blocks that do not lead to the head \(head.statedHash)"
            return loop.makeFailedFuture(BlockEntries.Malformed(what: what))
        }
        let number: JSON = .quantity(last.number + 1)
        return node.batch([
            JSONRPCCall("eth_getBlockByNumber", [number, true]),
            JSONRPCCall("eth_getBlockReceipts", [number]),
            JSONRPCCall("debug_traceBlockByNumber", [number, HeadBatch.changesOfState]),
        ]).flatMap { [self] answers in
            do {
                try book(
                    try answers[0].get(), try answers[1].get(), trace: try answers[2].get(),
                    opening: nil)
                guard let booked = try ledger.lastBookedBlock(), booked != last else {
                    throw BlockEntries.Malformed(what: "the block after \(last)")
                }
                return bookNext(after: booked, upTo: head)
            } catch {
                return loop.makeFailedFuture(error)
            }
        }
    }

    // MARK: What became of bundles

    private func resolveBundles(upTo reference: BlockReference) -> EventLoopFuture<Void> {
        let due: [StoredBundle]
        do {
            due = try ledger.unresolvedBundles().filter {
                $0.bundle.targetBlock <= reference.number
            }
        } catch {
            return loop.makeFailedFuture(error)
        }
        guard !due.isEmpty else { return loop.makeSucceededVoidFuture() }
        let calls = due.flatMap { stored in
            [
                stored.bundle.open.hash, stored.bundle.targetTransactionHash,
                stored.bundle.close.hash,
            ].map { JSONRPCCall("eth_getTransactionReceipt", [.hash($0)]) }
        }
        return node.batch(calls).flatMapThrowing { [self] answers in
            for (index, stored) in due.enumerated() {
                let receipts = try answers[(3 * index)..<(3 * index + 3)].map { try $0.get() }
                try resolve(stored, open: receipts[0], target: receipts[1], close: receipts[2])
            }
        }
    }

    private func resolve(_ stored: StoredBundle, open: JSON, target: JSON, close: JSON) throws {
        let state: BundleState
        let succeeded = { (receipt: JSON) in receipt["status"]?.quantity == .one }
        if succeeded(open), succeeded(close), let block = Self.reference(close) {
            let own: [JSON] =
                switch (stored.bundle.mode, stored.bundle.orderHash) {
                case (.atomic, _): [close]
                case (.inventory, nil): [open, close]
                // The order's submission is ours too.
                case (.inventory, _): [open, target, close]
                }
            state = .landed(block, realisedProfitWei: realisedProfit(own))
        } else if succeeded(open), let block = Self.reference(open) {
            guard try resolveUnclosed(stored, openedIn: block) else { return }
            state = .orphaned(block)
        } else if let block = Self.reference(open) ?? Self.reference(close) {
            state = .lost(.revertedAtBuilder(reason: "mined outside its bundle in \(block)"))
        } else if case .orphaned(let block?) = stored.state {
            state = .lost(.headReorged(from: block.hash, to: headHash))
        } else if let answer = try ledger.submissions(of: stored.bundle.bundleHash).last?.answer,
            let cause = Self.cause(of: answer)
        {
            state = .lost(cause)
        } else if let block = Self.reference(target) {
            state = .lost(.outbid(block: block))
        } else {
            state = .lost(.missedByBuilder(coinbase: head?.coinbase ?? .zero))
        }
        try settle(stored, as: state)
    }

    func settle(_ stored: StoredBundle, as state: BundleState) throws {
        guard stored.state != state else { return }
        learn(from: state, of: stored.bundle.bundleHash)
        try ledger.resolve(
            bundle: stored.bundle.bundleHash, as: state, atUnixMs: nowUnixMs())
        if let order = stored.bundle.orderHash {
            orderResolved(order, state, transaction: stored.bundle.submissionHash)
        }
        observe(
            .resolved(
                bundle: stored.bundle.bundleHash, target: stored.bundle.targetTransactionHash,
                state))
    }

    private static func cause(of answer: SubmissionRecord.Answer) -> LostCause? {
        switch answer {
        case .accepted: nil
        case .refused(let code, let message): .relayRefused(code: code, message: message)
        case .unreachable(let detail): .relayUnreachable(detail: detail)
        }
    }

    private static func reference(_ receipt: JSON) -> BlockReference? {
        guard let number = receipt["blockNumber"]?.quantity64, let hash = receipt["blockHash"]?.hash
        else { return nil }
        return BlockReference(number: number, hash: hash)
    }

    /// What the executor says that the bundle earned, after its tip, less our gas.
    private func realisedProfit(_ own: [JSON]) -> Int256 {
        var profit = Int256.zero
        for log in own.last?["logs"]?.array ?? []
        where log["address"]?.address.map(blockEntries.tipping.contains) ?? false
            && log["topics"]?[0]?.hash == JitExecutor.jitExecutedTopic
        {
            profit = Int256(
                bitPattern: log["data"]?.data.flatMap { ABIWords($0)[1] } ?? .zero)
        }
        // The beneficiary of an operation that we submit is ours, whatever its order says.
        let logs = own.flatMap { $0["logs"]?.array ?? [] }
        for case let log? in logs.map(RivalBlock.log) {
            if let entryPoint = configuration.atomic?.entryPoint,
                let executed = EntryPointV07.Executed(log, entryPoint: entryPoint)
            {
                profit &+= Int256(bitPattern: executed.actualGasCostWei)
            }
        }
        for receipt in own {
            let gas = receipt["gasUsed"]?.quantity ?? .zero
            let price = receipt["effectiveGasPrice"]?.quantity ?? .zero
            profit &-= Int256(bitPattern: gas &* price)
        }
        return profit
    }
}

/// A head at or below a booked block that the node still has: it came late, or is nobody's. What is
/// known of the newer one stays.
struct HeadOfThePast: Error, CustomStringConvertible {
    let head: BlockReference
    let booked: BlockReference

    var description: String { "the head \(head) is of the past: \(booked) is on the chain" }
}

extension BundleRecord {
    /// Our transaction in which the order runs.
    fileprivate var submissionHash: Hash32 { mode == .atomic ? open.hash : targetTransactionHash }
}

extension BlockHeader {
    /// Wei per gas of the block after this one (EIP-1559).
    var nextBaseFeePerGas: UInt256 {
        Chain.nextBaseFeePerGas(
            parentBaseFeePerGas: baseFeePerGas ?? .zero, parentGasUsed: gasUsed,
            parentGasLimit: gasLimit)
    }
}
