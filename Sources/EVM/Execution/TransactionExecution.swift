import Ethereum

/// A message from outside: the outermost call or creation of a transaction.
struct Message {
    var from: Address
    var to: Address?
    var value: UInt256
    var data: [UInt8]
    var gas: Int64
    /// The nonce that a creation's address is made from.
    var nonce: UInt64 = 0
    /// What was taken of the gas for the state's growth before the first frame, and the reservoir
    /// to which its failure returns (`StateGas`).
    var spilledStateGas: Int64 = 0
    var reservoirMark: Int64 = 0
    /// What was taken of the gas for growth that outlives a failure: delegations.
    var committedStateGas: Int64 = 0
}

/// How the outermost frame ended.
struct MessageResult {
    var status: Status
    var gasLeft: Int64
    /// State gas that the gas paid for and that was not given back.
    var spilledStateGas: Int64 = 0
    var createdAddress: Address?
}

/// Runs a message: value, precompiled contract or code (Yellow Paper 7 and 8).
enum TransactionExecution {
    /// Accounts that are warm from the start (EIP-2929, 2930, 3651).
    static func warmUp(_ machine: MachinePointer, from: Address, to: Address?) {
        warm(machine, from)
        if machine.pointee.rules.warmsCoinbase { warm(machine, machine.pointee.block.coinbase) }
        if let to { warm(machine, to) }
    }

    static func warm(_ machine: MachinePointer, _ address: Address) {
        let index = machine.pointee.journal.accounts.index(of: address)
        _ = machine.pointee.journal.warm(index)
    }

    static func warm(_ machine: MachinePointer, _ list: [AccessListEntry]) {
        for entry in list {
            let account = machine.pointee.journal.accounts.index(of: entry.address)
            _ = machine.pointee.journal.warm(account)
            for key in entry.storageKeys {
                let slot = machine.pointee.journal.slotIndex(account, key)
                _ = machine.pointee.journal.warmSlot(slot)
            }
        }
    }

    static func run(_ machine: MachinePointer, _ message: Message) -> MessageResult {
        machine.pointee.depth = 0
        machine.pointee.initCodes.removeAll(keepingCapacity: true)
        machine.pointee.returnData.truncate(to: 0)
        // Who sends nothing is not read: the protocol's own caller is no account that a block
        // touches (EIP-7928).
        let sender = machine.pointee.journal.accounts.index(of: message.from)
        if !message.value.isZero {
            guard machine.pointee.journal.load(sender) else {
                return ended(machine.pointee.abandonForMissingState())
            }
            if machine.pointee.journal.record(sender).pointee.balance < message.value {
                return ended(.insufficientBalance)
            }
        }
        if let to = message.to { return call(machine, message, sender, to) }
        return create(machine, message, sender)
    }

    private static func ended(
        _ status: Status, gas: Int64 = 0, spilled: Int64 = 0
    ) -> MessageResult {
        MessageResult(status: status, gasLeft: gas, spilledStateGas: spilled, createdAddress: nil)
    }

    private static func call(
        _ machine: MachinePointer, _ message: Message, _ sender: Int, _ to: Address
    ) -> MessageResult {
        guard let target = machine.pointee.journal.load(to) else {
            return ended(machine.pointee.abandonForMissingState())
        }
        let mark = machine.pointee.journal.mark
        machine.pointee.transfer(from: sender, to: target, message.value)
        if machine.pointee.isPrecompile(to) {
            return callPrecompile(machine, message, to, mark)
        }
        guard let code = code(machine, target) else {
            return ended(machine.pointee.abandonForMissingState())
        }
        if code.bytes.isEmpty {
            return ended(.success, gas: message.gas, spilled: message.spilledStateGas)
        }
        // The calldata lie before the first frame's memory.
        let size = message.data.count
        let memoryBase = (size &+ 31) / 32 &* 32
        guard machine.pointee.reserveMemory(memoryBase, used: 0) else { return ended(.outOfGas) }
        message.data.withUnsafeBytes { bytes in
            if let base = bytes.baseAddress {
                machine.pointee.memory.copyMemory(from: base, byteCount: size)
            }
        }
        machine.pointee.frames.initialize(
            to: Frame(
                code: code.running, bytes: code.padded, codeSize: code.bytes.count,
                jumpDestinations: code.jumpDestinations, constants: code.constants,
                pc: code.running,
                stackBase: machine.pointee.stack, sp: machine.pointee.stack, gas: message.gas,
                memoryBase: memoryBase, inputOffset: 0, inputSize: size, account: target,
                address: to, caller: message.from, value: message.value, isStatic: false,
                mark: mark, spilledStateGas: message.spilledStateGas,
                reservoirMark: message.reservoirMark))
        let status = FrameLoop.run(machine)
        return ended(
            status, gas: machine.pointee.frames.pointee.gas,
            spilled: machine.pointee.frames.pointee.spilledStateGas)
    }

    /// What runs in the account: its code, or that of the account it points to, which is warm then
    /// (EIP-7702); nil where the base state lacks either.
    private static func code(_ machine: MachinePointer, _ account: Int) -> Code? {
        guard let code = machine.pointee.journal.code(account) else { return nil }
        guard let delegate = code.delegate, machine.pointee.rules.hasDelegations else {
            return code
        }
        let target = machine.pointee.journal.accounts.index(of: delegate)
        _ = machine.pointee.journal.warm(target)
        guard machine.pointee.journal.load(target) else { return nil }
        return machine.pointee.journal.code(target)
    }

    private static func callPrecompile(
        _ machine: MachinePointer, _ message: Message, _ to: Address, _ mark: JournalMark
    ) -> MessageResult {
        var gas = message.gas
        let status = message.data.withUnsafeBytes { input in
            Precompiles.run(
                UInt64(to.word2), rules: machine.pointee.rules, input: input, gas: &gas,
                output: &machine.pointee.returnData)
        }
        switch status {
        case .success:
            return ended(.success, gas: gas, spilled: message.spilledStateGas)
        case .notAvailable:
            machine.pointee.failure = .precompileNotAvailable(to)
            return ended(.abandoned)
        case .outOfGas, .failure:
            machine.pointee.returnData.truncate(to: 0)
            machine.pointee.journal.rollback(to: mark)
            machine.pointee.reservoir = message.reservoirMark
            return ended(status == .outOfGas ? .outOfGas : .precompileFailure)
        }
    }

    private static func create(
        _ machine: MachinePointer, _ message: Message, _ sender: Int
    ) -> MessageResult {
        let address = Address.create(sender: message.from, nonce: message.nonce)
        let target = machine.pointee.journal.accounts.index(of: address)
        _ = machine.pointee.journal.warm(target)
        guard machine.pointee.journal.load(target) else {
            return ended(machine.pointee.abandonForMissingState())
        }
        let begun = Creations.begin(
            machine, target: target, initCode: Code(message.data, hash: .zero, isFused: false),
            creator: sender,
            value: message.value, gas: message.gas, caller: message.from, depth: 0,
            stackBase: machine.pointee.stack, memoryBase: 0)
        if begun != .enterFrame { return ended(begun) }
        let frame = machine.pointee.frames
        frame.pointee.spilledStateGas = message.spilledStateGas
        frame.pointee.reservoirMark = message.reservoirMark
        let status = FrameLoop.run(machine)
        return MessageResult(
            status: status, gasLeft: frame.pointee.gas,
            spilledStateGas: frame.pointee.spilledStateGas,
            createdAddress: status == .success ? address : nil)
    }
}
