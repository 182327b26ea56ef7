import Ethereum

/// CREATE and CREATE2, and what they share with a transaction that creates (Yellow Paper 7;
/// EIP-170, 684, 1014, 2681, 3541, 3860, 7610, 7954, 8037).
enum Creations {
    @inline(never)
    static func create<W: Watching>(
        _ machine: MachinePointer, _ frame: FramePointer, salted: Bool, _ watching: W.Type
    ) -> Status {
        if frame.pointee.isStatic { return .staticCallViolation }
        // Stack.
        let sp = frame.pointee.sp
        let value = sp[0]
        let salt = salted ? sp[-3] : .zero
        frame.pointee.sp = sp - (salted ? 4 : 3)

        // Gas.
        if sp[-2] > UInt256(UInt64(machine.pointee.rules.maximumInitCode)) {
            return .initCodeSizeLimit
        }
        guard let range = FrameMemory.reach(machine, frame, sp[-1], sp[-2]) else {
            return .outOfGas
        }
        let wordPrice =
            machine.pointee.rules.initCodeWordGas &+ (salted ? Gas.keccak256Word : 0)
        frame.pointee.gas &-= wordPrice &* FrameMemory.words(range.count)
        if frame.pointee.gas < 0 { return .outOfGas }

        // Operation.
        machine.pointee.returnData.truncate(to: 0)
        let creator = frame.pointee.account
        guard machine.pointee.journal.load(creator) else {
            return machine.pointee.abandonForMissingState()
        }
        let nonce = machine.pointee.journal.record(creator).pointee.nonce
        if machine.pointee.depth >= Limit.callDepth || nonce == Limit.nonce
            || machine.pointee.journal.record(creator).pointee.balance < value
        {
            if W.isOn {
                let reason: HaltReason =
                    machine.pointee.depth >= Limit.callDepth
                    ? .callDepthExceeded
                    : nonce == Limit.nonce ? .nonceOverflow : .insufficientBalance
                let gas = frame.pointee.gas &- frame.pointee.gas / Gas.callReserveDivisor
                machine.pointee.watch?.refusedCreation(
                    frame, to: nil, value, gas: gas, used: 0,
                    initCode: FrameMemory.bytes(machine, frame, range), reason)
            }
            return Environment.push(frame, .zero)
        }
        let bytes = UnsafeRawBufferPointer(
            start: FrameMemory.pointer(machine, frame, range), count: range.count)
        let initCode = Code([UInt8](bytes), hash: .zero, isFused: false)
        let address =
            salted
            ? Address.create2(
                sender: frame.pointee.address, salt: salt, initCodeHash: Keccak256.hash(bytes))
            : Address.create(sender: frame.pointee.address, nonce: nonce)
        // Before its nonce and balance change.
        if W.isOn { machine.pointee.watch?.named(address) }
        let target = machine.pointee.journal.accounts.index(of: address)
        _ = machine.pointee.journal.warm(target)
        guard machine.pointee.journal.load(target) else {
            return machine.pointee.abandonForMissingState()
        }
        var accountStateGas: Int64 = 0
        if machine.pointee.rules.hasStateGas,
            machine.pointee.journal.record(target).pointee.isEmpty
        {
            accountStateGas = StateGas.newAccount
            guard StateGas.take(machine, frame, accountStateGas) else { return .outOfGas }
        }
        let gas = frame.pointee.gas &- frame.pointee.gas / Gas.callReserveDivisor
        frame.pointee.gas &-= gas
        machine.pointee.journal.setNonce(creator, nonce &+ 1)
        let parent = machine.pointee.depth
        let status = begin(
            machine, target: target, initCode: initCode, creator: creator, value: value,
            gas: gas, caller: frame.pointee.address, depth: parent &+ 1,
            stackBase: frame.pointee.sp,
            memoryBase: frame.pointee.memoryBase &+ frame.pointee.memorySize,
            accountStateGas: accountStateGas)
        if W.isOn {
            if status == .enterFrame {
                machine.pointee.watch?.created(frame + 1, initCode: initCode.bytes)
            } else if status == .createCollision {
                machine.pointee.watch?.refusedCreation(
                    frame, to: address, value, gas: gas, used: gas, initCode: initCode.bytes,
                    .createCollision)
            }
        }
        // A collision spends the gas that the creation was given.
        return status == .createCollision ? Environment.push(frame, .zero) : status
    }

