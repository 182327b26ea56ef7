import Chain
import EVM
import Ethereum
import JSON
import Wire

extension NodeRPC {
    /// `debug_traceCall`: a call as the transaction that it becomes, behind a block.
    func traceCall(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        let request = try CallRequest(parameters, 0)
        let block = try parameters.block(1, of: chain)
        let trace = try TraceOptions(parameters, 2).makeTracer()
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
            _ = try machine.execute(
                transaction, sender: request.from, tracer: trace.tracer,
                budget: ExecutionBudget(
                    gas: transaction.gasLimit,
                    isTimeOver: { trace.heldBytes > TransactionTrace.maximumBytes }))
        } catch .budgetSpent {
            throw TransactionTrace.tooLarge
        } catch {
            throw JSONRPCError.server("tracing failed: \(error)")
        }
        return trace.json
    }

    func traceTransaction(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        let hash = try parameters.hash(0)
        let options = try TraceOptions(parameters, 1)
        guard let place = place(of: hash) else {
            throw JSONRPCError.server("transaction not found")
        }
        let traces = try traces(of: place.block, options, upTo: place.index)
        return traces[place.index]
    }

    func traceBlock(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        let block = try parameters.block(0, of: chain)
        let options = try TraceOptions(parameters, 1)
        let traces = try traces(of: block, options, upTo: block.transactions.count - 1)
        return .array(
            zip(block.transactions, traces).map { executed, trace in
                ["txHash": .hash(executed.signed.hash), "result": trace]
            })
    }

    /// The traces of a block's transactions, by executing them again one by one.
    private func traces(
        of block: Block, _ options: TraceOptions, upTo last: Int
    ) throws(JSONRPCError) -> [JSON] {
        guard block.number > 0 else { return [] }
        var traces: [TransactionTrace] = []
        var heldBefore = 0
        do {
            try chain.replay(
                block.number,
                isTooMuch: {
                    heldBefore + (traces.last?.heldBytes ?? 0) > TransactionTrace.maximumBytes
                }
            ) { index in
                guard index <= last else { return nil }
                heldBefore += traces.last?.heldBytes ?? 0
                let trace = options.makeTracer()
                traces.append(trace)
                return trace.tracer
            }
        } catch ExecutionError.budgetSpent {
            throw TransactionTrace.tooLarge
        } catch {
            throw JSONRPCError.server("tracing failed: \(error)")
        }
        return traces.map(\.json)
    }
}
