import Ethereum

/// A point between transactions to which a `VirtualMachine` can return.
public struct Checkpoint: Equatable, Sendable {
    fileprivate let entries: Int
    /// Which reset it belongs to.
    fileprivate let generation: UInt64
}

/// Executes transactions and calls on top of a base state, exactly as the protocol does.
///
/// It is meant to be kept and reset: its stacks, memory, tables and journal stay allocated. One
/// thread uses it at a time.
public final class VirtualMachine {
    let machine: MachinePointer
    /// Nil for a fork that cannot be run.
    private var rules: ForkRules?
    private var generation: UInt64 = 0

    /// A machine for a block on top of a state.
    public init(block: BlockEnvironment, state: any StateReader) {
        rules = ForkRules.of(block.fork)
        machine = .allocate(capacity: 1)
        machine.initialize(
            to: Machine(
                rules: rules ?? ForkRules.newest, block: block, reader: state))
    }

    deinit {
        machine.deinitialize(count: 1)
        machine.deallocate()
    }

    /// Forgets everything and begins with another block or state, keeping the memory.
    public func reset(block: BlockEnvironment, state: any StateReader) {
        machine.pointee.journal.use(state)
        reset(block: block)
    }

    /// Forgets everything and begins again on the same base state, keeping the memory. Unlike
    /// `reset(block:state:)` it counts no reference to a state that other threads read as well.
    public func reset(block: BlockEnvironment) {
        generation &+= 1
        if rules?.fork != block.fork { rules = ForkRules.of(block.fork) }
        if let rules, rules.fork != machine.pointee.rules.fork { machine.pointee.use(rules) }
        machine.pointee.block = block
        machine.pointee.failure = nil
        machine.pointee.trim()
        machine.pointee.journal.reset()
    }

    /// Goes on in another block of the same fork, on the state as it stands and with all that was
    /// read of the base state.
    ///
    /// - Precondition: The fork is the present block's.
    public func enter(_ block: BlockEnvironment) {
        precondition(block.fork == machine.pointee.block.fork, "another fork begins with a reset")
        machine.pointee.block = block
    }

    /// Executes a whole transaction: validation, fees, code, refund, the coinbase's pay. The next
    /// one sees its changes. On a throw the state is as before.
    public func execute(
        _ transaction: Transaction, sender: Address
    ) throws(ExecutionError) -> TransactionOutcome {
        let rules = try supportedRules()
        let start = begin(origin: sender)
        do throws(ExecutionError) {
            return try execute(transaction, sender: sender, rules: rules, start: start)
        } catch {
            machine.pointee.journal.rollbackTransactions(to: start)
            throw error
        }
    }

    /// Executes a whole transaction as `execute(_:sender:)` does, within a budget.
    public func execute(
        _ transaction: Transaction, sender: Address, budget: ExecutionBudget
    ) throws(ExecutionError) -> TransactionOutcome {
        machine.pointee.meter = Meter(budget)
        defer { machine.pointee.meter = nil }
        return try execute(transaction, sender: sender)
    }

    private func execute(
        _ transaction: Transaction, sender: Address, rules: ForkRules, start: Int
    ) throws(ExecutionError) -> TransactionOutcome {
        guard let account = machine.pointee.journal.load(sender) else { throw abandonedError() }
        let record = machine.pointee.journal.record(account).pointee
        let senderHasCode = try hasOwnCode(account, rules)
        let charge: TransactionValidation.Charge
        do throws(InvalidTransaction) {
            charge = try TransactionValidation.check(
                transaction, from: sender,
                sender: Account(
                    nonce: record.nonce, balance: record.balance, codeHash: record.codeHash),
                senderHasCode: senderHasCode, rules: rules,
                block: machine.pointee.block)
        } catch { throw .invalid(error) }

        machine.pointee.transaction.gasPrice = charge.effectiveGasPrice
        machine.pointee.transaction.blobHashes = transaction.blobVersionedHashes
        machine.pointee.journal.setBalance(account, record.balance &- charge.wei)
        machine.pointee.journal.setNonce(account, record.nonce &+ 1)
        TransactionExecution.warmUp(machine, from: sender, to: transaction.to)
        TransactionExecution.warm(machine, transaction.accessList)

        // The gas beyond the cap on execution is the reservoir for the state's growth.
        let gasLimit = Int64(clamping: transaction.gasLimit)
        let remaining = gasLimit &- charge.intrinsicGas
        let gas = min(rules.executionGasCap &- charge.intrinsicGas, remaining)
        let reservoir = remaining &- gas
        machine.pointee.reservoir = reservoir
        var message = Message(
            from: sender, to: transaction.to, value: transaction.value, data: transaction.data,
            gas: gas, nonce: transaction.nonce, reservoirMark: reservoir)
        let status = TransactionStart.perform(machine, transaction, &message)
        if let meter = machine.pointee.meter {
            meter.begin(gas: message.gas, paidBefore: gasLimit &- reservoir &- message.gas)
            // A precompiled contract that is called from outside has no frame to be stopped in.
            if let to = transaction.to, machine.pointee.isPrecompile(to),
                meter.rest(gas: message.gas) < message.gas
            {
                meter.spent()
            }
            guard meter.excess == nil, meter.allows(gas: message.gas) else {
                throw abandonedError()
            }
        }
        let result =
            status == .running
            ? TransactionExecution.run(machine, message)
            : MessageResult(status: status, gasLeft: 0)
        if result.status == .abandoned { throw abandonedError() }
        let stateGas =
            reservoir &- machine.pointee.reservoir &+ result.spilledStateGas
            &+ message.committedStateGas
        guard
            let outcome = TransactionSettlement.settle(
                machine, result, gasLimit: gasLimit, stateGas: stateGas, sender: account,
                charge: charge, start: start)
        else { throw abandonedError() }
        return outcome
    }

