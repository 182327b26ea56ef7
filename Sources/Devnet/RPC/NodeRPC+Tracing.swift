import Chain
import EVM
import Ethereum
import Wire

extension NodeRPC {
    /// `debug_traceCall` with the prestate tracer: what a call reads, as it was before.
    func traceCall(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        let request = try CallRequest(parameters, 0)
        let block = try parameters.block(1, of: chain)
        let options = try TracerOptions(parameters, 2)
        // As in geth: who names no price pays none, and needs no ether for it.
        let price = request.gasPrice ?? .zero
        let machine = machine(behind: block, baseFeePerGas: price.isZero ? .zero : nil)
        let nonce = chain.state(after: block.number)?.account(request.from)?.nonce ?? 0
        let transaction = Transaction(
            type: .feeMarket, chainId: chain.chainId, nonce: nonce,
            maxFeePerGas: price, maxPriorityFeePerGas: .zero,
            gasLimit: min(request.gasLimit ?? .max, chain.head.header.gasLimit), to: request.to,
            value: request.value, data: request.data)
        do {
            _ = try machine.execute(transaction, sender: request.from)
        } catch {
            throw JSONRPCError.server("tracing failed: \(error)")
        }
        return options.diffMode
            ? diff(machine.changes())
            : prestate(machine.accessed(), state: chain.state(after: block.number) ?? chain.state)
    }

    func traceTransaction(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        let hash = try parameters.hash(0)
        let options = try TracerOptions(parameters, 1)
        guard let place = place(of: hash) else {
            throw JSONRPCError.server("transaction not found")
        }
        let traces = try traces(of: place.block, options, upTo: place.index)
        return traces[place.index]
    }

    func traceBlock(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        let block = try parameters.block(0, of: chain)
        let options = try TracerOptions(parameters, 1)
        let traces = try traces(of: block, options, upTo: block.transactions.count - 1)
        return .array(
            zip(block.transactions, traces).map { executed, trace in
                ["txHash": .hash(executed.signed.hash), "result": trace]
            })
    }

    /// The traces of a block's transactions, by executing them again one by one.
    private func traces(
        of block: Block, _ options: TracerOptions, upTo last: Int
    ) throws(JSONRPCError) -> [JSON] {
        guard block.number > 0 else { return [] }
        var traces: [JSON] = []
        do {
            try chain.replay(block.number) { index, machine, state in
                guard index <= last else { return }
                traces.append(
                    options.diffMode
                        ? self.diff(machine.changes())
                        : self.prestate(machine.accessed(), state: state))
            }
        } catch {
            throw JSONRPCError.server("tracing failed: \(error)")
        }
        return traces
    }

    /// Accounts as they were: balance, nonce, code and the slots that were read.
    private func prestate(_ accessed: AccessedState, state: WorldState) -> JSON {
        .object(
            accessed.entries.map { entry in
                var members: [JSON.Member] = [
                    .init("balance", .quantity(entry.account?.balance ?? .zero))
                ]
                if let account = entry.account {
                    if account.nonce > 0 { members.append(.init("nonce", .integer(account.nonce))) }
                    if account.codeHash != Keccak256.ofEmpty,
                        let code = state.code(account.codeHash)
                    {
                        members.append(.init("code", .data(code.bytes)))
                        members.append(.init("codeHash", .hash(account.codeHash)))
                    }
                }
                if !entry.storage.isEmpty {
                    members.append(
                        .init(
                            "storage",
                            .object(
                                entry.storage.map {
                                    .init($0.slot.hexWord, .string($0.value.hexWord))
                                })))
                }
                return .init(entry.address.description, .object(members))
            })
    }

    /// What changed, before and after: fields that did not change are absent.
    private func diff(_ changes: StateChanges) -> JSON {
        var pre: [JSON.Member] = []
        var post: [JSON.Member] = []
        for change in changes.accounts {
            let (before, after) = (change.before, change.after)
            var old: [JSON.Member] = []
            var new: [JSON.Member] = []
            if let before {
                old.append(.init("balance", .quantity(before.balance)))
                if before.nonce > 0 { old.append(.init("nonce", .integer(before.nonce))) }
            }
            if let after {
                if before?.balance != after.balance {
                    new.append(.init("balance", .quantity(after.balance)))
                }
                if before?.nonce ?? 0 != after.nonce {
                    new.append(.init("nonce", .integer(after.nonce)))
                }
                if let code = change.newCode {
                    new.append(.init("code", .data(code.bytes)))
                    new.append(.init("codeHash", .hash(code.hash)))
                }
            }
            // As in geth: a slot that becomes 0 stands in `pre` alone, one that was 0 in `post`.
            let slots = change.storage
            let oldSlots = slots.filter { !$0.before.isZero }
            let newSlots = slots.filter { !$0.after.isZero }
            func words(_ slots: [SlotChange], _ value: (SlotChange) -> UInt256) -> JSON {
                .object(slots.map { .init($0.slot.hexWord, .string(value($0).hexWord)) })
            }
            if !oldSlots.isEmpty { old.append(.init("storage", words(oldSlots) { $0.before })) }
            if !newSlots.isEmpty { new.append(.init("storage", words(newSlots) { $0.after })) }
            let name = change.address.description
            if before != nil || !old.isEmpty { pre.append(.init(name, .object(old))) }
            if after != nil { post.append(.init(name, .object(new))) }
        }
        return ["pre": .object(pre), "post": .object(post)]
    }
}

/// The options of a trace: the prestate tracer is the only one.
private struct TracerOptions {
    var diffMode = false

    init(_ parameters: Parameters, _ index: Int) throws(JSONRPCError) {
        let options = parameters.value(index)
        let tracer = options?["tracer"]?.string
        guard tracer == "prestateTracer" else {
            throw JSONRPCError.invalidParams(
                "tracer \(tracer ?? "(struct logger)") is not available; "
                    + "use {\"tracer\": \"prestateTracer\"}")
        }
        diffMode = options?["tracerConfig"]?["diffMode"]?.bool ?? false
    }
}
