import EVM
import Ethereum

/// Writes the code of random contracts that call each other, precompiled contracts and themselves.
struct ProgramWriter {
    let fork: Fork
    /// The world's contracts.
    let contracts: [Address]
    /// An account without code.
    let plain: Address

    /// One contract's code: mostly instructions that fit together, else a soup of them or bytes.
    func code(_ random: inout FuzzRandom) -> [UInt8] {
        switch random.below(24) {
        case 0: return random.bytes(random.below(200))
        case 1, 2: return soup(&random)
        default:
            var code = CodeWriter(fork: fork)
            statements(&code, &random, count: 3 + random.below(40), nesting: 0)
            end(&code, &random)
            // A mistake in code that otherwise fits together.
            var bytes = code.bytes
            if random.isOne(of: 30), !bytes.isEmpty {
                bytes[random.below(bytes.count)] = UInt8(random.below(256))
            }
            return bytes
        }
    }

    /// Any instructions after many pushes.
    private func soup(_ random: inout FuzzRandom) -> [UInt8] {
        var code = CodeWriter(fork: fork)
        for _ in 0..<20 { code.push(operand(&random)) }
        for _ in 0..<(5 + random.below(80)) {
            for _ in 0..<random.below(6) { code.push(operand(&random)) }
            code.raw([UInt8(random.below(256))])
        }
        return code.bytes
    }

    private func operand(_ random: inout FuzzRandom) -> UInt256 {
        switch random.below(6) {
        case 0: random.word()
        case 1: address(&random).word
        default: UInt256(UInt64(random.below(70)))
        }
    }

    private func address(_ random: inout FuzzRandom) -> Address {
        switch random.below(12) {
        case 0: plain
        case 1: Address(word: UInt256(UInt64(1 + random.below(11))))
        case 2: Address(word: random.word())
        default: random.element(contracts)
        }
    }

    private func statements(
        _ code: inout CodeWriter, _ random: inout FuzzRandom, count: Int, nesting: Int
    ) {
        for _ in 0..<count {
            statement(&code, &random, nesting: nesting)
            // Keep room on the stack, and let results be seen.
            if code.depth > 14 { keep(&code, &random) }
        }
    }

    private func statement(
        _ code: inout CodeWriter, _ random: inout FuzzRandom, nesting: Int
    ) {
        switch random.below(24) {
        case 0...6: arithmetic(&code, &random)
        case 7: shuffle(&code, &random)
        case 8, 9: memory(&code, &random)
        case 10: environment(&code, &random)
        case 11, 12: storage(&code, &random)
        case 13: hash(&code, &random)
        case 14: copy(&code, &random)
        case 15: log(&code, &random)
        case 16, 17: call(&code, &random)
        case 18: ContractInputs.call(&code, &random)
        case 19: create(&code, &random)
        case 20 where nesting < 3: branch(&code, &random, nesting)
        case 21 where nesting < 2: loop(&code, &random, nesting)
        case 22: keep(&code, &random)
        default: code.push(random.word())
        }
    }

    private static let binary: [Opcode] = [
        .add, .mul, .sub, .div, .sdiv, .mod, .smod, .exp, .signextend, .lt, .gt, .slt, .sgt, .eq,
        .and, .or, .xor, .byte, .shl, .shr, .sar,
    ]

    private func arithmetic(_ code: inout CodeWriter, _ random: inout FuzzRandom) {
        func operands(_ count: Int) {
            for _ in 0..<count where code.depth < count || !random.isOne(of: 3) {
                code.push(random.word())
            }
            code.level(to: max(code.depth, count))
        }
        switch random.below(8) {
        case 0:
            operands(3)
            code.op(random.isOne(of: 2) ? .addmod : .mulmod, 3, 1)
        case 1:
            operands(1)
            code.op(random.isOne(of: 2) ? .iszero : .not, 1, 1)
        default:
            operands(2)
            code.op(random.element(Self.binary), 2, 1)
        }
    }

    private func shuffle(_ code: inout CodeWriter, _ random: inout FuzzRandom) {
        let count = min(code.depth, 16)
        guard count >= 2 else { return code.push(random.word()) }
        if random.isOne(of: 2) {
            code.dup(1 + random.below(count))
        } else {
            code.swap(1 + random.below(count - 1))
        }
    }