    /// Makes the loaded account and the frame that runs the init code: `enterFrame`, or why not.
    static func begin(
        _ machine: MachinePointer, target: Int, initCode: Code, creator: Int, value: UInt256,
        gas: Int64, caller: Address, depth: Int, stackBase: UnsafeMutablePointer<UInt256>,
        memoryBase: Int, accountStateGas: Int64 = 0
    ) -> Status {
        let record = machine.pointee.journal.record(target).pointee
        if record.nonce != 0 || record.codeIndex != CodeStore.empty { return .createCollision }
        if machine.pointee.rules.storageBlocksCreation {
            guard let hasStorage = machine.pointee.journal.hasStorage(target) else {
                return machine.pointee.abandonForMissingState()
            }
            if hasStorage { return .createCollision }
        }

        let mark = machine.pointee.journal.mark
        machine.pointee.journal.markCreated(target)
        machine.pointee.journal.setNonce(target, 1)
        machine.pointee.transfer(from: creator, to: target, value)
        machine.pointee.initCodes.append(initCode)
        machine.pointee.depth = depth
        (machine.pointee.frames + depth).initialize(
            to: Frame(
                code: initCode.running, bytes: initCode.padded, codeSize: initCode.bytes.count,
                jumpDestinations: initCode.jumpDestinations, constants: initCode.constants,
                pc: initCode.running,
                stackBase: stackBase, sp: stackBase, gas: gas, memoryBase: memoryBase,
                inputOffset: memoryBase, inputSize: 0, account: target, address: record.address,
                caller: caller, value: value, isStatic: false, isCreation: true, mark: mark,
                reservoirMark: machine.pointee.reservoir, accountStateGas: accountStateGas))
        return .enterFrame
    }

    /// Deploys what the init code returned; a failure spends all gas and undoes the creation.
    static func deploy(_ machine: MachinePointer, _ frame: FramePointer) -> Status {
        let size = frame.pointee.outputSize
        let bytes = UnsafeRawBufferPointer(
            start: machine.pointee.memory + frame.pointee.memoryBase
                + frame.pointee.outputOffset, count: size)
        if size > machine.pointee.rules.maximumCode { return .codeSizeLimit }
        // The first byte of the object format, which no deployed code may have (EIP-3541).
        if size > 0, bytes[0] == 0xEF { return .codeStartsWith0xEF }
        guard payDeposit(machine, frame, size) else { return .outOfGas }
        if size > 0 {
            let hash = Keccak256.hash(bytes)
            if let known = machine.pointee.journal.codes.index(of: hash) {
                let code = machine.pointee.journal.codes[known]
                machine.pointee.journal.setCode(frame.pointee.account, code)
            } else {
                machine.pointee.journal.setCode(
                    frame.pointee.account, Code([UInt8](bytes), hash: hash, isFused: true))
            }
        }
        return .success
    }

    /// Pays for the bytes of deployed code: from Amsterdam on for the hash, and as growth of the
    /// state (EIP-8037).
    private static func payDeposit(
        _ machine: MachinePointer, _ frame: FramePointer, _ size: Int
    ) -> Bool {
        guard machine.pointee.rules.hasStateGas else {
            frame.pointee.gas &-= Gas.codeDepositByte &* Int64(size)
            return frame.pointee.gas >= 0
        }
        frame.pointee.gas &-= Gas.codeHashWord &* FrameMemory.words(size)
        return frame.pointee.gas >= 0
            && StateGas.take(machine, frame, StateGas.byte &* Int64(size))
    }
}
