// One function with one switch, longer than 600 lines because counter, stack pointer and gas are in
// registers only while all that touches them is in one body. What needs more than words and memory
// is in Instructions/, called with the registers written back to the frame.

import Ethereum

/// Runs the code of one frame until it ends or calls another.
enum Interpreter {
    static func run<W: Watching>(
        _ machine: MachinePointer, _ frame: FramePointer, _ watching: W.Type
    ) -> Status {
        // A tracer sees the instructions that the code has.
        if W.isOn { unfuse(frame) }
        var code = frame.pointee.code
        let stackBase = UInt(bitPattern: frame.pointee.stackBase)
        var table =
            machine.pointee.instructions + (code == frame.pointee.bytes ? 0 : 256)
        var pc = frame.pointee.pc
        var sp = frame.pointee.sp
        var gas = frame.pointee.gas
        var memory = machine.pointee.memory + frame.pointee.memoryBase
        var memorySize = UInt64(truncatingIfNeeded: frame.pointee.memorySize)

        while true {
            let byte = pc.pointee
            if W.isOn { machine.pointee.watch?.step(frame, pc: pc, sp: sp, gas: gas) }
            let traits = table[Int(byte)]
            gas &-= Int64(traits.gas)
            let held = UInt(bitPattern: sp) &- stackBase
            if gas < 0 || held &- UInt(traits.stackNeed) > UInt(traits.stackRoom) {
                if !W.isOn, code != frame.pointee.bytes {
                    // What fails, and how, says the original.
                    frame.pointee.pc = pc
                    unfuse(frame)
                    gas &+= Int64(traits.gas)
                    pc = frame.pointee.pc
                    code = frame.pointee.code
                    table = machine.pointee.instructions
                    continue
                }
                frame.pointee.gas = gas
                return refusal(table + Int(byte), gas: gas, held: UInt16(truncatingIfNeeded: held))
            }
            switch Opcode(byte: byte) {
            case .add:
                let a = sp[0]
                sp -= 1
                sp[0] = a &+ sp[0]
            case .mul:
                let a = sp[0]
                sp -= 1
                sp[0] = a &* sp[0]
            case .sub:
                let a = sp[0]
                sp -= 1
                sp[0] = a &- sp[0]
            case .div:
                let a = sp[0]
                sp -= 1
                sp[0] = a.dividedOrZero(by: sp[0])
            case .sdiv:
                let a = sp[0]
                sp -= 1
                sp[0] = Arithmetic.signedDivide(a, sp[0])
            case .mod:
                let a = sp[0]
                sp -= 1
                sp[0] = a.remainderOrZero(dividingBy: sp[0])
            case .smod:
                let a = sp[0]
                sp -= 1
                sp[0] = Arithmetic.signedRemainder(a, sp[0])
            case .addmod:
                let a = sp[0]
                let b = sp[-1]
                sp -= 2
                sp[0] = UInt256.addMod(a, b, sp[0])
            case .mulmod:
                let a = sp[0]
                let b = sp[-1]
                sp -= 2
                sp[0] = machine.pointee.modulus.mulMod(a, b, sp[0])
            case .signextend:
                let a = sp[0]
                sp -= 1
                sp[0] = Arithmetic.signExtend(a, sp[0])

            case .lt:
                let a = sp[0]
                sp -= 1
                sp[0] = Bitwise.word(a < sp[0])
            case .gt:
                let a = sp[0]
                sp -= 1
                sp[0] = Bitwise.word(sp[0] < a)
            case .slt:
                let a = sp[0]
                sp -= 1
                sp[0] = Bitwise.word(Bitwise.signedLess(a, sp[0]))
            case .sgt:
                let a = sp[0]
                sp -= 1
                sp[0] = Bitwise.word(Bitwise.signedLess(sp[0], a))
            case .eq:
                let a = sp[0]
                sp -= 1
                sp[0] = Bitwise.word(
                    (a.limb0 ^ sp[0].limb0) | (a.limb1 ^ sp[0].limb1) | (a.limb2 ^ sp[0].limb2)
                        | (a.limb3 ^ sp[0].limb3) == 0)
            case .iszero: sp[0] = Bitwise.word(sp.word.isZero)
            case .and:
                let a = sp.word
                sp -= 1
                sp[0] = a & sp.word
            case .or:
                let a = sp.word
                sp -= 1
                sp[0] = a | sp.word
            case .xor:
                let a = sp.word
                sp -= 1
                sp[0] = a ^ sp.word
            case .not: sp[0] = ~sp.word
            case .byte:
                let a = sp[0]
                sp -= 1
                sp[0] = Bitwise.byte(a, sp[0])
            case .shl:
                let a = sp[0]
                sp -= 1
                sp[0] = sp[0] << Bitwise.count(a)
            case .shr:
                let a = sp[0]
                sp -= 1
                sp[0] = sp[0] >> Bitwise.count(a)
            case .sar:
                let a = sp[0]
                sp -= 1
                sp[0] = Bitwise.shiftRightSigned(sp[0], Bitwise.count(a))
            case .clz:
                sp[0] = UInt256(UInt64(truncatingIfNeeded: 256 &- sp[0].bitWidth))

            case .address:
                sp += 1
                sp[0] = frame.pointee.address.word
            case .caller:
                sp += 1
                sp[0] = frame.pointee.caller.word
            case .callvalue:
                sp += 1
                sp[0] = frame.pointee.value
            case .calldatasize:
                sp += 1
                sp[0] = UInt256(UInt64(truncatingIfNeeded: frame.pointee.inputSize))
            case .codesize:
                sp += 1
                sp[0] = UInt256(UInt64(truncatingIfNeeded: frame.pointee.codeSize))
            case .returndatasize:
                sp += 1
                sp[0] = UInt256(UInt64(truncatingIfNeeded: machine.pointee.returnData.count))
            case .calldataload:
                let offset = sp[0]
                let size = UInt64(truncatingIfNeeded: frame.pointee.inputSize)
                let input = UnsafeRawPointer(machine.pointee.memory + frame.pointee.inputOffset)
                if offset.limb1 | offset.limb2 | offset.limb3 == 0, offset.limb0 < size {
                    let start = input + Int(truncatingIfNeeded: offset.limb0)
                    let rest = size &- offset.limb0
                    // The bytes after a short rest may be anything, but they are readable: behind
                    // all calldata in the shared memory there is at least one word.
                    let word = UInt256(bigEndianAt: start)
                    if rest >= 32 {
                        sp[0] = word
                    } else {
                        let cut = 256 &- 8 &* rest
                        sp[0] = (word >> cut) << cut
                    }
                } else {
                    sp[0] = .zero
                }

            case .pop: sp -= 1
            case .mload:
                let offset = sp[0]
                if offset.limb1 | offset.limb2 | offset.limb3 != 0
                    || offset.limb0 >= Limit.memoryRange
                {
                    return .outOfGas
                }
                if offset.limb0 &+ 32 > memorySize {
                    frame.pointee.gas = gas
                    if !FrameMemory.grow(
                        machine, frame, to: Int(truncatingIfNeeded: offset.limb0) &+ 32)
                    {
                        return .outOfGas
                    }
                    gas = frame.pointee.gas
                    memory = machine.pointee.memory + frame.pointee.memoryBase
                    memorySize = UInt64(truncatingIfNeeded: frame.pointee.memorySize)
                }
                sp[0] = UInt256(bigEndianAt: memory + Int(truncatingIfNeeded: offset.limb0))
            case .mstore:
                let offset = sp[0]
                if offset.limb1 | offset.limb2 | offset.limb3 != 0
                    || offset.limb0 >= Limit.memoryRange
                {
                    return .outOfGas
                }
                if offset.limb0 &+ 32 > memorySize {
                    frame.pointee.gas = gas
                    if !FrameMemory.grow(
                        machine, frame, to: Int(truncatingIfNeeded: offset.limb0) &+ 32)
                    {
                        return .outOfGas
                    }
                    gas = frame.pointee.gas
                    memory = machine.pointee.memory + frame.pointee.memoryBase
                    memorySize = UInt64(truncatingIfNeeded: frame.pointee.memorySize)
                }
                sp[-1].storeBigEndian(to: memory + Int(truncatingIfNeeded: offset.limb0))
                sp -= 2
            case .mstore8:
                let offset = sp[0]
                if offset.limb1 | offset.limb2 | offset.limb3 != 0
                    || offset.limb0 >= Limit.memoryRange
                {
                    return .outOfGas
                }
                if offset.limb0 >= memorySize {
                    frame.pointee.gas = gas
                    if !FrameMemory.grow(
                        machine, frame, to: Int(truncatingIfNeeded: offset.limb0) &+ 1)
                    {
                        return .outOfGas
                    }
                    gas = frame.pointee.gas
                    memory = machine.pointee.memory + frame.pointee.memoryBase
                    memorySize = UInt64(truncatingIfNeeded: frame.pointee.memorySize)
                }
                memory.storeBytes(
                    of: UInt8(truncatingIfNeeded: sp[-1].limb0),
                    toByteOffset: Int(truncatingIfNeeded: offset.limb0), as: UInt8.self)
                sp -= 2
            case .msize:
                sp += 1
                sp[0] = UInt256(memorySize)

            case .jump:
                let target = sp[0]
                sp -= 1
                guard let destination = jumpTarget(frame, code, target) else {
                    return .invalidJump
                }
                if W.isMetered, destination <= pc, !Interpreter.mayGoOn(machine, gas) {
                    return .abandoned
                }
                pc = destination
                if !W.isOn {
                    // The JUMPDEST there.
                    gas &-= Gas.jumpDestination
                    if gas < 0 { return .outOfGas }
                    pc += 1
                }
                continue
            case .jumpi:
                let target = sp[0]
                let condition = (sp - 1).word
                sp -= 2
                if !condition.isZero {
                    guard let destination = jumpTarget(frame, code, target) else {
                        return .invalidJump
                    }
                    if W.isMetered, destination <= pc, !Interpreter.mayGoOn(machine, gas) {
                        return .abandoned
                    }
                    pc = destination
                    if !W.isOn {
                        gas &-= Gas.jumpDestination
                        if gas < 0 { return .outOfGas }
                        pc += 1
                    }
                    continue
                }
            case .pc:
                sp += 1
                sp[0] = UInt256(UInt64(truncatingIfNeeded: pc - code))
            case .gas:
                sp += 1
                sp[0] = UInt256(UInt64(bitPattern: gas))
            case .jumpdest: break

            case .push0:
                sp += 1
                sp[0] = .zero
            case .push1:
                sp += 1
                sp[0] = UInt256(UInt64(pc[1]))
                pc += 1
            case .push2:
                sp += 1
                sp[0] = UInt256(UInt64(pc[1]) &<< 8 | UInt64(pc[2]))
                pc += 2
            case .push3, .push4, .push5, .push6, .push7, .push8:
                let count = Int(byte &- Opcode.push1.rawValue) &+ 1
                let data = UInt64(
                    bigEndian: UnsafeRawPointer(pc + 1).loadUnaligned(as: UInt64.self))
                sp += 1
                sp[0] = UInt256(data &>> UInt64(truncatingIfNeeded: 64 &- 8 &* count))
                pc += count
            case .push9, .push10, .push11, .push12, .push13, .push14, .push15, .push16, .push17,
                .push18, .push19, .push20, .push21, .push22, .push23, .push24, .push25, .push26,
                .push27, .push28, .push29, .push30, .push31:
                let count = Int(byte &- Opcode.push1.rawValue) &+ 1
                sp += 1
                sp[0] =
                    UInt256(bigEndianAt: pc + 1) >> UInt64(truncatingIfNeeded: 256 &- 8 &* count)
                pc += count
            case .push32:
                sp += 1
                sp[0] = UInt256(bigEndianAt: pc + 1)
                pc += 32

            case .dup1: sp = duplicate(sp, sp)
            case .dup2: sp = duplicate(sp, sp - 1)
            case .dup3: sp = duplicate(sp, sp - 2)
            case .dup4: sp = duplicate(sp, sp - 3)
            case .dup5, .dup6, .dup7, .dup8, .dup9, .dup10, .dup11, .dup12, .dup13, .dup14,
                .dup15, .dup16:
                let source = sp - Int(byte &- Opcode.dup1.rawValue)
                sp += 1
                sp[0] = source[0]
            case .swap1: exchange(sp, sp - 1)
            case .swap2: exchange(sp, sp - 2)
            case .swap3: exchange(sp, sp - 3)
            case .swap4, .swap5, .swap6, .swap7, .swap8, .swap9, .swap10, .swap11, .swap12,
                .swap13, .swap14, .swap15, .swap16:
                exchange(sp, sp - (Int(byte &- Opcode.swap1.rawValue) &+ 1))
            case .dupn:
                let depth = StackImmediate.depth(pc[1])
                if depth == 0 { return .invalidOpcode }
                if held < UInt(truncatingIfNeeded: 32 &* depth) { return .stackUnderflow }
                let source = sp - (depth &- 1)
                sp += 1
                sp[0] = source[0]
                pc += 1
            case .swapn:
                let depth = StackImmediate.depth(pc[1])
                if depth == 0 { return .invalidOpcode }
                if held <= UInt(truncatingIfNeeded: 32 &* depth) { return .stackUnderflow }
                let other = sp - depth
                let top = sp[0]
                sp[0] = other[0]
                other[0] = top
                pc += 1
            case .exchange:
                let depths = StackImmediate.depths(pc[1])
                if depths.upper == 0 { return .invalidOpcode }
                if held <= UInt(truncatingIfNeeded: 32 &* depths.lower) {
                    return .stackUnderflow
                }
                let upper = sp - depths.upper
                let lower = sp - depths.lower
                let word = upper[0]
                upper[0] = lower[0]
                lower[0] = word
                pc += 1

            // Fused sequences, by the names that `FusedCode` gives them.
            case .undefinedA5:  // jump
                let destination = code + target(pc)
                if W.isMetered, destination <= pc, !Interpreter.mayGoOn(machine, gas) {
                    return .abandoned
                }
                pc = destination
                continue
            case .undefinedA6:  // jumpIf
                let condition = sp.word
                sp -= 1
                if !condition.isZero {
                    gas &-= Gas.jumpDestination
                    if gas < 0 { return .outOfGas }
                    let destination = code + target(pc)
                    if W.isMetered, destination <= pc, !Interpreter.mayGoOn(machine, gas) {
                        return .abandoned
                    }
                    pc = destination
                    continue
                }
                pc += 3
            case .undefinedA7:  // shortJumpIf
                let condition = sp.word
                sp -= 1
                if !condition.isZero {
                    gas &-= Gas.jumpDestination
                    if gas < 0 { return .outOfGas }
                    let destination = code + target(pc)
                    if W.isMetered, destination <= pc, !Interpreter.mayGoOn(machine, gas) {
                        return .abandoned
                    }
                    pc = destination
                    continue
                }
                pc += 2
            case .undefinedA8:  // jumpUnless
                let condition = sp.word
                sp -= 1
                if condition.isZero {
                    gas &-= Gas.jumpDestination
                    if gas < 0 { return .outOfGas }
                    let destination = code + target(pc)
                    if W.isMetered, destination <= pc, !Interpreter.mayGoOn(machine, gas) {
                        return .abandoned
                    }
                    pc = destination
                    continue
                }
                pc += 4
            case .undefinedA9:  // shortJumpUnless
                let condition = sp.word
                sp -= 1
                if condition.isZero {
                    gas &-= Gas.jumpDestination
                    if gas < 0 { return .outOfGas }
                    let destination = code + target(pc)
                    if W.isMetered, destination <= pc, !Interpreter.mayGoOn(machine, gas) {
                        return .abandoned
                    }
                    pc = destination
                    continue
                }
                pc += 3
            case .undefinedAA:  // constantMask
                sp += 1
                sp[0] = frame.pointee.constants[target(pc)]
                pc += 7
            case .undefinedAB:  // constantShift
                sp += 1
                sp[0] = frame.pointee.constants[target(pc)]
                pc += 4
            case .undefinedAC:  // constantNot
                sp += 1
                sp[0] = frame.pointee.constants[target(pc)]
                pc += 2
            case .undefinedAD:  // andMask
                sp[0] = sp.word & frame.pointee.constants[target(pc)]
                pc += 8
            case .undefinedAE:  // andAddress
                sp[0] = sp.word & frame.pointee.constants[target(pc)]
                pc += 21
            case .undefinedAF:  // andByte
                sp[0] = UInt256(sp[0].limb0 & UInt64(pc[1]))
                pc += 2
            case .undefinedB0:  // addByte
                sp[0] = sp[0] &+ UInt256(UInt64(pc[1]))
                pc += 2
            case .undefinedB1:  // shiftLeft
                sp[0] = sp[0] << UInt64(pc[1])
                pc += 2
            case .undefinedB2:  // shiftRight
                sp[0] = sp[0] >> UInt64(pc[1])
                pc += 2
            case .undefinedB3:  // popTwo
                sp -= 2
                pc += 1
            case .undefinedB4:  // dropSecond
                sp[-1] = sp.word
                sp -= 1
                pc += 1
            case .undefinedB5:  // dropThird
                sp[-2] = sp.word
                sp -= 1
                pc += 1
            case .undefinedB6:  // dropFourth
                sp[-3] = sp.word
                sp -= 1
                pc += 1
            case .undefinedB7:  // jumpIfLess
                let isTaken = sp[0] < sp[-1]
                sp -= 2
                if isTaken {
                    gas &-= Gas.jumpDestination
                    if gas < 0 { return .outOfGas }
                    let destination = code + target(pc)
                    if W.isMetered, destination <= pc, !Interpreter.mayGoOn(machine, gas) {
                        return .abandoned
                    }
                    pc = destination
                    continue
                }
                pc += 4
            case .undefinedB8:  // jumpIfGreater
                let isTaken = sp[-1] < sp[0]
                sp -= 2
                if isTaken {
                    gas &-= Gas.jumpDestination
                    if gas < 0 { return .outOfGas }
                    let destination = code + target(pc)
                    if W.isMetered, destination <= pc, !Interpreter.mayGoOn(machine, gas) {
                        return .abandoned
                    }
                    pc = destination
                    continue
                }
                pc += 4
            case .undefinedB9:  // jumpIfEqual
                let isTaken = (sp.word ^ (sp - 1).word).isZero
                sp -= 2
                if isTaken {
                    gas &-= Gas.jumpDestination
                    if gas < 0 { return .outOfGas }
                    let destination = code + target(pc)
                    if W.isMetered, destination <= pc, !Interpreter.mayGoOn(machine, gas) {
                        return .abandoned
                    }
                    pc = destination
                    continue
                }
                pc += 4
            case .undefinedBA:  // jumpUnlessLess
                let isTaken = !(sp[0] < sp[-1])
                sp -= 2
                if isTaken {
                    gas &-= Gas.jumpDestination
                    if gas < 0 { return .outOfGas }
                    let destination = code + target(pc)
                    if W.isMetered, destination <= pc, !Interpreter.mayGoOn(machine, gas) {
                        return .abandoned
                    }
                    pc = destination
                    continue
                }
                pc += 5
            case .undefinedBB:  // jumpUnlessGreater
                let isTaken = !(sp[-1] < sp[0])
                sp -= 2
                if isTaken {
                    gas &-= Gas.jumpDestination
                    if gas < 0 { return .outOfGas }
                    let destination = code + target(pc)
                    if W.isMetered, destination <= pc, !Interpreter.mayGoOn(machine, gas) {
                        return .abandoned
                    }
                    pc = destination
                    continue
                }
                pc += 5
            case .undefinedBC:  // jumpIfSelector
                let top = sp.word
                if top.limb0 ^ selector(pc) | top.limb1 | top.limb2 | top.limb3 == 0 {
                    gas &-= Gas.jumpDestination
                    if gas < 0 { return .outOfGas }
                    let destination = code + target(pc)
                    if W.isMetered, destination <= pc, !Interpreter.mayGoOn(machine, gas) {
                        return .abandoned
                    }
                    pc = destination
                    continue
                }
                pc += 10
            case .undefinedBD:  // jumpIfSelectorAbove
                let top = sp.word
                if top.limb1 | top.limb2 | top.limb3 == 0, top.limb0 < selector(pc) {
                    gas &-= Gas.jumpDestination
                    if gas < 0 { return .outOfGas }
                    let destination = code + target(pc)
                    if W.isMetered, destination <= pc, !Interpreter.mayGoOn(machine, gas) {
                        return .abandoned
                    }
                    pc = destination
                    continue
                }
                pc += 10
            case .undefinedBE:  // extendSign
                sp[0] = Arithmetic.signExtend(UInt256(UInt64(pc[1])), sp[0])
                pc += 2
            case .undefinedBF:  // addSecond
                sp[0] = sp[0] &+ sp[-1]
                pc += 1

            case .stop: return finish(frame, gas, .success)
            case .selfdestruct:
                // The last byte has a case of its own, so that the table of the switch is whole and
                // no byte needs a comparison with its end.
                frame.pointee.sp = sp
                frame.pointee.gas = gas
                return Instructions.selfDestruct(machine, frame, watching)

            case .keccak256, .exp, .balance, .origin, .calldatacopy, .codecopy, .gasprice,
                .extcodesize, .extcodecopy, .returndatacopy, .extcodehash, .blockhash, .coinbase,
                .timestamp, .number, .prevrandao, .gaslimit, .chainid, .selfbalance, .basefee,
                .blobhash, .blobbasefee, .slotnum, .sload, .sstore, .tload, .tstore, .mcopy,
                .log0, .log1, .log2, .log3, .log4, .create, .call, .callcode, .return,
                .delegatecall, .create2, .staticcall, .revert:
                frame.pointee.pc = pc + 1
                frame.pointee.sp = sp
                frame.pointee.gas = gas
                let status = Instructions.perform(
                    Opcode(byte: byte), machine, frame, watching)
                if status != .running { return status }
                sp = frame.pointee.sp
                gas = frame.pointee.gas
                memory = machine.pointee.memory + frame.pointee.memoryBase
                memorySize = UInt64(truncatingIfNeeded: frame.pointee.memorySize)

            // None of these passes the check above.
            case .invalid, .undefined0C, .undefined0D, .undefined0E, .undefined0F, .undefined1F,
                .undefined21, .undefined22, .undefined23, .undefined24, .undefined25, .undefined26,
                .undefined27, .undefined28, .undefined29, .undefined2A, .undefined2B, .undefined2C,
                .undefined2D, .undefined2E, .undefined2F, .undefined4C, .undefined4D, .undefined4E,
                .undefined4F, .undefinedC0, .undefinedC1, .undefinedC2, .undefinedC3, .undefinedC4,
                .undefinedC5, .undefinedC6, .undefinedC7, .undefinedC8, .undefinedC9, .undefinedCA,
                .undefinedCB, .undefinedCC, .undefinedCD, .undefinedCE, .undefinedCF, .undefinedD0,
                .undefinedD1, .undefinedD2, .undefinedD3, .undefinedD4, .undefinedD5, .undefinedD6,
                .undefinedD7, .undefinedD8, .undefinedD9, .undefinedDA, .undefinedDB, .undefinedDC,
                .undefinedDD, .undefinedDE, .undefinedDF, .undefinedE0, .undefinedE1, .undefinedE2,
                .undefinedE3, .undefinedE4, .undefinedE5, .undefinedE9, .undefinedEA, .undefinedEB,
                .undefinedEC, .undefinedED, .undefinedEE, .undefinedEF, .undefinedF6, .undefinedF7,
                .undefinedF8, .undefinedF9, .undefinedFB, .undefinedFC:
                return .invalidOpcode
            }
            pc += 1
        }
    }