    /// Mostly near, now and then where gas ends or beyond all gas.
    private func offset(_ random: inout FuzzRandom) -> UInt256 {
        switch random.below(300) {
        case 0: random.word()
        case 1: UInt256(UInt64(random.below(100_000)))
        default: UInt256(UInt64(random.below(200)))
        }
    }

    private func size(_ random: inout FuzzRandom) -> UInt256 {
        switch random.below(300) {
        case 0: random.word()
        case 1: UInt256(UInt64(random.below(20_000)))
        case 2...40: .zero
        default: UInt256(UInt64(random.below(100)))
        }
    }

    private func memory(_ code: inout CodeWriter, _ random: inout FuzzRandom) {
        switch random.below(5) {
        case 0:
            code.push(offset(&random))
            code.op(.mload, 1, 1)
        case 1:
            code.push(random.word())
            code.push(offset(&random))
            code.op(.mstore8, 2)
        case 2: code.op(.msize, 0, 1)
        default:
            code.push(random.word())
            code.push(offset(&random))
            code.op(.mstore, 2)
        }
    }

    private static let readings: [Opcode] = [
        .address, .origin, .caller, .callvalue, .calldatasize, .codesize, .gasprice,
        .returndatasize, .coinbase, .timestamp, .number, .prevrandao, .gaslimit, .chainid,
        .selfbalance, .basefee, .pc, .gas,
    ]

    private func environment(_ code: inout CodeWriter, _ random: inout FuzzRandom) {
        switch random.below(8) {
        case 0:
            code.push(offset(&random))
            code.op(.calldataload, 1, 1)
        case 1, 2:
            code.push(address(&random).word)
            code.op(random.element([.balance, .extcodesize, .extcodehash]), 1, 1)
        case 3:
            code.push(UInt256(UInt64(700 + random.below(310))))
            code.op(fork >= .cancun && random.isOne(of: 4) ? .blobhash : .blockhash, 1, 1)
        case 4 where fork >= .cancun: code.op(.blobbasefee, 0, 1)
        default: code.op(random.element(Self.readings), 0, 1)
        }
    }

    private func slot(_ random: inout FuzzRandom) -> UInt256 {
        random.isOne(of: 12) ? random.word() : UInt256(UInt64(random.below(6)))
    }

    private func storage(_ code: inout CodeWriter, _ random: inout FuzzRandom) {
        let isTransient = fork >= .cancun && random.isOne(of: 4)
        if random.isOne(of: 2) {
            code.push(slot(&random))
            code.op(isTransient ? .tload : .sload, 1, 1)
        } else {
            code.push(random.isOne(of: 3) ? random.word() : UInt256(UInt64(random.below(3))))
            code.push(slot(&random))
            code.op(isTransient ? .tstore : .sstore, 2)
        }
    }

    private func hash(_ code: inout CodeWriter, _ random: inout FuzzRandom) {
        code.push(size(&random))
        code.push(offset(&random))
        code.op(.keccak256, 2, 1)
    }

    private func copy(_ code: inout CodeWriter, _ random: inout FuzzRandom) {
        code.push(size(&random))
        code.push(offset(&random))
        code.push(offset(&random))
        switch random.below(6) {
        case 0: code.op(.calldatacopy, 3)
        case 1: code.op(.codecopy, 3)
        case 2:
            code.push(address(&random).word)
            code.op(.extcodecopy, 4)
        case 3 where fork >= .cancun: code.op(.mcopy, 3)
        case 4:
            // All that was returned, or more than that.
            code.level(to: code.depth - 3)
            code.op(.returndatasize, 0, 1)
            code.push(random.isOne(of: 40) ? 1 : 0)
            code.push(offset(&random))
            code.op(.returndatacopy, 3)
        default: code.op(.codecopy, 3)
        }
    }

    private func log(_ code: inout CodeWriter, _ random: inout FuzzRandom) {
        let topics = random.below(5)
        for _ in 0..<topics { code.push(random.word()) }
        code.push(size(&random))
        code.push(offset(&random))
        code.log(topics)
    }

    private func call(_ code: inout CodeWriter, _ random: inout FuzzRandom) {
        let kind = random.element([Opcode.call, .call, .callcode, .delegatecall, .staticcall])
        code.push(size(&random))
        code.push(offset(&random))
        code.push(size(&random))
        code.push(offset(&random))
        let hasValue = kind == .call || kind == .callcode
        if hasValue {
            code.push(random.isOne(of: 3) ? UInt256(UInt64(random.below(2000))) : .zero)
        }
        code.push(address(&random).word)
        // What a failing callee has got is gone: keep some.
        if !random.isOne(of: 4) {
            code.push(random.below(60_000))
        } else {
            code.op(.gas, 0, 1)
        }
        code.op(kind, hasValue ? 7 : 6, 1)
    }