    /// Calls a contract and takes back everything it did (eth_call): no fee, no nonce, no intrinsic
    /// gas; `gasLimit` and the outcome's gas are those of the code alone.
    public func call(
        from: Address, to: Address, value: UInt256, data: [UInt8], gasLimit: UInt64
    ) throws(ExecutionError) -> TransactionOutcome {
        _ = try supportedRules()
        let start = begin(origin: from)
        defer { machine.pointee.journal.rollbackTransactions(to: start) }
        TransactionExecution.warmUp(machine, from: from, to: to)
        let gas = Int64(clamping: gasLimit)
        machine.pointee.reservoir = 0
        let result = TransactionExecution.run(
            machine, Message(from: from, to: to, value: value, data: data, gas: gas))
        if result.status == .abandoned { throw abandonedError() }
        let spent = gas &- result.gasLeft
        let refund = min(max(machine.pointee.journal.refund, 0), spent / Gas.refundDivisor)
        return freeOutcome(
            result, gasUsed: UInt64(spent &- refund), gasRefunded: UInt64(refund))
    }

    /// The protocol's own call before or after the transactions of a block (EIP-4788, 2935, 7002,
    /// 7251): its outcome, or nil where there is no code. It costs nobody gas.
    @discardableResult
    public func systemCall(
        to: Address, data: [UInt8]
    ) throws(ExecutionError) -> TransactionOutcome? {
        let rules = try supportedRules()
        let start = begin(origin: .system)
        do throws(ExecutionError) {
            guard let target = machine.pointee.journal.load(to) else { throw abandonedError() }
            if machine.pointee.journal.record(target).pointee.codeIndex == CodeStore.empty {
                return nil
            }
            TransactionExecution.warmUp(machine, from: .system, to: to)
            let reservoir = rules.hasStateGas ? StateGas.systemCall : 0
            machine.pointee.reservoir = reservoir
            let result = TransactionExecution.run(
                machine,
                Message(
                    from: .system, to: to, value: .zero, data: data, gas: Gas.systemCall,
                    reservoirMark: reservoir))
            if result.status == .abandoned { throw abandonedError() }
            let outcome = freeOutcome(
                result, gasUsed: UInt64(Gas.systemCall &- result.gasLeft), gasRefunded: 0)
            machine.pointee.journal.settleTransaction(
                from: start, keepingWei: rules.selfDestructKeepsWei)
            return outcome
        } catch {
            machine.pointee.journal.rollbackTransactions(to: start)
            throw error
        }
    }

    /// The outcome of a call that nobody pays for.
    private func freeOutcome(
        _ result: MessageResult, gasUsed: UInt64, gasRefunded: UInt64
    ) -> TransactionOutcome {
        TransactionSettlement.outcome(
            machine, result, gasUsed: gasUsed, blockGas: BlockGas(), gasRefunded: gasRefunded,
            charge: .init(
                intrinsicGas: 0, floorGas: 0, effectiveGasPrice: .zero, blobGas: 0, wei: .zero),
            coinbaseFeeWei: .zero)
    }