    /// Goes on with the code's own bytes, at the same place.
    @inline(never)
    private static func unfuse(_ frame: FramePointer) {
        frame.pointee.pc = frame.pointee.bytes + (frame.pointee.pc - frame.pointee.code)
        frame.pointee.code = frame.pointee.bytes
    }

    /// The 16 bits behind the byte of a fused sequence.
    @inline(__always)
    private static func target(_ pc: UnsafePointer<UInt8>) -> Int {
        Int(
            UInt16(littleEndian: UnsafeRawPointer(pc + 1).loadUnaligned(as: UInt16.self)))
    }

    /// The four bytes behind those, lowest first.
    @inline(__always)
    private static func selector(_ pc: UnsafePointer<UInt8>) -> UInt64 {
        UInt64(
            UInt32(littleEndian: UnsafeRawPointer(pc + 3).loadUnaligned(as: UInt32.self)))
    }

    /// Puts a copy of a word on the stack, whose new top it returns.
    @inline(__always)
    private static func duplicate(
        _ sp: UnsafeMutablePointer<UInt256>, _ source: UnsafeMutablePointer<UInt256>
    ) -> UnsafeMutablePointer<UInt256> {
        sp[1] = source.word
        return sp + 1
    }

    @inline(__always)
    private static func exchange(
        _ sp: UnsafeMutablePointer<UInt256>, _ other: UnsafeMutablePointer<UInt256>
    ) {
        let top = sp.word
        sp[0] = other.word
        other[0] = top
    }

