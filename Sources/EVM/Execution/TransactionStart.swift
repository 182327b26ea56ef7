import Ethereum

/// What a valid transaction does before its first frame: authorisations, and from Amsterdam on what
/// depends on the state and is paid there and then (EIP-2780, 7702, 8037).
///
/// Who cannot pay has a transaction that is included, does nothing, and spends all its gas but for
/// the reservoir.
enum TransactionStart {
    /// `running` to go on with the message, from which the price has been taken; otherwise the
    /// transaction's end, with everything but fee and nonce taken back.
    static func perform(
        _ machine: MachinePointer, _ transaction: Transaction, _ message: inout Message
    ) -> Status {
        guard machine.pointee.rules.hasStateGas else {
            return Authorizations.apply(machine, transaction.authorizationList)
                ? .running : .abandoned
        }
        let mark = machine.pointee.journal.mark
        let reservoir = machine.pointee.reservoir
        var status = authorize(machine, transaction.authorizationList, &message)
        if status == .running { status = dispatch(machine, &message) }
        if status == .outOfGas {
            machine.pointee.journal.rollback(to: mark)
            machine.pointee.reservoir = reservoir
            message.committedStateGas = 0
        }
        return status
    }

    /// Applies the authorisations that hold, each for what it adds to the state.
    private static func authorize(
        _ machine: MachinePointer, _ list: [Authorization], _ message: inout Message
    ) -> Status {
        if list.isEmpty { return .running }
        // Accounts whose write the transaction has paid for: the sender's with its base price, the
        // receiver's with the price of the value.
        var written: Set<Int> = [machine.pointee.journal.accounts.index(of: message.from)]
        if let to = message.to, !message.value.isZero {
            written.insert(machine.pointee.journal.accounts.index(of: to))
        }
        // Accounts that pointed somewhere before the transaction or since.
        var delegated: Set<Int> = []
        for authorization in list {
            guard let authority = Authorizations.authority(machine, authorization) else {
                continue
            }
            var found: Authorizations.Accepted?
            guard Authorizations.check(machine, authorization, by: authority, &found) else {
                return .abandoned
            }
            guard let accepted = found else { continue }
            if accepted.isDelegated { delegated.insert(accepted.account) }
            guard accepted.exists || take(StateGas.newAccount, machine, &message) else {
                return .outOfGas
            }
            if written.insert(accepted.account).inserted {
                if message.gas < Gas.accountWrite { return .outOfGas }
                message.gas &-= Gas.accountWrite
            }
            if accepted.target != .zero, delegated.insert(accepted.account).inserted {
                guard take(StateGas.newDelegation, machine, &message) else { return .outOfGas }
            }
            Authorizations.write(machine, accepted)
        }
        // Delegations outlive a failure of the message, and so does their price.
        message.committedStateGas = message.spilledStateGas
        message.spilledStateGas = 0
        message.reservoirMark = machine.pointee.reservoir
        return .running
    }

    /// Pays for the account that the message makes, and for the code that it runs where the
    /// receiver points to another's.
    private static func dispatch(_ machine: MachinePointer, _ message: inout Message) -> Status {
        let address = message.to ?? Address.create(sender: message.from, nonce: message.nonce)
        guard let account = machine.pointee.journal.load(address) else {
            return machine.pointee.abandonForMissingState()
        }
        if message.to == nil || !message.value.isZero,
            machine.pointee.journal.record(account).pointee.isEmpty
        {
            guard take(StateGas.newAccount, machine, &message) else { return .outOfGas }
        }
        if message.to == nil { return .running }
        guard let code = machine.pointee.journal.code(account) else {
            return machine.pointee.abandonForMissingState()
        }
        guard let delegate = code.delegate else { return .running }
        let target = machine.pointee.journal.accounts.index(of: delegate)
        let price =
            machine.pointee.isPrecompile(delegate) || !machine.pointee.journal.warm(target)
            ? Gas.warmAccess : machine.pointee.rules.coldAccountAccess
        if message.gas < price { return .outOfGas }
        message.gas &-= price
        return .running
    }

    private static func take(
        _ amount: Int64, _ machine: MachinePointer, _ message: inout Message
    ) -> Bool {
        StateGas.take(
            amount, gas: &message.gas, spilled: &message.spilledStateGas,
            reservoir: &machine.pointee.reservoir)
    }
}
