import EVM
import Ethereum

/// Contracts of random instructions that call each other, and transactions to them; the same for
/// the same seed.
struct RandomWorld {
    private var state: UInt64
    private(set) var fixture: Fixture
    private(set) var targets: [Address?] = []
    /// The init code of a transaction that creates.
    private var initCode: [UInt8] = []

    /// Instructions that reach most of the journal.
    private static let frequent: [Opcode] = [
        .call, .callcode, .delegatecall, .staticcall, .create, .create2, .sstore, .sload, .tload,
        .tstore, .log1, .calldatacopy, .codecopy, .extcodecopy, .returndatacopy, .mcopy,
        .keccak256, .return, .revert, .selfdestruct, .mstore, .mload, .mstore8,
    ]

    init(seed: UInt64, fork: Fork? = nil) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        fixture = Fixture(fork: fork ?? (seed % 2 == 0 ? .cancun : .shanghai))
        for index in 0..<4 {
            let code = code()
            fixture.given(
                [.raw(code)], at: Self.contract(index), balance: 1000,
                storage: [0: 1, 1: 2, 3: .max])
        }
        initCode = code()
        targets = (0..<3).map { _ in
            let index = number(below: 5)
            return index < 4 ? Self.contract(index) : nil
        }
    }

    /// The transaction number `index`, which calls a contract or creates one.
    func transaction(_ index: Int, gasLimit: UInt64 = 200_000) -> Transaction {
        fixture.transaction(
            to: targets[index], nonce: UInt64(index), value: 3,
            data: targets[index] == nil ? initCode : [1, 2, 3], gasLimit: gasLimit)
    }

    /// Writes changes into the base state.
    mutating func apply(_ changes: StateChanges) {
        for change in changes.accounts {
            fixture.state.accounts[change.address] = change.after
            if let code = change.newCode { fixture.state.codes[code.hash] = code }
            if change.storageCleared { fixture.state.slots[change.address] = [:] }
            for slot in change.storage {
                fixture.state.slots[change.address, default: [:]][slot.slot] = slot.after
            }
        }
    }

    private static func contract(_ index: Int) -> Address {
        Address(word: UInt256(UInt64(0xC000 + index)))
    }

    private mutating func number(below limit: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int((state &* 0x2545_F491_4F6C_DD1D >> 20) % UInt64(limit))
    }

    private mutating func byte() -> UInt8 { UInt8(number(below: 256)) }

    /// A PUSH of something small, huge or the address of a contract.
    private mutating func operand() -> [UInt8] {
        switch number(below: 10) {
        case 0: return [Opcode.push32.rawValue] + (0..<32).map { _ in byte() }
        case 1: return [Opcode.push32.rawValue] + [UInt8](repeating: 0xFF, count: 32)
        case 2: return [Opcode.push4.rawValue] + (0..<4).map { _ in byte() }
        case 3: return [Opcode.push2.rawValue, UInt8(number(below: 4)), byte()]
        case 4, 5: return [Opcode.push2.rawValue, 0xC0, UInt8(number(below: 4))]
        case 6: return [Opcode.push1.rawValue, UInt8(1 + number(below: 5))]
        case 7: return [Opcode.push0.rawValue]
        default: return [Opcode.push1.rawValue, UInt8(number(below: 64))]
        }
    }

    private mutating func code() -> [UInt8] {
        var code: [UInt8] = []
        for _ in 0..<20 { code += operand() }
        for _ in 0..<(5 + number(below: 60)) {
            for _ in 0..<number(below: 8) { code += operand() }
            if number(below: 3) == 0 {
                code.append(Self.frequent[number(below: Self.frequent.count)].rawValue)
            } else {
                code.append(byte())
            }
            if number(below: 12) == 0 { code.append(Opcode.jumpdest.rawValue) }
        }
        return code
    }
}
