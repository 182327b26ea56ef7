import Ethereum

/// A copy of a code in which frequent sequences of instructions are one instruction each, made once
/// per code.
///
/// The copy has the length of the original, and each instruction that is not within a sequence
/// stands where it stood, so that jumps and the program counter mean the same. No sequence contains
/// a JUMPDEST, so that nothing can jump into one. Where a sequence cannot be paid for, or the stack
/// does not have or take what it needs, the frame goes on with the original: what fails then, and
/// how, is decided by the instruction that it belongs to. Tracers see only the original.
///
/// The bytes of the sequences are ones that no fork has an instruction for (`InstructionTable`
/// knows the fused ones beside the others).
struct FusedCode {
    /// The bytes of a fused sequence, and the instructions that it consists of.
    struct Sequence {
        var byte: Opcode
        var parts: [Opcode]
    }

    /// PUSH, JUMP and the JUMPDEST that it leads to; behind the byte where to go on, 16 bits.
    static let jump = Opcode.undefinedA5
    /// PUSH2, JUMPI; where to go on after the JUMPDEST that it leads to.
    static let jumpIf = Opcode.undefinedA6
    /// PUSH1, JUMPI.
    static let shortJumpIf = Opcode.undefinedA7
    /// ISZERO, PUSH2, JUMPI.
    static let jumpUnless = Opcode.undefinedA8
    /// ISZERO, PUSH1, JUMPI.
    static let shortJumpUnless = Opcode.undefinedA9
    /// PUSH1, PUSH1, PUSH1, SHL, SUB; behind the byte the number of the constant, 16 bits.
    static let constantMask = Opcode.undefinedAA
    /// PUSH1, PUSH1, SHL.
    static let constantShift = Opcode.undefinedAB
    /// PUSH1, NOT.
    static let constantNot = Opcode.undefinedAC
    /// PUSH1, PUSH1, PUSH1, SHL, SUB, AND.
    static let andMask = Opcode.undefinedAD
    /// PUSH20, AND.
    static let andAddress = Opcode.undefinedAE
    /// PUSH1, AND.
    static let andByte = Opcode.undefinedAF
    /// PUSH1, ADD.
    static let addByte = Opcode.undefinedB0
    /// PUSH1, SHL.
    static let shiftLeft = Opcode.undefinedB1
    /// PUSH1, SHR.
    static let shiftRight = Opcode.undefinedB2
    /// POP, POP.
    static let popTwo = Opcode.undefinedB3
    /// SWAP1, POP.
    static let dropSecond = Opcode.undefinedB4
    /// SWAP2, POP.
    static let dropThird = Opcode.undefinedB5
    /// SWAP3, POP.
    static let dropFourth = Opcode.undefinedB6
    /// LT, PUSH2, JUMPI.
    static let jumpIfLess = Opcode.undefinedB7
    /// GT, PUSH2, JUMPI.
    static let jumpIfGreater = Opcode.undefinedB8
    /// EQ, PUSH2, JUMPI.
    static let jumpIfEqual = Opcode.undefinedB9
    /// LT, ISZERO, PUSH2, JUMPI.
    static let jumpUnlessLess = Opcode.undefinedBA
    /// GT, ISZERO, PUSH2, JUMPI.
    static let jumpUnlessGreater = Opcode.undefinedBB
    /// DUP1, PUSH4, EQ, PUSH2, JUMPI: a look at the selector. Behind the byte where to go on, then
    /// the four bytes.
    static let jumpIfSelector = Opcode.undefinedBC
    /// DUP1, PUSH4, GT, PUSH2, JUMPI: the first look, where there are many.
    static let jumpIfSelectorAbove = Opcode.undefinedBD
    /// PUSH1, SIGNEXTEND.
    static let extendSign = Opcode.undefinedBE
    /// DUP2, ADD.
    static let addSecond = Opcode.undefinedBF

    /// All sequences, a longer one before those that it begins with.
    static let sequences = [
        Sequence(byte: jumpIfSelector, parts: [.dup1, .push4, .eq, .push2, .jumpi]),
        Sequence(byte: jumpIfSelectorAbove, parts: [.dup1, .push4, .gt, .push2, .jumpi]),
        Sequence(byte: andMask, parts: [.push1, .push1, .push1, .shl, .sub, .and]),
        Sequence(byte: constantMask, parts: [.push1, .push1, .push1, .shl, .sub]),
        Sequence(byte: constantShift, parts: [.push1, .push1, .shl]),
        Sequence(byte: constantNot, parts: [.push1, .not]),
        Sequence(byte: andAddress, parts: [.push20, .and]),
        Sequence(byte: jumpUnlessLess, parts: [.lt, .iszero, .push2, .jumpi]),
        Sequence(byte: jumpUnlessGreater, parts: [.gt, .iszero, .push2, .jumpi]),
        Sequence(byte: jumpIfLess, parts: [.lt, .push2, .jumpi]),
        Sequence(byte: jumpIfGreater, parts: [.gt, .push2, .jumpi]),
        Sequence(byte: jumpIfEqual, parts: [.eq, .push2, .jumpi]),
        Sequence(byte: jumpUnless, parts: [.iszero, .push2, .jumpi]),
        Sequence(byte: shortJumpUnless, parts: [.iszero, .push1, .jumpi]),
        Sequence(byte: jumpIf, parts: [.push2, .jumpi]),
        Sequence(byte: shortJumpIf, parts: [.push1, .jumpi]),
        Sequence(byte: jump, parts: [.push2, .jump]),
        Sequence(byte: jump, parts: [.push1, .jump]),
        Sequence(byte: andByte, parts: [.push1, .and]),
        Sequence(byte: addByte, parts: [.push1, .add]),
        Sequence(byte: shiftLeft, parts: [.push1, .shl]),
        Sequence(byte: shiftRight, parts: [.push1, .shr]),
        Sequence(byte: extendSign, parts: [.push1, .signextend]),
        Sequence(byte: popTwo, parts: [.pop, .pop]),
        Sequence(byte: dropSecond, parts: [.swap1, .pop]),
        Sequence(byte: dropThird, parts: [.swap2, .pop]),
        Sequence(byte: dropFourth, parts: [.swap3, .pop]),
        Sequence(byte: addSecond, parts: [.dup2, .add]),
    ]

