import Chain
import Contracts
import Ethereum
import NIOCore
import Store
import Strategy
import Wire

extension HotLoop {
    /// Follows the chain to a head: books every block in between, compares the books with the
    /// chain, says what became of bundles, and brings the known state behind the head.
    func follow(_ message: HeadMessage) -> EventLoopFuture<Void> {
        let reference = BlockReference(number: message.header.number, hash: message.statedHash)
        return bookUpTo(parentOf: message, reference).flatMap { [self] in
            let batch = HeadBatch(
                blockHash: reference.hash, configuration: configuration, tokens: tokens)
            return node.batch(batch.calls).flatMapThrowing { [self] answers in
                try take(message, reference, try batch.read(answers))
            }
        }.flatMap { [self] in resolveBundles(upTo: reference) }
    }

    private func take(
        _ message: HeadMessage, _ reference: BlockReference, _ answer: HeadBatch.Answer
    ) throws {
        let first = try ledger.lastBookedBlock() == nil
        try book(answer.block, answer.receipts, opening: first ? answer.balances : nil)
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
        known = state
        head = message.header
        headHash = reference.hash
        nonces = answer.nonces
        fairPrices = answer.fairSqrtPricesX96
        live.beginSlot()
        observe(.head(reference, baseFeePerGas: message.header.baseFeePerGas ?? .zero))
    }

    // MARK: Booking

    private var blockEntries: BlockEntries {
        BlockEntries(
            ownAccounts: configuration.allOwnAccounts, executor: configuration.executor,
            weth: configuration.weth, tokens: Set(tokens))
    }

    /// Books one block from its JSON; the first one with the balances behind it as its opening.
    private func book(_ block: JSON, _ receipts: JSON, opening: [Holding: UInt256]?) throws {
        guard let number = block["number"]?.quantity64, let hash = block["hash"]?.hash,
            let parent = block["parentHash"]?.hash, let time = block["timestamp"]?.quantity64
        else { throw BlockEntries.Malformed(what: "a block") }
        let entries =
            try opening?.sorted { $0.key < $1.key }.map {
                LedgerEntry(
                    holding: $0.key, kind: .opening, deltaRaw: Int256(bitPattern: $0.value),
                    transactionHash: nil)
            } ?? blockEntries.entries(block: block, receipts: receipts)
        _ = try ledger.book(
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
            return block(last.number).flatMap { [self] found in
                do {
                    if found["hash"]?.hash == last.hash, last.number < reference.number {
                        return bookNext(after: last, upTo: message.header.parentHash)
                    }
                    try goBack(to: last.number - 1)
                    return bookUpTo(parentOf: message, reference)
                } catch {
                    return loop.makeFailedFuture(error)
                }
            }
        } catch {
            return loop.makeFailedFuture(error)
        }
    }

    private func goBack(to number: UInt64) throws {
        known = nil
        let result = try ledger.rollBack(to: number)
        for bundle in result.bundlesOrphaned {
            observe(.resolved(bundle: bundle, .orphaned(nil)))
        }
    }

    private func block(_ number: UInt64) -> EventLoopFuture<JSON> {
        node.call("eth_getBlockByNumber", [.quantity(number), true])
    }

