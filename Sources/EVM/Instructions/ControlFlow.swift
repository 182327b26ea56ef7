import Ethereum

/// Instructions that end a frame (Yellow Paper H.2, 0xf0 group; EIP-140, 6780, 8246).
enum ControlFlow {
    /// RETURN and REVERT.
    static func end(
        _ machine: MachinePointer, _ frame: FramePointer, _ status: Status
    ) -> Status {
        let sp = frame.pointee.sp
        guard let range = FrameMemory.reach(machine, frame, sp[0], sp[-1]) else {
            return .outOfGas
        }
        frame.pointee.outputOffset = range.offset
        frame.pointee.outputSize = range.count
        return status
    }

    /// Sends all wei away. The account goes at the end of the transaction; since EIP-6780 only if
    /// the transaction created it.
    static func selfDestruct<W: Watching>(
        _ machine: MachinePointer, _ frame: FramePointer, _ watching: W.Type
    ) -> Status {
        if frame.pointee.isStatic { return .staticCallViolation }
        let address = Address(word: frame.pointee.sp[0])
        let heir = machine.pointee.journal.accounts.index(of: address)
        if machine.pointee.journal.warm(heir), !machine.pointee.isPrecompile(address) {
            frame.pointee.gas &-= machine.pointee.rules.coldAccountAccess
            if frame.pointee.gas < 0 { return .outOfGas }
        }
        let account = frame.pointee.account
        guard machine.pointee.journal.load(heir), machine.pointee.journal.load(account) else {
            return machine.pointee.abandonForMissingState()
        }
        let balance = machine.pointee.journal.record(account).pointee.balance
        if !balance.isZero, machine.pointee.journal.record(heir).pointee.isEmpty {
            let hasStateGas = machine.pointee.rules.hasStateGas
            frame.pointee.gas &-= hasStateGas ? Gas.accountWrite : Gas.newAccount
            if frame.pointee.gas < 0 { return .outOfGas }
            if hasStateGas, !StateGas.take(machine, frame, StateGas.newAccount) {
                return .outOfGas
            }
        }
        let isNew =
            machine.pointee.journal.record(account).pointee.createdIn
            == machine.pointee.journal.transaction
        if W.isOn {
            machine.pointee.watch?.selfDestructed(frame.pointee.address, to: address, balance)
        }
        machine.pointee.journal.touch(account)
        machine.pointee.transfer(from: account, to: heir, balance)
        if isNew || !machine.pointee.rules.selfDestructOnlyNew {
            // What an account leaves to itself is burnt, until Amsterdam.
            if heir == account, !machine.pointee.rules.selfDestructKeepsWei {
                machine.pointee.journal.setBalance(account, .zero)
            }
            machine.pointee.journal.markDestroyed(account)
        }
        return .success
    }
}
