import EVM
import Ethereum
import Testing

@Suite("Rules of single forks")
struct ForkRulesTests {
    private func result(_ code: [Instruction], _ fork: Fork) throws -> TransactionOutcome {
        var fixture = Fixture(fork: fork)
        fixture.given(code)
        return try fixture.run().0
    }

    @Test("PUSH0 is invalid before Shanghai", arguments: [Fork.london, .paris])
    func pushZero(fork: Fork) throws {
        let code: [Instruction] = [.raw([Opcode.push0.rawValue])]
        #expect(try result(code, fork).status == .halt(.invalidOpcode))
        #expect(try result(code, .shanghai).status == .success)
    }

    @Test("the coinbase is cold before Shanghai")
    func coinbase() throws {
        let code: [Instruction] = [.op(.coinbase), .op(.balance)]
        #expect(try result(code, .paris).gasUsed == 21_000 + 2 + 2600)
        #expect(try result(code, .shanghai).gasUsed == 21_000 + 2 + 100)
    }

    @Test("init code is unbounded and unpriced before Shanghai")
    func initCode() throws {
        var fixture = Fixture(fork: .paris)
        fixture.block.gasLimit = 100_000_000
        let code = [UInt8](repeating: 0, count: 49_153)
        let transaction = fixture.transaction(to: nil, data: code)
        #expect(try fixture.run(transaction).0.gasUsed == 53_000 + 4 * 49_153)
        fixture.block.fork = .shanghai
        #expect(throws: ExecutionError.invalid(.initCodeTooLarge(bytes: 49_153))) {
            try fixture.run(transaction)
        }
        // CREATE of one word of zeros: its price is 2 gas higher from Shanghai on.
        let create: [Instruction] = [.raw([0x60, 32, 0x60, 0, 0x60, 0]), .op(.create)]
        #expect(try result(create, .shanghai).gasUsed == result(create, .paris).gasUsed + 2)
    }

    @Test("calldata has a floor from Prague on")
    func calldataFloor() throws {
        var fixture = Fixture(fork: .prague)
        let transaction = fixture.transaction(
            to: Fixture.other, data: [UInt8](repeating: 1, count: 100), gasLimit: 25_000)
        #expect(try fixture.run(transaction).0.gasUsed == 21_000 + 40 * 100)
        var short = transaction
        short.gasLimit = 24_999
        #expect(
            throws: ExecutionError.invalid(
                .gasLimitBelowIntrinsic(gasLimit: 24_999, intrinsicGas: 25_000))
        ) { try fixture.run(short) }
        fixture.block.fork = .cancun
        #expect(try fixture.run(short).0.gasUsed == 21_000 + 16 * 100)
    }

    @Test("CLZ counts leading zero bits from Osaka on", arguments: [0, 8, 255])
    func countLeadingZeros(bit: UInt64) throws {
        let code: [Instruction] = [.push(.one << bit), .op(.clz)] + .returnTop
        let outcome = try result(code, .osaka)
        #expect(UInt256(bigEndian: outcome.output) == UInt256(255 - bit))
        #expect(try result(code, .prague).status == .halt(.invalidOpcode))
        let zero = try result([.push(0), .op(.clz)] + .returnTop, .osaka)
        #expect(UInt256(bigEndian: zero.output) == 256)
    }

    @Test("one transaction asks for 2^24 gas at most from Osaka on")
    func gasCap() throws {
        var fixture = Fixture(fork: .osaka)
        let transaction = fixture.transaction(to: Fixture.other, gasLimit: 1 << 24)
        #expect(try fixture.run(transaction).0.status == .success)
        var above = transaction
        above.gasLimit += 1
        #expect(
            throws: ExecutionError.invalid(
                .gasLimitAboveCap(gasLimit: 16_777_217, cap: 16_777_216))
        ) { try fixture.run(above) }
        fixture.block.fork = .prague
        #expect(try fixture.run(above).0.status == .success)
    }

    @Test("blobs of one transaction: 6 on Cancun, 9 on Prague, 6 on Osaka")
    func blobs() throws {
        for (fork, maximum) in [(Fork.cancun, 6), (.prague, 9), (.osaka, 6)] {
            let fixture = Fixture(fork: fork)
            var transaction = fixture.transaction(to: Fixture.other)
            transaction.type = .blob
            transaction.maxFeePerBlobGas = 1
            let hash = Hash32(word: UInt256(0, 0, 0, 1 << 56))
            transaction.blobVersionedHashes = Array(repeating: hash, count: maximum)
            #expect(try fixture.run(transaction).0.status == .success)
            transaction.blobVersionedHashes.append(hash)
            #expect(
                throws: ExecutionError.invalid(
                    .tooManyBlobs(count: maximum + 1, maximum: maximum))
            ) { try fixture.run(transaction) }
        }
    }

    @Test("modexp costs 500 gas at least and takes 1,024 bytes at most from Osaka on")
    func modularExponentiation() throws {
        func call(_ fork: Fork, baseLength: UInt64) throws -> TransactionOutcome {
            let lengths = [UInt256(baseLength), 1, 1].flatMap(\.bigEndianBytes)
            let numbers = [UInt8](repeating: 3, count: Int(baseLength) + 2)
            return try Fixture(fork: fork).machine().call(
                from: Fixture.sender, to: Address(word: 5), value: 0, data: lengths + numbers,
                gasLimit: 1_000_000)
        }
        #expect(try call(.prague, baseLength: 1).gasUsed == 200)
        #expect(try call(.osaka, baseLength: 1).gasUsed == 500)
        #expect(try call(.prague, baseLength: 1024).gasUsed == 128 * 128 / 3)
        #expect(try call(.osaka, baseLength: 1024).gasUsed == 2 * 128 * 128)
        #expect(try call(.prague, baseLength: 1025).status == .success)
        #expect(try call(.osaka, baseLength: 1025).status == .halt(.precompileFailure))
    }

    @Test(
        "a precompiled contract is one from its fork on, and an empty account before",
        arguments: [(Fork.prague, 0x0B), (.prague, 0x11), (.osaka, 0x100)] as [(Fork, UInt64)])
    func precompiles(fork: Fork, number: UInt64) throws {
        let address = Address(word: UInt256(number))
        let before = Fork(rawValue: fork.rawValue - 1) ?? fork
        func call(_ fork: Fork) throws -> TransactionOutcome {
            try Fixture(fork: fork).machine().call(
                from: Fixture.sender, to: address, value: 0, data: [], gasLimit: 100_000)
        }
        #expect(try call(before).gasUsed == 0)
        // Without input the contracts fail, or fail to verify for their price.
        #expect(try call(fork).gasUsed > 0)
    }

    @Test("a fork that is not executed is named", arguments: [Fork.berlin])
    func notExecuted(fork: Fork) throws {
        let fixture = Fixture(fork: fork)
        #expect(throws: ExecutionError.unsimulatable(.forkNotSupported(fork))) {
            try fixture.run(fixture.transaction(to: Fixture.other))
        }
    }
}
