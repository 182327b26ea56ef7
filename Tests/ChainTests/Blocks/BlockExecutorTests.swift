import Chain
import EVM
import Ethereum
import Testing

@Suite("Block executor")
struct BlockExecutorTests {
    private let key: PrivateKey
    private let miner = Address(word: 0xC01B)
    private let ether = UInt256(1_000_000_000_000_000_000)

    init() throws {
        key = try #require(PrivateKey(bytes: [UInt8](repeating: 9, count: 32)))
    }

    private func state(_ contracts: [(Address, [UInt8])] = []) -> WorldState {
        var state = WorldState()
        state.set(Account(balance: ether), at: key.address)
        for (address, bytes) in contracts {
            let code = Code(bytes)
            state.set(Account(nonce: 1, codeHash: code.hash), at: address, code: code)
        }
        return state
    }

    private func block(
        _ transactions: [SignedTransaction] = [], change: (inout BlockHeader) -> Void = { _ in }
    ) -> NetworkBlock {
        let parent = BlockHeader(
            parentHash: .zero, coinbase: .zero, stateRoot: .zero, number: 9,
            gasLimit: 30_000_000, gasUsed: 0, timestamp: 1)
        var header = BlockHeader(
            parentHash: parent.hash, coinbase: miner, stateRoot: .zero, number: 10,
            gasLimit: 30_000_000, gasUsed: 0, timestamp: 2)
        header.baseFeePerGas = 7
        change(&header)
        return NetworkBlock(
            chainId: 1, header: header, parent: parent, transactions: transactions)
    }

    private func execute(
        _ block: NetworkBlock, _ fork: Fork, on state: WorldState? = nil,
        depositContract: Address? = nil
    ) throws(BlockFault) -> BlockExecution {
        let blobs: BlobParameters? = fork < .cancun ? nil : fork < .prague ? .cancun : .prague
        return try BlockExecutor(
            activation: ForkActivation("test", fork, .block(0), blobs: blobs),
            depositContract: depositContract
        ).execute(
            block, on: ChainStateReader(state: state ?? self.state(), blockHashes: [:]))
    }

    private func balance(_ address: Address, _ execution: BlockExecution) -> UInt256? {
        execution.changes.accounts.first { $0.address == address }?.after?.balance
    }

    /// Answers every call with nothing.
    private static let silent: [UInt8] = [0x00]
    /// Answers with one word of ones.
    private static let answering: [UInt8] = [0x5F, 0x19, 0x5F, 0x52, 0x60, 0x20, 0x5F, 0xF3]

    private var requestContracts: [(Address, [UInt8])] {
        [
            (SystemContracts.withdrawalRequests, Self.silent),
            (SystemContracts.consolidationRequests, Self.silent),
        ]
    }

    @Test("a miner has 2 ether and a 32nd for each ommer; older ommers have less")
    func reward() throws {
        var withOmmers = block { $0.ommersHash = .zero }
        let young = Address(word: 1_000)
        let old = Address(word: 2_000)
        withOmmers.ommers = [.init(number: 9, miner: young), .init(number: 4, miner: old)]
        let execution = try execute(withOmmers, .london)
        let share = (ether &* 2).dividedOrZero(by: 32)
        #expect(balance(miner, execution) == ether &* 2 &+ share &* 2)
        #expect(balance(young, execution) == (ether &* 14).dividedOrZero(by: 8))
        #expect(balance(old, execution) == (ether &* 4).dividedOrZero(by: 8))
        #expect(try balance(miner, execute(block(), .london)) == ether &* 2)
        #expect(try balance(miner, execute(block(), .paris)) == nil)
    }

