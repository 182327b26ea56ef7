import EVM
import Ethereum

/// Calls of precompiled contracts with input that they mostly take.
enum ContractInputs {
    /// STATICCALL of one of the first ten, with its result in memory.
    static func call(_ code: inout CodeWriter, _ random: inout FuzzRandom) {
        let contract = 1 + random.below(10)
        var words = input(contract, &random)
        var size = 32 * words.count
        if contract == 9, size >= 213 { size = 213 }
        if random.isOne(of: 6), !words.isEmpty { words[random.below(words.count)] = random.word() }
        if random.isOne(of: 10) { size = max(0, size + random.below(65) - 32) }
        code.store(words)
        code.push(random.below(100))
        code.push(random.below(200))
        code.push(size)
        code.push(0)
        code.push(contract)
        switch random.below(20) {
        case 0: code.op(.gas, 0, 1)
        case 1: code.push(random.below(5000))
        default: code.push(contract == 8 ? 120_000 : 55_000)
        }
        code.op(.staticcall, 6, 1)
    }

    /// The generator of bn254's G2 (EIP-197).
    private static let g2: [UInt256] = [
        "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2",
        "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed",
        "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b",
        "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa",
    ].compactMap { UInt256(hex: $0) }

    /// The bn254 base field's order less 2: the y of −(1, 2).
    private static let minusTwo = UInt256(
        0x3C20_8C16_D87C_FD45, 0x9781_6A91_6871_CA8D, 0xB850_45B6_8181_585D,
        0x3064_4E72_E131_A029)

    /// The versioned hash of the commitment to nothing: the point at infinity (EIP-4844).
    private static let emptyCommitmentHash: UInt256 =
        UInt256(hex: "010657f37554c781402a22917dee2f75def7ab966d7b770905398eba3c444014") ?? .zero

    private static func input(_ contract: Int, _ random: inout FuzzRandom) -> [UInt256] {
        func point() -> [UInt256] { random.element([[1, 2], [1, 2], [1, minusTwo], [0, 0]]) }
        switch contract {
        case 1: return [random.word(), UInt256(UInt64(26 + random.below(4))), random.word(), 5]
        case 5:
            let lengths = (0..<3).map { _ in UInt256(UInt64(random.below(40))) }
            return (random.isOne(of: 12) ? [random.word(), lengths[1], lengths[2]] : lengths)
                + (0..<4).map { _ in random.word() }
        case 6: return point() + point()
        case 7: return point() + [random.word()]
        case 8: return (0..<random.below(3)).flatMap { _ in point() + g2 }
        case 9:
            // Rounds in the four highest bytes, the last block's mark in byte 212.
            let rounds = UInt256(UInt64(random.below(40))) << 224
            return [rounds] + (0..<5).map { _ in random.word() }
                + [UInt256(UInt64(random.below(3))) << 88]
        case 10:
            let infinity = UInt256(0, 0, 0, 0xC0 << 56)
            return [emptyCommitmentHash, UInt256(random.next()), 0, infinity]
                + [infinity >> 128, 0]
        default: return (0..<random.below(6)).map { _ in random.word() }
        }
    }
}