    /// Whether the budget allows for more.
    @inline(__always)
    static func mayGoOn(_ machine: MachinePointer, _ gas: Int64) -> Bool {
        machine.pointee.meter?.allows(gas: gas) ?? true
    }

    @inline(__always)
    private static func finish(_ frame: FramePointer, _ gas: Int64, _ status: Status) -> Status {
        frame.pointee.gas = gas
        return status
    }

    /// The instruction at a jump's target; nil where no jump may go.
    @inline(__always)
    private static func jumpTarget(
        _ frame: FramePointer, _ code: UnsafePointer<UInt8>, _ target: UInt256
    ) -> UnsafePointer<UInt8>? {
        let offset = target.limb0
        guard target.limb1 | target.limb2 | target.limb3 == 0,
            offset < UInt64(truncatingIfNeeded: frame.pointee.codeSize)
        else { return nil }
        let index = Int(truncatingIfNeeded: offset)
        let bits = frame.pointee.jumpDestinations[index &>> 6]
        return (bits &>> (offset & 63)) & 1 == 1 ? code + index : nil
    }

    /// Which check an instruction failed; unknown ones need more than any stack holds.
    @inline(never)
    private static func refusal(
        _ traits: UnsafePointer<InstructionTraits>, gas: Int64, held: UInt16
    ) -> Status {
        let (need, room) = (traits.pointee.stackNeed, traits.pointee.stackRoom)
        if need == InstructionTable.undefined.stackNeed { return .invalidOpcode }
        if held < need { return .stackUnderflow }
        if held &- need > room { return .stackOverflow }
        return .outOfGas
    }
}
