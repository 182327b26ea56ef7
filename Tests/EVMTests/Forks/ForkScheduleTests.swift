import EVM
import Ethereum
import Testing

@Suite("Fork schedule")
struct ForkScheduleTests {
    @Test("a block at a fork's start is under it; the block before is not")
    func boundaries() throws {
        let mainnet = try ForkSchedule.of(chainId: 1)
        for (before, after) in zip(mainnet.activations, mainnet.activations.dropFirst()) {
            switch after.start {
            case .block(let first):
                #expect(mainnet.active(number: first, timestamp: 0) == after)
                #expect(mainnet.active(number: first - 1, timestamp: 0) == before)
            case .time(let first):
                #expect(mainnet.active(number: 30_000_000, timestamp: first) == after)
                #expect(mainnet.active(number: 30_000_000, timestamp: first - 1) == before)
            }
        }
    }

    @Test("recorded blocks have the forks of their time")
    func recorded() throws {
        let mainnet = try ForkSchedule.of(chainId: 1)
        #expect(
            try mainnet.rules(number: 15_050_000, timestamp: 0x62bd_80cc).name == "Gray Glacier")
        #expect(try mainnet.rules(number: 15_537_394, timestamp: 1_663_224_179).fork == .paris)
        #expect(try mainnet.rules(number: 21_230_867, timestamp: 0x673e_3077).fork == .cancun)
    }

    @Test("the next change is told, and none after the last known")
    func next() throws {
        let mainnet = try ForkSchedule.of(chainId: 1)
        #expect(mainnet.next(number: 12_000_000, timestamp: 0)?.name == "London")
        #expect(mainnet.next(number: 24_000_000, timestamp: 1_765_000_000)?.name == "BPO1")
        #expect(mainnet.next(number: 25_000_000, timestamp: 1_800_000_000) == nil)
    }

    @Test("a devnet's chain id has the rules of our devnet from its first block")
    func devnet() throws {
        let devnet = try ForkSchedule.of(chainId: 31337)
        #expect(try devnet.rules(number: 0, timestamp: 0).fork == .cancun)
        #expect(devnet.next(number: 0, timestamp: 0) == nil)
    }

    @Test("a chain without schedule, a block too old and a fork not executed are refused by name")
    func refusals() throws {
        #expect(throws: ForkRefusal.unknownChain(99)) { try ForkSchedule.of(chainId: 99) }
        let mainnet = try ForkSchedule.of(chainId: 1)
        #expect(throws: ForkRefusal.tooOld(number: 12_964_999, oldest: "London")) {
            try mainnet.rules(number: 12_964_999, timestamp: 0)
        }
        let unheardOf = ForkActivation("Bogota", .frontier, .time(1_900_000_000))
        let ahead = mainnet.adding(unheardOf)
        #expect(try ahead.rules(number: 30_000_000, timestamp: 1_899_999_999).name == "BPO2")
        let refusal = ForkRefusal.notExecuted(name: "Bogota", chainId: 1, number: 30_000_000)
        #expect(throws: refusal) {
            try ahead.rules(number: 30_000_000, timestamp: 1_900_000_000)
        }
        #expect(refusal.description.contains("Bogota"))
    }

    @Test("Amsterdam begins on Sepolia at its time, on mainnet wherever it is configured")
    func amsterdam() throws {
        let sepolia = try ForkSchedule.of(chainId: 11_155_111)
        #expect(try sepolia.rules(number: 9_900_000, timestamp: 1_791_294_815).name == "BPO2")
        let active = try sepolia.rules(number: 9_900_000, timestamp: 1_791_294_816)
        #expect(active.fork == .amsterdam)
        #expect(active.blobs?.maximumPerBlock == 21)
        let mainnet = try ForkSchedule.of(chainId: 1)
        #expect(try mainnet.rules(number: 26_000_000, timestamp: 1_900_000_000).fork == .osaka)
        for start: UInt64 in [1_800_000_000, 1_850_000_000] {
            let configured = mainnet.adding(
                ForkActivation("Amsterdam", .amsterdam, .time(start), blobs: active.blobs))
            #expect(
                try configured.rules(number: 26_000_000, timestamp: start - 1).fork == .osaka)
            #expect(
                try configured.rules(number: 26_000_000, timestamp: start).fork == .amsterdam)
        }
    }

    @Test("a change of a known name is moved, not doubled")
    func moved() throws {
        let sepolia = try ForkSchedule.of(chainId: 11_155_111)
        let moved = sepolia.adding(ForkActivation("Amsterdam", .amsterdam, .time(1_900_000_000)))
        #expect(moved.activations.count == sepolia.activations.count)
        #expect(moved.active(number: 9_000_000, timestamp: 1_850_000_000)?.name == "BPO2")
    }

    /// A network's genesis, the forks before London, and a fork's id as peers tell it (EIP-2124).
    struct ForkId: Sendable {
        var chainId: UInt64
        var genesis: String
        var earlier: [UInt64]
        var last: String
        var id: UInt32
    }

    private static let mainnetGenesis =
        "d4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3"
    private static let sepoliaGenesis =
        "25a5cc106eea7138acab33231d7160d69cb777ee0c2c553fcddf5138993e6dd9"
    private static let beforeLondon: [UInt64] = [
        1_150_000, 1_920_000, 2_463_000, 2_675_000, 4_370_000, 7_280_000, 9_069_000, 9_200_000,
        12_244_000,
    ]

    static let forkIds = [
        ForkId(
            chainId: 1, genesis: mainnetGenesis, earlier: beforeLondon, last: "Osaka",
            id: 0x5167_e2a6),
        ForkId(
            chainId: 1, genesis: mainnetGenesis, earlier: beforeLondon, last: "BPO1",
            id: 0xcba2_a1c0),
        ForkId(
            chainId: 1, genesis: mainnetGenesis, earlier: beforeLondon, last: "BPO2",
            id: 0x07c9_462e),
        ForkId(
            chainId: 11_155_111, genesis: sepoliaGenesis, earlier: [], last: "BPO2",
            id: 0x2689_56b6),
        ForkId(
            chainId: 11_155_111, genesis: sepoliaGenesis, earlier: [], last: "Amsterdam",
            id: 0x6c1d_9423),
    ]

    @Test("the starts make the checksum that peers tell each other", arguments: forkIds)
    func checksums(_ expected: ForkId) throws {
        let schedule = try ForkSchedule.of(chainId: expected.chainId)
        var starts = expected.earlier
        for activation in schedule.activations {
            switch activation.start {
            // The merge on mainnet went by difficulty, and a start at the genesis is no change.
            case .block(let first) where activation.name == "Paris" && expected.chainId == 1:
                #expect(first == 15_537_394)
            case .block(let first), .time(let first): if first > 0 { starts.append(first) }
            }
            if activation.name == expected.last { break }
        }
        let genesis = try #require(Hex.decode(expected.genesis))
        let bytes = starts.reduce(into: genesis) { bytes, start in
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: start >> UInt64(56 - 8 * $0)) }
        }
        #expect(Self.checksum(bytes) == expected.id)
    }

    /// CRC-32 (IEEE 802.3).
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { state, byte in
            (0..<8).reduce(state ^ UInt32(byte)) { state, _ in
                state >> 1 ^ (state & 1 == 1 ? 0xEDB8_8320 : 0)
            }
        }
    }
}
