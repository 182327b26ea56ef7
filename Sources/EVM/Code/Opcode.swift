/// The 256 values of a code byte, in order, so that a byte is the case of the same number and the
/// interpreter's switch is one jump table (Yellow Paper H.2; EIP-3855, 1153, 4844, 5656, 7516,
/// 7843, 7939, 8024).
///
/// Which of them a fork knows, and what they cost, says `InstructionTable`. Bytes that no fork here
/// knows are named by their number.
public enum Opcode: UInt8, CaseIterable, Sendable {
    case stop = 0x00, add, mul, sub
    case div, sdiv, mod, smod
    case addmod, mulmod, exp, signextend
    case undefined0C, undefined0D, undefined0E, undefined0F
    case lt, gt, slt, sgt
    case eq, iszero, and, or
    case xor, not, byte, shl
    case shr, sar, clz, undefined1F
    case keccak256, undefined21, undefined22, undefined23
    case undefined24, undefined25, undefined26, undefined27
    case undefined28, undefined29, undefined2A, undefined2B
    case undefined2C, undefined2D, undefined2E, undefined2F
    case address, balance, origin, caller
    case callvalue, calldataload, calldatasize, calldatacopy
    case codesize, codecopy, gasprice, extcodesize
    case extcodecopy, returndatasize, returndatacopy, extcodehash
    case blockhash, coinbase, timestamp, number
    case prevrandao, gaslimit, chainid, selfbalance
    case basefee, blobhash, blobbasefee, slotnum
    case undefined4C, undefined4D, undefined4E, undefined4F
    case pop, mload, mstore, mstore8
    case sload, sstore, jump, jumpi
    case pc, msize, gas, jumpdest
    case tload, tstore, mcopy, push0
    case push1, push2, push3, push4
    case push5, push6, push7, push8
    case push9, push10, push11, push12
    case push13, push14, push15, push16
    case push17, push18, push19, push20
    case push21, push22, push23, push24
    case push25, push26, push27, push28
    case push29, push30, push31, push32
    case dup1, dup2, dup3, dup4
    case dup5, dup6, dup7, dup8
    case dup9, dup10, dup11, dup12
    case dup13, dup14, dup15, dup16
    case swap1, swap2, swap3, swap4
    case swap5, swap6, swap7, swap8
    case swap9, swap10, swap11, swap12
    case swap13, swap14, swap15, swap16
    case log0, log1, log2, log3
    case log4, undefinedA5, undefinedA6, undefinedA7
    case undefinedA8, undefinedA9, undefinedAA, undefinedAB
    case undefinedAC, undefinedAD, undefinedAE, undefinedAF
    case undefinedB0, undefinedB1, undefinedB2, undefinedB3
    case undefinedB4, undefinedB5, undefinedB6, undefinedB7
    case undefinedB8, undefinedB9, undefinedBA, undefinedBB
    case undefinedBC, undefinedBD, undefinedBE, undefinedBF
    case undefinedC0, undefinedC1, undefinedC2, undefinedC3
    case undefinedC4, undefinedC5, undefinedC6, undefinedC7
    case undefinedC8, undefinedC9, undefinedCA, undefinedCB
    case undefinedCC, undefinedCD, undefinedCE, undefinedCF
    case undefinedD0, undefinedD1, undefinedD2, undefinedD3
    case undefinedD4, undefinedD5, undefinedD6, undefinedD7
    case undefinedD8, undefinedD9, undefinedDA, undefinedDB
    case undefinedDC, undefinedDD, undefinedDE, undefinedDF
    case undefinedE0, undefinedE1, undefinedE2, undefinedE3
    case undefinedE4, undefinedE5, dupn, swapn
    case exchange, undefinedE9, undefinedEA, undefinedEB
    case undefinedEC, undefinedED, undefinedEE, undefinedEF
    case create, call, callcode, `return`
    case delegatecall, create2, undefinedF6, undefinedF7
    case undefinedF8, undefinedF9, staticcall, undefinedFB
    case undefinedFC, revert, invalid, selfdestruct

    /// The instruction that a byte of code is.
    @inline(__always)
    init(byte: UInt8) {
        // The cases are all 256 values in order: OpcodeTests compare with `init(rawValue:)`.
        self = unsafeBitCast(byte, to: Opcode.self)
    }
}
