import EVM
import Ethereum

/// Random code that knows how many words are on its stack, so that most of it runs.
struct CodeWriter {
    private(set) var bytes: [UInt8] = []
    private(set) var depth = 0
    private let hasPush0: Bool

    init(fork: Fork) { hasPush0 = fork >= .shanghai }

    mutating func push(_ word: UInt256) {
        let digits = word.minimalBigEndianBytes
        if digits.isEmpty, !hasPush0 {
            bytes += [Opcode.push1.rawValue, 0]
        } else {
            bytes.append(Opcode.push0.rawValue + UInt8(digits.count))
            bytes += digits
        }
        depth += 1
    }

    mutating func push(_ number: Int) { push(UInt256(UInt64(number))) }

    /// An instruction that takes and leaves so many words.
    mutating func op(_ opcode: Opcode, _ taken: Int = 0, _ left: Int = 0) {
        bytes.append(opcode.rawValue)
        depth += left - taken
    }

    /// DUP of the word so far below the top, from 1 to 16.
    mutating func dup(_ place: Int) {
        bytes.append(Opcode.dup1.rawValue + UInt8(place - 1))
        depth += 1
    }

    /// SWAP with the word so far below the top, from 1 to 16.
    mutating func swap(_ place: Int) { bytes.append(Opcode.swap1.rawValue + UInt8(place - 1)) }

    /// LOG with so many topics.
    mutating func log(_ topics: Int) {
        bytes.append(Opcode.log0.rawValue + UInt8(topics))
        depth -= topics + 2
    }

    /// Bytes that change the stack in an unknown way.
    mutating func raw(_ raw: [UInt8]) { bytes += raw }

    /// MSTORE of words one after another.
    mutating func store(_ words: [UInt256], at offset: Int = 0) {
        for (index, word) in words.enumerated() {
            push(word)
            push(offset + 32 * index)
            op(.mstore, 2)
        }
    }

    /// A jump ahead, to be aimed later; the number is that of `land`.
    mutating func jump(conditional: Bool) -> Int {
        bytes += [Opcode.push2.rawValue, 0, 0]
        let place = bytes.count - 2
        bytes.append(conditional ? Opcode.jumpi.rawValue : Opcode.jump.rawValue)
        if conditional { depth -= 1 }
        return place
    }

    /// A JUMPDEST, the target of the jump with this number.
    mutating func land(_ place: Int) {
        bytes[place] = UInt8(truncatingIfNeeded: bytes.count >> 8)
        bytes[place + 1] = UInt8(truncatingIfNeeded: bytes.count)
        op(.jumpdest)
    }

    /// POPs, or PUSHes, until so many words are there.
    mutating func level(to target: Int) {
        while depth > target { op(.pop, 1) }
        while depth < target { push(.zero) }
    }
}