    @Test("without the ommers that a header names there is no reward to tell")
    func ommersMissing() throws {
        #expect(throws: BlockFault.ommersMissing) {
            try execute(block { $0.ommersHash = .zero }, .london)
        }
        var unnamed = block()
        unnamed.ommers = [.init(number: 9, miner: miner)]
        #expect(throws: BlockFault.ommersMissing) { try execute(unnamed, .london) }
        var tooOld = block { $0.ommersHash = .zero }
        tooOld.ommers = [.init(number: 2, miner: miner)]
        #expect(throws: BlockFault.ommersMissing) { try execute(tooOld, .london) }
    }

    @Test("withdrawals are in gwei and go behind the transactions")
    func withdrawals() throws {
        var block = block()
        let receiver = Address(word: 0x123456)
        block.withdrawals = [
            Withdrawal(index: 0, validatorIndex: 0, address: receiver, amountGwei: 3)
        ]
        #expect(try balance(receiver, execute(block, .shanghai)) == 3_000_000_000)
    }

    @Test("what 0x44 reads: the difficulty before Paris, randomness after")
    func difficulty() throws {
        // SSTORE of 0x44 at 0.
        let contract = Address(word: 0xD1FF)
        let code: [UInt8] = [0x44, 0x60, 0x00, 0x55]
        let transaction = try signed(to: contract)
        let block = block([transaction]) {
            $0.difficulty = 77
            $0.prevRandao = Hash32(word: 88)
        }
        for (fork, value) in [(Fork.london, 77), (.paris, 88)] as [(Fork, UInt256)] {
            let execution = try execute(block, fork, on: state([(contract, code)]))
            let change = execution.changes.accounts.first { $0.address == contract }
            #expect(change?.storage.first?.after == value)
        }
    }

    private func signed(
        to: Address, nonce: UInt64 = 0, gasLimit: UInt64 = 100_000
    ) throws -> SignedTransaction {
        try SignedTransaction(
            Transaction(
                nonce: nonce, maxFeePerGas: 7, maxPriorityFeePerGas: 0, gasLimit: gasLimit,
                to: to), signedBy: key)
    }

    @Test("a transaction whose limit the block has no room for makes the block invalid")
    func gasLimit() throws {
        let transactions = [
            try signed(to: miner, gasLimit: 29_000_000),
            try signed(to: miner, nonce: 1, gasLimit: 29_990_000),
        ]
        #expect(
            throws: BlockFault.transaction(
                index: 1,
                .invalid(.gasLimitAboveBlock(gasLimit: 29_990_000, available: 29_979_000)))
        ) { try execute(block(transactions), .paris) }
        let both = [transactions[0], try signed(to: miner, nonce: 1, gasLimit: 29_979_000)]
        #expect(try execute(block(both), .paris).gasUsed == 42_000)
    }

    @Test("Prague keeps the parent's hash in the history contract")
    func history() throws {
        // SSTORE of the call's word at 0.
        let code: [UInt8] = [0x5F, 0x35, 0x5F, 0x55]
        let state = state(requestContracts + [(SystemContracts.history, code)])
        let block = block()
        func stored(_ fork: Fork) throws -> UInt256? {
            try execute(block, fork, on: state).changes.accounts
                .first { $0.address == SystemContracts.history }?.storage.first?.after
        }
        #expect(try stored(.prague) == block.parent.hash.word)
        #expect(try stored(.cancun) == nil)
    }

    @Test("Prague asks the request contracts, which must answer")
    func requests() throws {
        let quiet = try execute(block(), .prague, on: state(requestContracts))
        #expect(quiet.requestsHash == ExecutionRequests().hash)
        #expect(
            quiet.requestsHash?.description
                == "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")

        let answered = try execute(
            block(), .prague,
            on: state([
                (SystemContracts.withdrawalRequests, Self.answering), requestContracts[1],
            ]))
        let ones = [UInt8](repeating: 0xFF, count: 32)
        #expect(answered.requestsHash == ExecutionRequests(withdrawals: ones).hash)
        #expect(try execute(block(), .cancun).requestsHash == nil)

        #expect(throws: BlockFault.unansweredRequest(SystemContracts.withdrawalRequests)) {
            try execute(block(), .prague)
        }
        let failing = state([
            requestContracts[0], (SystemContracts.consolidationRequests, [0xFE]),
        ])
        #expect(throws: BlockFault.unansweredRequest(SystemContracts.consolidationRequests)) {
            try execute(block(), .prague, on: failing)
        }
    }

    @Test("a deposit's log becomes a request; a log that is not so made is a fault")
    func deposits() throws {
        let contract = Address(word: 0xDE905)
        let topic = Keccak256.hash(
            Array("DepositEvent(bytes,bytes,bytes,bytes,bytes)".utf8))
        // Copies the log from behind the code: LOG1 of 576 bytes, or of one word fewer.
        func code(size: [UInt8]) -> [UInt8] {
            let head: [UInt8] = [0x61] + size + [0x60, 49, 0x5F, 0x39, 0x7F] + topic.bytes
            let tail: [UInt8] = [0x61] + size + [0x5F, 0xA1, 0x00]
            return head + tail + [UInt8](repeating: 0, count: 49 - head.count - tail.count)
        }
        let lengths = [48, 32, 8, 96, 8]
        var offset = 160
        var heads: [UInt8] = []
        var tails: [UInt8] = []
        var expected: [UInt8] = []
        for (index, length) in lengths.enumerated() {
            let bytes = [UInt8](repeating: UInt8(index + 1), count: length)
            heads += UInt256(UInt64(offset)).bigEndianBytes
            tails += UInt256(UInt64(length)).bigEndianBytes + bytes
            tails += [UInt8](repeating: 0, count: (32 - length % 32) % 32)
            expected += bytes
            offset = 160 + tails.count
        }
        let block = block([try signed(to: contract)])
        func execution(size: [UInt8]) throws(BlockFault) -> BlockExecution {
            try execute(
                block, .prague,
                on: state(requestContracts + [(contract, code(size: size) + heads + tails)]),
                depositContract: contract)
        }
        #expect(
            try execution(size: [2, 0x40]).requestsHash
                == ExecutionRequests(deposits: expected).hash)
        #expect(throws: BlockFault.depositLog(index: 0)) { try execution(size: [2, 0x20]) }
    }

    @Test("a fork that is not executed is refused by its name")
    func refused() {
        #expect(
            throws: BlockFault.rules(.notExecuted(name: "test", chainId: 1, number: 10))
        ) { try execute(block(), .berlin) }
    }

    @Test("a block's size is that of its RLP, and bounded from Osaka on")
    func size() throws {
        var large = block()
        #expect(large.encodedSize == large.header.encoded.count + 2 + 3)
        let filler = try SignedTransaction(
            Transaction(
                nonce: 0, maxFeePerGas: 7, maxPriorityFeePerGas: 0, gasLimit: 0, to: miner,
                data: [UInt8](repeating: 0, count: 8 << 20)), signedBy: key)
        large.transactions = [filler]
        #expect(
            throws: BlockFault.tooLarge(bytes: large.encodedSize, maximum: 8_388_608)
        ) { try execute(large, .osaka) }
        #expect(throws: BlockFault.self) { try execute(large, .prague) }
    }
}
