import EVM
import Ethereum

/// Code written as a list of instructions: `[.push(1), .push(2), .op(.add)]`.
enum Instruction {
    case op(Opcode)
    /// The shortest PUSH that holds the value.
    case push(UInt256)
    /// Bytes as they are.
    case raw([UInt8])

    var bytes: [UInt8] {
        switch self {
        case .op(let opcode): return [opcode.rawValue]
        case .push(let value):
            let digits = value.minimalBigEndianBytes
            return [Opcode.push0.rawValue + UInt8(digits.count)] + digits
        case .raw(let bytes): return bytes
        }
    }
}

/// The bytes of a list of instructions.
func assemble(_ instructions: [Instruction]) -> [UInt8] { instructions.flatMap(\.bytes) }

extension [Instruction] {
    /// SSTORE of a constant.
    static func store(_ slot: UInt256, _ value: UInt256) -> [Instruction] {
        [.push(value), .push(slot), .op(.sstore)]
    }

    /// SSTORE of the top word.
    static func storeTop(_ slot: UInt256) -> [Instruction] { [.push(slot), .op(.sstore)] }

    /// RETURN of the top word.
    static var returnTop: [Instruction] {
        [.push(0), .op(.mstore), .push(32), .push(0), .op(.return)]
    }

    /// A call without data, for all gas or the gas given.
    static func call(
        _ address: Address, by opcode: Opcode = .call, value: UInt256 = 0,
        gas: Instruction = .op(.gas)
    ) -> [Instruction] {
        var code: [Instruction] = [.push(0), .push(0), .push(0), .push(0)]
        if opcode == .call || opcode == .callcode { code.append(.push(value)) }
        return code + [.push(address.word), gas, .op(opcode)]
    }

    /// Code that deploys these bytes (at most 32 of them).
    static func deploy(_ runtime: [UInt8]) -> [Instruction] {
        [
            .push(UInt256(bigEndian: runtime) ?? .zero), .push(0), .op(.mstore),
            .push(UInt256(UInt64(runtime.count))), .push(UInt256(UInt64(32 - runtime.count))),
            .op(.return),
        ]
    }
}