    /// Which sequences begin with a byte.
    private static let sequencesByFirst: [[Sequence]] = (0..<256).map { byte in
        sequences.filter { $0.parts[0].rawValue == UInt8(byte) }
    }
    /// The bytes that stand for sequences.
    private static let isSequence: [Bool] = (0..<256).map { byte in
        sequences.contains { $0.byte.rawValue == UInt8(byte) }
    }
    /// Targets and numbers of constants have 16 bits.
    static let largestCode = Int(UInt16.max)

    /// The copy that runs.
    private(set) var bytes: [UInt8]
    /// The words that sequences of the code compute.
    private(set) var constants: [UInt256] = []
    private var numbers: [UInt256: UInt16] = [:]

    /// The copy of a code of at most `largestCode` bytes; `isJumpDestination` says where jumps go.
    init(_ code: [UInt8], isJumpDestination: (Int) -> Bool) {
        bytes = code
        var at = 0
        while at < code.count {
            let byte = code[at]
            if Self.isSequence[Int(byte)] {
                // An instruction of no fork stays one.
                bytes[at] = Opcode.undefined0C.rawValue
            } else if let length = fuse(code, at, isJumpDestination) {
                at += length
                continue
            }
            at += 1 + Self.pushed(byte)
            // Their operand stays as it is. With one that looks like a PUSH they do not run, but
            // jumps find their places as if it were a PUSH (EIP-8024).
            if Self.hasImmediate(byte), at < code.count { at += 1 + Self.pushed(code[at]) }
        }
    }

    private static func hasImmediate(_ byte: UInt8) -> Bool {
        byte >= Opcode.dupn.rawValue && byte <= Opcode.exchange.rawValue
    }

    /// Writes the longest sequence that stands there; its length in bytes, or nil for none.
    private mutating func fuse(
        _ code: [UInt8], _ at: Int, _ isJumpDestination: (Int) -> Bool
    ) -> Int? {
        for sequence in Self.sequencesByFirst[Int(code[at])] {
            guard let length = Self.length(of: sequence.parts, in: code, at) else { continue }
            let operand: UInt16
            switch sequence.byte {
            case Self.jump, Self.jumpIf, Self.shortJumpIf, Self.jumpUnless, Self.shortJumpUnless,
                Self.jumpIfLess, Self.jumpIfGreater, Self.jumpIfEqual, Self.jumpUnlessLess,
                Self.jumpUnlessGreater, Self.jumpIfSelector, Self.jumpIfSelectorAbove:
                // The target is what the last PUSH pushes, before the JUMP.
                let isShort = sequence.parts[sequence.parts.count - 2] == .push1
                let low = Int(code[at + length - 2])
                let target = isShort ? low : Int(code[at + length - 3]) << 8 | low
                guard isJumpDestination(target), target < Self.largestCode else { continue }
                operand = UInt16(target + 1)
            case Self.constantMask, Self.constantShift, Self.constantNot, Self.andMask,
                Self.andAddress:
                guard let number = number(of: Self.constant(sequence, code, at)) else { continue }
                operand = number
            default:
                bytes[at] = sequence.byte.rawValue
                return length
            }
            bytes[at] = sequence.byte.rawValue
            bytes[at + 1] = UInt8(truncatingIfNeeded: operand)
            bytes[at + 2] = UInt8(truncatingIfNeeded: operand >> 8)
            if code[at] == Opcode.dup1.rawValue, length == 11 {
                for index in 0..<4 { bytes[at + 3 + index] = code[at + 5 - index] }
            }
            return length
        }
        return nil
    }

    /// The bytes that the instructions take where they stand, or nil where others stand.
    private static func length(of parts: [Opcode], in code: [UInt8], _ start: Int) -> Int? {
        var at = start
        for part in parts {
            guard at < code.count, code[at] == part.rawValue else { return nil }
            at += 1 + pushed(part.rawValue)
        }
        return at <= code.count ? at - start : nil
    }

    /// How many bytes of data follow an instruction.
    private static func pushed(_ byte: UInt8) -> Int {
        byte >= Opcode.push1.rawValue && byte <= Opcode.push32.rawValue
            ? Int(byte - Opcode.push1.rawValue) + 1 : 0
    }

    /// What the sequence's constant part leaves on the stack.
    private static func constant(_ sequence: Sequence, _ code: [UInt8], _ at: Int) -> UInt256 {
        func word(_ index: Int) -> UInt256 { UInt256(UInt64(code[at + index])) }
        switch sequence.byte {
        case constantNot: return ~word(1)
        case constantShift: return word(1) << Bitwise.count(word(3))
        case andAddress: return Address(bytes: code[(at + 1)...(at + 20)])?.word ?? .zero
        default: return (word(3) << Bitwise.count(word(5))) &- word(1)
        }
    }

    private mutating func number(of constant: UInt256) -> UInt16? {
        if let known = numbers[constant] { return known }
        guard let number = UInt16(exactly: constants.count) else { return nil }
        constants.append(constant)
        numbers[constant] = number
        return number
    }
}
