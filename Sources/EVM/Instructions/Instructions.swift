/// The instructions that need more than words and memory, with the registers in the frame: each
/// takes its operands, pays, acts, and says how to go on.
enum Instructions {
    @inline(never)
    static func perform<W: Watching>(
        _ opcode: Opcode, _ machine: MachinePointer, _ frame: FramePointer, _ watching: W.Type
    ) -> Status {
        if W.isOn { machine.pointee.watch?.perform(opcode, frame) }
        if W.isMetered, !Interpreter.mayGoOn(machine, frame.pointee.gas) { return .abandoned }
        return act(opcode, machine, frame, watching)
    }

    /// SELFDESTRUCT, which ends the frame.
    @inline(never)
    static func selfDestruct<W: Watching>(
        _ machine: MachinePointer, _ frame: FramePointer, _ watching: W.Type
    ) -> Status {
        if W.isOn { machine.pointee.watch?.perform(.selfdestruct, frame) }
        if W.isMetered, !Interpreter.mayGoOn(machine, frame.pointee.gas) { return .abandoned }
        return ControlFlow.selfDestruct(machine, frame, watching)
    }

    @inline(__always)
    private static func act<W: Watching>(
        _ opcode: Opcode, _ machine: MachinePointer, _ frame: FramePointer, _ watching: W.Type
    ) -> Status {
        switch opcode {
        case .sload: Storage.sload(machine, frame)
        case .sstore:
            machine.pointee.rules.hasStateGas
                ? Storage.sstoreWithStateGas(machine, frame) : Storage.sstore(machine, frame)
        case .keccak256: Hashing.keccak256(machine, frame)
        case .exp: Arithmetic.exp(machine, frame)

        case .call: Calls.call(machine, frame, .call, watching)
        case .callcode: Calls.call(machine, frame, .callCode, watching)
        case .delegatecall: Calls.call(machine, frame, .delegateCall, watching)
        case .staticcall: Calls.call(machine, frame, .staticCall, watching)
        case .create: Creations.create(machine, frame, salted: false, watching)
        case .create2: Creations.create(machine, frame, salted: true, watching)
        case .return: ControlFlow.end(machine, frame, .success)
        case .revert: ControlFlow.end(machine, frame, .revert)

        case .calldatacopy: Copying.calldatacopy(machine, frame)
        case .codecopy: Copying.codecopy(machine, frame)
        case .extcodecopy: Copying.extcodecopy(machine, frame)
        case .returndatacopy: Copying.returndatacopy(machine, frame)
        case .mcopy: Copying.mcopy(machine, frame)

        case .balance: Environment.balance(machine, frame)
        case .extcodesize: Environment.extcodesize(machine, frame)
        case .extcodehash: Environment.extcodehash(machine, frame)
        case .selfbalance: Environment.selfbalance(machine, frame)
        case .origin: Environment.push(frame, machine.pointee.transaction.origin.word)
        case .gasprice: Environment.push(frame, machine.pointee.transaction.gasPrice)
        case .blobhash: Environment.blobhash(machine, frame)

        case .blockhash: Environment.blockhash(machine, frame)
        case .coinbase:
            Environment.pushOfBuilder(machine, frame, machine.pointee.block.coinbase.word)
        case .timestamp: Environment.push(frame, .init(machine.pointee.block.timestamp))
        case .number: Environment.push(frame, .init(machine.pointee.block.number))
        case .prevrandao:
            Environment.pushOfBuilder(machine, frame, machine.pointee.block.prevRandao.word)
        case .gaslimit:
            Environment.pushOfBuilder(machine, frame, .init(machine.pointee.block.gasLimit))
        case .chainid: Environment.push(frame, .init(machine.pointee.block.chainId))
        case .basefee: Environment.push(frame, machine.pointee.block.baseFeePerGas)
        case .blobbasefee: Environment.push(frame, machine.pointee.block.blobBaseFee)

        case .slotnum: Environment.push(frame, .init(machine.pointee.block.slotNumber))

        case .tload: Storage.tload(machine, frame)
        case .tstore: Storage.tstore(machine, frame)
        case .log0: Logging.log(machine, frame, topics: 0)
        case .log1: Logging.log(machine, frame, topics: 1)
        case .log2: Logging.log(machine, frame, topics: 2)
        case .log3: Logging.log(machine, frame, topics: 3)
        case .log4: Logging.log(machine, frame, topics: 4)
        default: .invalidOpcode
        }
    }
}