    private func bookNext(
        after last: BlockReference, upTo parentHash: Hash32
    ) -> EventLoopFuture<Void> {
        guard last.hash != parentHash else { return loop.makeSucceededVoidFuture() }
        let number: JSON = .quantity(last.number + 1)
        return node.batch([
            JSONRPCCall("eth_getBlockByNumber", [number, true]),
            JSONRPCCall("eth_getBlockReceipts", [number]),
        ]).flatMap { [self] answers in
            do {
                try book(try answers[0].get(), try answers[1].get(), opening: nil)
                guard let booked = try ledger.lastBookedBlock(), booked != last else {
                    throw BlockEntries.Malformed(what: "the block after \(last)")
                }
                return bookNext(after: booked, upTo: parentHash)
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
            state = .landed(block, realisedProfitWei: realisedProfit(open: open, close: close))
        } else if succeeded(open) {
            unwind(stored)
            return
        } else if let block = Self.reference(open) ?? Self.reference(close) {
            state = .lost(.revertedAtBuilder(reason: "mined outside its bundle in \(block)"))
        } else if let answer = try ledger.submissions(of: stored.bundle.bundleHash).last?.answer,
            let cause = Self.cause(of: answer)
        {
            state = .lost(cause)
        } else if let block = Self.reference(target) {
            state = .lost(.outbid(block: block))
        } else {
            state = .lost(.missedByBuilder(coinbase: head?.coinbase ?? .zero))
        }
        try ledger.resolve(
            bundle: stored.bundle.bundleHash, as: state, atUnixMs: nowUnixMs())
        observe(.resolved(bundle: stored.bundle.bundleHash, state))
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
    private func realisedProfit(open: JSON, close: JSON) -> Int256 {
        var profit = Int256.zero
        for log in close["logs"]?.array ?? []
        where log["address"]?.address == configuration.executor
            && log["topics"]?[0]?.hash == JitExecutor.jitExecutedTopic
        {
            profit = Int256(
                bitPattern: log["data"]?.data.flatMap { ABIWords($0)[1] } ?? .zero)
        }
        for receipt in [open, close] {
            let gas = receipt["gasUsed"]?.quantity ?? .zero
            let price = receipt["effectiveGasPrice"]?.quantity ?? .zero
            profit &-= Int256(bitPattern: gas &* price)
        }
        return profit
    }

    /// Takes out what an `open` without its `close` left in a pool, through the public mempool, in
    /// the next block. An opening that the executor does not have any more was closed by another
    /// bundle of ours with the same `open`.
    private func unwind(_ stored: StoredBundle) {
        guard let open = try? SignedTransaction(decoding: stored.bundle.open.raw),
            let opened = JitExecutor.opened(by: open.transaction.data),
            let pool = configuration.pools.first(where: {
                $0.key.token0 == opened.pool.token0 && $0.key.token1 == opened.pool.token1
                    && $0.key.feePips == opened.pool.fee
            })
        else { return }
        let question = JitExecutorViews.opening(
            pool: pool.address, positions: opened.positions)
        node.call(
            "eth_call",
            [
                ["to": .address(configuration.executor), "input": .data(question)],
                ["blockHash": .hash(headHash)],
            ]
        ).whenComplete { [self] result in
            switch result {
            case .failure(let error):
                observe(.failed(what: "asking for \(stored.bundle.bundleHash): \(error)"))
            case .success(let answer):
                guard let paid = answer.data.flatMap({ ABIWords($0)[0] }) else { return }
                if paid.isZero {
                    resolveClosedElsewhere(stored)
                } else {
                    sendUnwinding(stored, pool: opened.pool, positions: opened.positions)
                }
            }
        }
    }

    private func resolveClosedElsewhere(_ stored: StoredBundle) {
        let state = BundleState.lost(
            .unknown(facts: "another bundle of ours with the same opening landed"))
        _ = keep("resolving a bundle") {
            try ledger.resolve(
                bundle: stored.bundle.bundleHash, as: state, atUnixMs: nowUnixMs())
        }
        observe(.resolved(bundle: stored.bundle.bundleHash, state))
    }

    private func sendUnwinding(
        _ stored: StoredBundle, pool: JitExecutor.PoolArguments, positions: [JitPosition]
    ) {
        guard let head, !configuration.simulates,
            let index = configuration.operators.firstIndex(where: {
                $0.address == stored.bundle.operatorAccount
            })
        else { return }
        let fee = head.nextBaseFeePerGas
        let transaction = Transaction(
            type: .feeMarket, chainId: configuration.chainId, nonce: nonces[index],
            maxFeePerGas: fee &+ fee &+ 2_000_000_000, maxPriorityFeePerGas: 2_000_000_000,
            gasLimit: 600_000, to: configuration.executor,
            data: JitExecutor.unwind(pool: pool, positions: positions))
        guard
            let signed = try? SignedTransaction(
                transaction, signedBy: configuration.operators[index])
        else { return }
        node.call("eth_sendRawTransaction", [.data(signed.raw)]).whenFailure { [observe] error in
            observe(.failed(what: "unwinding \(stored.bundle.bundleHash): \(error)"))
        }
    }
}

extension BlockHeader {
    /// Wei per gas of the block after this one (EIP-1559).
    var nextBaseFeePerGas: UInt256 {
        Chain.nextBaseFeePerGas(
            parentBaseFeePerGas: baseFeePerGas ?? .zero, parentGasUsed: gasUsed,
            parentGasLimit: gasLimit)
    }
}