    /// Init code of at most 32 bytes in memory, or a part of this code.
    private func create(_ code: inout CodeWriter, _ random: inout FuzzRandom) {
        var count = 32
        if random.isOne(of: 4) {
            count = random.below(120)
            code.push(count)
            code.push(random.below(60))
            code.push(0)
            code.op(.codecopy, 3)
        } else {
            var initial = CodeWriter(fork: fork)
            switch random.below(4) {
            case 0: initial.store([UInt256(random.next())])
            case 1:
                initial.push(random.below(5))
                initial.push(random.below(5))
                initial.op(.sstore, 2)
            case 2:
                initial.push(address(&random).word)
                initial.op(.selfdestruct, 1)
            default:
                initial.push(UInt256(random.next()))
                initial.push(0)
                initial.op(.mstore, 2)
            }
            initial.push(random.isOne(of: 8) ? random.below(30_000) : random.below(33))
            initial.push(random.below(33))
            initial.op(random.isOne(of: 6) ? .revert : .return, 2)
            let bytes = initial.bytes.prefix(32)
            count = bytes.count
            code.store([UInt256(bigEndian: bytes + [UInt8](repeating: 0, count: 32 - count)) ?? 0])
        }
        let isSalted = random.isOne(of: 2)
        if isSalted { code.push(random.below(2)) }
        code.push(random.isOne(of: 60) ? random.word() : UInt256(UInt64(count)))
        code.push(0)
        code.push(random.isOne(of: 3) ? random.below(3) : 0)
        code.op(isSalted ? .create2 : .create, isSalted ? 4 : 3, 1)
        // What was made is called at once, as often as not.
        if random.isOne(of: 2) {
            for _ in 0..<5 { code.push(0) }
            code.dup(6)
            code.op(.gas, 0, 1)
            code.op(.call, 7, 1)
        }
    }

    private func branch(
        _ code: inout CodeWriter, _ random: inout FuzzRandom, _ nesting: Int
    ) {
        code.level(to: max(code.depth, 1))
        if random.isOne(of: 2) { code.push(random.below(2)) }
        // Now and then to a place where no jump may go.
        if random.isOne(of: 80) {
            code.push(random.below(code.bytes.count + 2))
            code.op(.jumpi, 2)
            return
        }
        let jump = code.jump(conditional: true)
        let depth = code.depth
        statements(&code, &random, count: 1 + random.below(5), nesting: nesting + 1)
        code.level(to: depth)
        code.land(jump)
    }

    /// At most eight rounds, counted in memory that little else reaches.
    private func loop(_ code: inout CodeWriter, _ random: inout FuzzRandom, _ nesting: Int) {
        let counter = 1024 + 32 * nesting
        code.store([UInt256(UInt64(1 + random.below(8)))], at: counter)
        let depth = code.depth
        let start = code.bytes.count
        code.op(.jumpdest)
        statements(&code, &random, count: 1 + random.below(4), nesting: nesting + 1)
        code.level(to: depth)
        code.push(1)
        code.push(counter)
        code.op(.mload, 1, 1)
        code.op(.sub, 2, 1)
        code.dup(1)
        code.push(counter)
        code.op(.mstore, 2)
        code.push(start)
        code.op(.jumpi, 2)
    }

    /// Writes the top word where the comparison sees it.
    private func keep(_ code: inout CodeWriter, _ random: inout FuzzRandom) {
        guard code.depth > 0 else { return }
        code.push(random.isOne(of: 4) ? random.below(6) : 32 * random.below(12))
        code.op(code.depth > 14 && random.isOne(of: 3) ? .sstore : .mstore, 2)
    }

    private func end(_ code: inout CodeWriter, _ random: inout FuzzRandom) {
        while code.depth > 8 { keep(&code, &random) }
        switch random.below(16) {
        case 0: break
        case 1: code.op(.stop)
        case 2:
            code.push(address(&random).word)
            code.op(.selfdestruct, 1)
        case 3: code.op(.invalid)
        default:
            while code.depth > 0 { keep(&code, &random) }
            code.push(size(&random))
            code.push(offset(&random))
            code.op(random.isOne(of: 5) ? .revert : .return, 2)
        }
    }
}
