import Ethereum

/// What is checked before an instruction runs.
struct InstructionTraits: BitwiseCopyable {
    /// The part of the price that does not depend on operands.
    var gas: UInt32
    /// Bytes that the stack must hold.
    var stackNeed: UInt16
    /// Bytes that it may hold beyond `stackNeed`.
    var stackRoom: UInt16
}

/// The instructions of a fork: which exist, their fixed gas, and how many words they take and
/// leave.
struct InstructionTable {
    /// Needs more words than any stack holds: the check fails, and the failure looks up why.
    static let undefined = InstructionTraits(gas: 0, stackNeed: .max, stackRoom: 0)

    private struct Row {
        var opcode: Opcode
        var gas: Int64
        var takes: Int
        var leaves: Int
        var since: Fork = .frontier

        init(
            _ opcode: Opcode, _ gas: Int64, _ takes: Int, _ leaves: Int, since: Fork = .frontier
        ) {
            self.opcode = opcode
            self.gas = gas
            self.takes = takes
            self.leaves = leaves
            self.since = since
        }
    }

    /// Prices are those from Berlin on; forks before London are not run here. A later row of an
    /// opcode replaces the earlier one from its fork on.
    private static let rows: [Row] = [
        Row(.stop, Gas.zero, 0, 0),
        Row(.add, Gas.veryLow, 2, 1), Row(.mul, Gas.low, 2, 1), Row(.sub, Gas.veryLow, 2, 1),
        Row(.div, Gas.low, 2, 1), Row(.sdiv, Gas.low, 2, 1), Row(.mod, Gas.low, 2, 1),
        Row(.smod, Gas.low, 2, 1), Row(.addmod, Gas.mid, 3, 1), Row(.mulmod, Gas.mid, 3, 1),
        Row(.exp, Gas.exp, 2, 1), Row(.signextend, Gas.low, 2, 1),

        Row(.lt, Gas.veryLow, 2, 1), Row(.gt, Gas.veryLow, 2, 1), Row(.slt, Gas.veryLow, 2, 1),
        Row(.sgt, Gas.veryLow, 2, 1), Row(.eq, Gas.veryLow, 2, 1),
        Row(.iszero, Gas.veryLow, 1, 1), Row(.and, Gas.veryLow, 2, 1),
        Row(.or, Gas.veryLow, 2, 1), Row(.xor, Gas.veryLow, 2, 1), Row(.not, Gas.veryLow, 1, 1),
        Row(.byte, Gas.veryLow, 2, 1), Row(.shl, Gas.veryLow, 2, 1), Row(.shr, Gas.veryLow, 2, 1),
        Row(.sar, Gas.veryLow, 2, 1), Row(.clz, Gas.low, 1, 1, since: .osaka),
        Row(.keccak256, Gas.keccak256, 2, 1),

        Row(.address, Gas.base, 0, 1), Row(.balance, Gas.warmAccess, 1, 1),
        Row(.origin, Gas.base, 0, 1), Row(.caller, Gas.base, 0, 1),
        Row(.callvalue, Gas.base, 0, 1), Row(.calldataload, Gas.veryLow, 1, 1),
        Row(.calldatasize, Gas.base, 0, 1), Row(.calldatacopy, Gas.veryLow, 3, 0),
        Row(.codesize, Gas.base, 0, 1), Row(.codecopy, Gas.veryLow, 3, 0),
        Row(.gasprice, Gas.base, 0, 1), Row(.extcodesize, Gas.warmAccess, 1, 1),
        Row(.extcodecopy, Gas.warmAccess, 4, 0), Row(.returndatasize, Gas.base, 0, 1),
        Row(.returndatacopy, Gas.veryLow, 3, 0), Row(.extcodehash, Gas.warmAccess, 1, 1),

        Row(.blockhash, Gas.blockHash, 1, 1), Row(.coinbase, Gas.base, 0, 1),
        Row(.timestamp, Gas.base, 0, 1), Row(.number, Gas.base, 0, 1),
        Row(.prevrandao, Gas.base, 0, 1), Row(.gaslimit, Gas.base, 0, 1),
        Row(.chainid, Gas.base, 0, 1), Row(.selfbalance, Gas.low, 0, 1),
        Row(.basefee, Gas.base, 0, 1), Row(.blobhash, Gas.veryLow, 1, 1, since: .cancun),
        Row(.blobbasefee, Gas.base, 0, 1, since: .cancun),

        Row(.pop, Gas.base, 1, 0), Row(.mload, Gas.veryLow, 1, 1),
        Row(.mstore, Gas.veryLow, 2, 0), Row(.mstore8, Gas.veryLow, 2, 0),
        Row(.sload, Gas.warmAccess, 1, 1), Row(.sstore, Gas.zero, 2, 0),
        Row(.jump, Gas.mid, 1, 0), Row(.jumpi, Gas.high, 2, 0), Row(.pc, Gas.base, 0, 1),
        Row(.msize, Gas.base, 0, 1), Row(.gas, Gas.base, 0, 1),
        Row(.jumpdest, Gas.jumpDestination, 0, 0),
        Row(.tload, Gas.warmAccess, 1, 1, since: .cancun),
        Row(.tstore, Gas.warmAccess, 2, 0, since: .cancun),
        Row(.mcopy, Gas.veryLow, 3, 0, since: .cancun),
        Row(.push0, Gas.base, 0, 1, since: .shanghai),

        Row(.create, Gas.create, 3, 1), Row(.call, Gas.warmAccess, 7, 1),
        Row(.callcode, Gas.warmAccess, 7, 1), Row(.return, Gas.zero, 2, 0),
        Row(.delegatecall, Gas.warmAccess, 6, 1), Row(.create2, Gas.create, 4, 1),
        Row(.staticcall, Gas.warmAccess, 6, 1), Row(.revert, Gas.zero, 2, 0),
        Row(.selfdestruct, Gas.selfDestruct, 1, 0),

        // EIP-7843, EIP-8024.
        Row(.slotnum, Gas.base, 0, 1, since: .amsterdam),
        Row(.dupn, Gas.veryLow, 0, 1, since: .amsterdam),
        Row(.swapn, Gas.veryLow, 0, 0, since: .amsterdam),
        Row(.exchange, Gas.veryLow, 0, 0, since: .amsterdam),
        // EIP-8038.
        Row(.extcodesize, Gas.warmAccess + Gas.codeAccess, 1, 1, since: .amsterdam),
        Row(.extcodecopy, Gas.warmAccess + Gas.codeAccess, 4, 0, since: .amsterdam),
        Row(.create, Gas.createAmsterdam, 3, 1, since: .amsterdam),
        Row(.create2, Gas.createAmsterdam, 4, 1, since: .amsterdam),
    ]

