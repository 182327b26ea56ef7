import Ethereum

/// The four instructions that call other code (Yellow Paper H.2; EIP-7, 150, 161, 214, 2929, 7702).
enum Calls {
    enum Kind: Equatable {
        case call
        /// The callee's code in the caller's account.
        case callCode
        /// As `callCode`, with the caller's own caller and value.
        case delegateCall
        /// Nothing may be changed.
        case staticCall
    }

    @inline(never)
    static func call<W: Watching>(
        _ machine: MachinePointer, _ frame: FramePointer, _ kind: Kind, _ watching: W.Type
    ) -> Status {
        // Stack.
        let hasValue = kind == .call || kind == .callCode
        var sp = frame.pointee.sp
        let requestedGas = sp[0]
        let address = Address(word: sp[-1])
        let value = hasValue ? sp[-2] : .zero
        sp -= hasValue ? 3 : 2
        if kind == .call, frame.pointee.isStatic, !value.isZero { return .staticCallViolation }

        // Gas: memory, access, value, new account, then what the callee gets.
        guard let input = FrameMemory.reach(machine, frame, sp[0], sp[-1]),
            let result = FrameMemory.reach(machine, frame, sp[-2], sp[-3])
        else { return .outOfGas }
        let target = machine.pointee.journal.accounts.index(of: address)
        guard Environment.access(machine, frame, address, target) else { return .outOfGas }
        if !value.isZero {
            frame.pointee.gas &-= machine.pointee.rules.callValue
            if frame.pointee.gas < 0 { return .outOfGas }
        }
        guard machine.pointee.journal.load(target),
            var code = machine.pointee.journal.codeView(target)
        else { return machine.pointee.abandonForMissingState() }
        if let delegate = code.delegate, machine.pointee.rules.hasDelegations {
            let account = machine.pointee.journal.accounts.index(of: delegate)
            frame.pointee.gas &-=
                machine.pointee.isPrecompile(delegate) || !machine.pointee.journal.warm(account)
                ? Gas.warmAccess : machine.pointee.rules.coldAccountAccess
            if frame.pointee.gas < 0 { return .outOfGas }
            guard machine.pointee.journal.load(account),
                let delegated = machine.pointee.journal.codeView(account)
            else { return machine.pointee.abandonForMissingState() }
            code = delegated
        }
        var accountStateGas: Int64 = 0
        if kind == .call, !value.isZero, machine.pointee.journal.record(target).pointee.isEmpty {
            if machine.pointee.rules.hasStateGas {
                accountStateGas = StateGas.newAccount
                guard StateGas.take(machine, frame, accountStateGas) else { return .outOfGas }
            } else {
                frame.pointee.gas &-= Gas.newAccount
                if frame.pointee.gas < 0 { return .outOfGas }
            }
        }
        let available = frame.pointee.gas &- frame.pointee.gas / Gas.callReserveDivisor
        var calleeGas = available
        if let requested = requestedGas.asUInt64, requested < UInt64(available) {
            calleeGas = Int64(requested)
        }
        frame.pointee.gas &-= calleeGas
        if !value.isZero { calleeGas &+= Gas.callStipend }

        // Operation. The place of the result is the lowest operand's.
        frame.pointee.sp = sp - 4
        machine.pointee.returnData.truncate(to: 0)
        if !value.isZero {
            guard machine.pointee.journal.load(frame.pointee.account) else {
                return machine.pointee.abandonForMissingState()
            }
        }
        if machine.pointee.depth >= Limit.callDepth
            || (!value.isZero
                && machine.pointee.journal.record(frame.pointee.account).pointee.balance < value)
        {
            if W.isOn {
                machine.pointee.watch?.frameless(
                    kind, frame, address, value, gas: calleeGas, used: 0,
                    input: FrameMemory.bytes(machine, frame, input), output: [],
                    .halted(
                        machine.pointee.depth >= Limit.callDepth
                            ? .callDepthExceeded : .insufficientBalance))
            }
            frame.pointee.gas &+= calleeGas
            StateGas.giveBack(machine, frame, accountStateGas)
            return Environment.push(frame, .zero)
        }
        let mark = machine.pointee.journal.mark
        switch kind {
        case .call:
            if value.isZero {
                machine.pointee.journal.touch(target)
            } else {
                machine.pointee.transfer(from: frame.pointee.account, to: target, value)
            }
        case .staticCall: machine.pointee.journal.touch(target)
        case .callCode, .delegateCall: break
        }
        if machine.pointee.isPrecompile(address) {
            if W.isMetered, !W.isOn {
                return callWithinBudget(
                    machine, frame, address, input, result, gas: calleeGas, mark: mark,
                    accountStateGas: accountStateGas)
            }
            let gasBefore = frame.pointee.gas
            let status = callPrecompile(
                machine, frame, address, input, result, gas: calleeGas, mark: mark,
                accountStateGas: accountStateGas)
            if W.isOn {
                precompileEnded(
                    machine, frame, kind, address, value, input, gas: calleeGas,
                    left: frame.pointee.gas &- gasBefore)
            }
            return status
        }
        if code.count == 0 {
            if W.isOn {
                machine.pointee.watch?.frameless(
                    kind, frame, address, value, gas: calleeGas, used: 0,
                    input: FrameMemory.bytes(machine, frame, input), output: [], nil)
            }
            frame.pointee.gas &+= calleeGas
            return Environment.push(frame, .one)
        }
        let actsAsCaller = kind == .callCode || kind == .delegateCall
        let isDelegate = kind == .delegateCall
        let depth = machine.pointee.depth &+ 1
        machine.pointee.depth = depth
        let end = frame.pointee.memoryBase &+ frame.pointee.memorySize
        (machine.pointee.frames + depth).initialize(
            to: Frame(
                code: code.running, bytes: code.padded, codeSize: code.count,
                jumpDestinations: code.jumpDestinations, constants: code.constants,
                pc: code.running,
                stackBase: frame.pointee.sp, sp: frame.pointee.sp, gas: calleeGas,
                memoryBase: end, inputOffset: frame.pointee.memoryBase &+ input.offset,
                inputSize: input.count, account: actsAsCaller ? frame.pointee.account : target,
                address: actsAsCaller ? frame.pointee.address : address,
                caller: isDelegate ? frame.pointee.caller : frame.pointee.address,
                value: isDelegate ? frame.pointee.value : value,
                isStatic: frame.pointee.isStatic || kind == .staticCall,
                resultOffset: result.offset, resultSize: result.count, mark: mark,
                reservoirMark: machine.pointee.reservoir, accountStateGas: accountStateGas))
        if W.isOn {
            machine.pointee.watch?.entered(
                kind, frame + 1, to: address, input: FrameMemory.bytes(machine, frame, input))
        }
        return .enterFrame
    }