    /// Whether the account has code that is its own: such an account sends nothing (EIP-3607), one
    /// that only points to another's code does (EIP-7702).
    private func hasOwnCode(
        _ account: Int, _ rules: ForkRules
    ) throws(ExecutionError) -> Bool {
        if machine.pointee.journal.record(account).pointee.codeIndex == CodeStore.empty {
            return false
        }
        guard rules.hasDelegations else { return true }
        guard let code = machine.pointee.journal.code(account) else { throw abandonedError() }
        return code.delegate == nil
    }

    /// Gives wei to an account: a withdrawal (EIP-4895), a reward, a test's funds.
    public func credit(_ address: Address, wei: UInt256) throws(StateNotLoaded) {
        machine.pointee.journal.beginTransaction()
        let start = machine.pointee.journal.entries.count
        let index = try loaded(address)
        machine.pointee.journal.touch(index)
        machine.pointee.journal.setBalance(
            index, machine.pointee.journal.record(index).pointee.balance &+ wei)
        machine.pointee.journal.settleTransaction(from: start, keepingWei: true)
    }

    /// The present point between transactions.
    public func checkpoint() -> Checkpoint {
        Checkpoint(entries: machine.pointee.journal.entries.count, generation: generation)
    }

    /// Takes back everything since the checkpoint. A checkpoint from before a reset, or behind one
    /// that was returned to, changes nothing.
    public func rollback(to checkpoint: Checkpoint) {
        guard checkpoint.generation == generation,
            checkpoint.entries <= machine.pointee.journal.entries.count
        else { return }
        machine.pointee.journal.rollbackTransactions(to: checkpoint.entries)
    }

    /// How much of a transaction's gas may go to execution (EIP-8037); no bound before Amsterdam,
    /// where all gas does.
    public var executionGasCap: UInt64 {
        UInt64(machine.pointee.rules.executionGasCap)
    }

    /// The account as it is now; nil where it does not exist.
    public func account(_ address: Address) throws(StateNotLoaded) -> Account? {
        machine.pointee.journal.account(try loaded(address))
    }

    /// The slot's value as it is now.
    public func storage(
        _ address: Address, slot: UInt256
    ) throws(StateNotLoaded) -> UInt256 {
        let account = try loaded(address)
        let index = machine.pointee.journal.slotIndex(account, slot)
        guard machine.pointee.journal.loadSlot(index) else { throw missing(.account(address)) }
        return machine.pointee.journal.slot(index).pointee.current
    }

    /// The account's code as it is now; empty where it has none.
    public func code(of address: Address) throws(StateNotLoaded) -> Code {
        let account = try loaded(address)
        guard let code = machine.pointee.journal.code(account) else {
            throw missing(.account(address))
        }
        return code
    }

    /// How the state differs from the base since the last reset.
    public func changes() -> StateChanges { machine.pointee.journal.changes() }

    /// What differs from the point at which the journal had this many entries.
    func netChanges(fromEntry start: Int) throws(StateNotLoaded) -> NetChanges {
        try machine.pointee.journal.netChanges(from: start)
    }

    /// Whether the code of the last transaction or call asked for what the block's builder chooses
    /// or its slot brings: the coinbase, the randomness or the gas limit. Where it did not, and
    /// nobody else has the coinbase, it does the same with others.
    public var readsBuilder: Bool { machine.pointee.readsBuilder }

    /// What was read of the base state since the last reset.
    public func accessed() -> AccessedState { machine.pointee.journal.accessed() }

    /// Begins a transaction; returns where the journal stood.
    private func begin(origin: Address) -> Int {
        machine.pointee.journal.beginTransaction()
        machine.pointee.failure = nil
        machine.pointee.readsBuilder = false
        machine.pointee.transaction.origin = origin
        machine.pointee.transaction.gasPrice = .zero
        machine.pointee.transaction.blobHashes = []
        return machine.pointee.journal.entries.count
    }

    private func supportedRules() throws(ExecutionError) -> ForkRules {
        guard let rules else {
            throw .unsimulatable(.forkNotSupported(machine.pointee.block.fork))
        }
        return rules
    }

    private func loaded(_ address: Address) throws(StateNotLoaded) -> Int {
        guard let index = machine.pointee.journal.load(address) else {
            throw missing(.account(address))
        }
        return index
    }

    private func missing(_ fallback: StateKey) -> StateNotLoaded {
        StateNotLoaded(machine.pointee.journal.missing ?? fallback)
    }

    private func abandonedError() -> ExecutionError {
        if let excess = machine.pointee.meter?.excess { return .budgetSpent(excess) }
        if let failure = machine.pointee.failure { return .unsimulatable(failure) }
        let key = machine.pointee.journal.missing ?? .account(machine.pointee.block.coinbase)
        return .unsimulatable(.stateNotLoaded(key))
    }
}
