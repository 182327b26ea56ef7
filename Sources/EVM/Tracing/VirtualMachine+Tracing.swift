import Ethereum

extension VirtualMachine {
    /// Executes a whole transaction as `execute(_:sender:)` does, and tells the tracer of it. Where
    /// it throws, nothing was finished: what the tracer was told before is void.
    public func execute(
        _ transaction: Transaction, sender: Address, tracer: any ExecutionTracer
    ) throws(ExecutionError) -> TransactionOutcome {
        tracer.begin(
            TracedCall(
                kind: transaction.to == nil ? .create : .call, from: sender, to: transaction.to,
                value: transaction.value, gas: transaction.gasLimit, input: transaction.data),
            on: self)
        tracer.touch(sender, on: self)
        tracer.touch(machine.pointee.block.coinbase, on: self)
        if let to = transaction.to {
            tracer.touch(to, on: self)
            if let delegate = (try? code(of: to))?.delegate { tracer.touch(delegate, on: self) }
        } else {
            tracer.touch(Address.create(sender: sender, nonce: transaction.nonce), on: self)
        }
        for authorization in transaction.authorizationList {
            if let authority = try? authorization.authority() { tracer.touch(authority, on: self) }
        }
        machine.pointee.watch = Watch(tracer, self)
        defer { machine.pointee.watch = nil }
        let outcome = try execute(transaction, sender: sender)
        tracer.finish(outcome, on: self)
        return outcome
    }

    /// Executes a whole transaction as `execute(_:sender:tracer:)` does, within a budget.
    public func execute(
        _ transaction: Transaction, sender: Address, tracer: any ExecutionTracer,
        budget: ExecutionBudget
    ) throws(ExecutionError) -> TransactionOutcome {
        machine.pointee.meter = Meter(budget)
        defer { machine.pointee.meter = nil }
        return try execute(transaction, sender: sender, tracer: tracer)
    }
}