    /// The words that an instruction takes and leaves.
    private struct Effect {
        var takes: Int
        var leaves: Int
    }

    /// The 256 entries of the fork.
    private(set) var traits = [InstructionTraits](repeating: undefined, count: 256)
    /// The same for code with fused sequences.
    private(set) var fusedTraits: [InstructionTraits] = []
    private var effects = [Effect](repeating: Effect(takes: 0, leaves: 0), count: 256)

    /// The table of a fork.
    init(_ fork: Fork) {
        for row in Self.rows where fork >= row.since {
            set(row.opcode.rawValue, row.gas, row.takes, row.leaves)
        }
        for n in 0..<32 { set(Opcode.push1.rawValue + UInt8(n), Gas.veryLow, 0, 1) }
        for n in 0..<16 {
            set(Opcode.dup1.rawValue + UInt8(n), Gas.veryLow, n + 1, n + 2)
            set(Opcode.swap1.rawValue + UInt8(n), Gas.veryLow, n + 2, n + 2)
        }
        for n in 0..<5 {
            set(Opcode.log0.rawValue + UInt8(n), Gas.log + Int64(n) * Gas.logTopic, n + 2, 0)
        }
        fusedTraits = traits
        for sequence in FusedCode.sequences {
            fusedTraits[Int(sequence.byte.rawValue)] = fused(sequence.parts)
        }
        // Always taken: the JUMPDEST that it leads to is paid with it.
        fusedTraits[Int(FusedCode.jump.rawValue)].gas += UInt32(Gas.jumpDestination)
    }

    private mutating func set(_ opcode: UInt8, _ gas: Int64, _ takes: Int, _ leaves: Int) {
        effects[Int(opcode)] = Effect(takes: takes, leaves: leaves)
        traits[Int(opcode)] = Self.traits(
            gas: UInt32(gas), takes: takes, growth: max(0, leaves - takes))
    }

    private static func traits(gas: UInt32, takes: Int, growth: Int) -> InstructionTraits {
        InstructionTraits(
            gas: gas, stackNeed: UInt16(32 * takes),
            stackRoom: UInt16(32 * (Limit.stackWords - growth - takes)))
    }

    /// What instructions one after another cost, need and grow the stack to at most.
    private func fused(_ parts: [Opcode]) -> InstructionTraits {
        var (gas, height, need, peak) = (UInt32(0), 0, 0, 0)
        for part in parts.map({ Int($0.rawValue) }) {
            gas += traits[part].gas
            need = max(need, effects[part].takes - height)
            height += effects[part].leaves - effects[part].takes
            peak = max(peak, height)
        }
        return Self.traits(gas: gas, takes: need, growth: peak)
    }
}