    /// Tells of a precompiled contract's call, of whose gas so much is left for the caller.
    private static func precompileEnded(
        _ machine: MachinePointer, _ frame: FramePointer, _ kind: Kind, _ address: Address,
        _ value: UInt256, _ input: MemoryRange, gas: Int64, left: Int64
    ) {
        let succeeded = !frame.pointee.sp[0].isZero
        machine.pointee.watch?.frameless(
            kind, frame, address, value, gas: gas, used: succeeded ? gas &- left : gas,
            input: FrameMemory.bytes(machine, frame, input),
            output: machine.pointee.returnData.bytes, succeeded ? nil : .precompileFailed)
    }

    /// Runs a precompiled contract with no more gas than the budget has. One that would need more
    /// ends the execution, not the call.
    private static func callWithinBudget(
        _ machine: MachinePointer, _ frame: FramePointer, _ address: Address,
        _ input: MemoryRange, _ result: MemoryRange, gas: Int64, mark: JournalMark,
        accountStateGas: Int64
    ) -> Status {
        // The frame's gas is without the callee's, which counts as used until it is back.
        guard let meter = machine.pointee.meter,
            meter.allowsPrecompile(gas: frame.pointee.gas &+ gas)
        else { return .abandoned }
        let granted = min(gas, meter.rest(gas: frame.pointee.gas &+ gas))
        let status = callPrecompile(
            machine, frame, address, input, result, gas: granted, mark: mark,
            accountStateGas: accountStateGas)
        guard granted < gas, status == .running else { return status }
        if frame.pointee.sp[0].isZero {
            meter.spent()
            return .abandoned
        }
        frame.pointee.gas &+= gas &- granted
        return status
    }

    /// Runs a precompiled contract in place; it has no frame.
    private static func callPrecompile(
        _ machine: MachinePointer, _ frame: FramePointer, _ address: Address,
        _ input: MemoryRange, _ result: MemoryRange, gas: Int64, mark: JournalMark,
        accountStateGas: Int64
    ) -> Status {
        var gas = gas
        let bytes = UnsafeRawBufferPointer(
            start: FrameMemory.pointer(machine, frame, input), count: input.count)
        let status = Precompiles.run(
            UInt64(address.word2), rules: machine.pointee.rules, input: bytes, gas: &gas,
            output: &machine.pointee.returnData)
        switch status {
        case .success:
            frame.pointee.gas &+= gas
            copyResult(machine, frame, offset: result.offset, size: result.count)
            return Environment.push(frame, .one)
        case .notAvailable:
            machine.pointee.failure = .precompileNotAvailable(address)
            return .abandoned
        case .outOfGas, .failure:
            machine.pointee.returnData.truncate(to: 0)
            machine.pointee.journal.rollback(to: mark)
            StateGas.giveBack(machine, frame, accountStateGas)
            return Environment.push(frame, .zero)
        }
    }

    /// Copies the return data, as far as they go, to where the caller wants them.
    static func copyResult(
        _ machine: MachinePointer, _ frame: FramePointer, offset: Int, size: Int
    ) {
        let count = min(size, machine.pointee.returnData.count)
        if count == 0 { return }
        (machine.pointee.memory + frame.pointee.memoryBase + offset).copyMemory(
            from: UnsafeRawPointer(machine.pointee.returnData.base), byteCount: count)
    }
}
