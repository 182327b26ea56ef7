import Chain
import EVM
import Ethereum
import Testing

@Suite("Blocks of Amsterdam")
struct AmsterdamBlockTests {
    private let key: PrivateKey
    private let contract = Address(word: 0xC0DE)

    init() throws {
        key = try #require(PrivateKey(bytes: [UInt8](repeating: 9, count: 32)))
    }

    /// Answers every call with nothing, and with one word of ones.
    private static let silent: [UInt8] = [0x00]
    private static let answering: [UInt8] = [0x5F, 0x19, 0x5F, 0x52, 0x60, 0x20, 0x5F, 0xF3]

    private static let requestContracts = [
        SystemContracts.withdrawalRequests, SystemContracts.consolidationRequests,
        SystemContracts.builderDepositRequests, SystemContracts.builderExitRequests,
    ]

    private func execute(
        _ transactions: [Transaction] = [], code: [UInt8] = silent, gasLimit: UInt64 = 60_000_000,
        requests: [Address: [UInt8]] = [:]
    ) throws -> BlockExecution {
        var state = WorldState()
        state.set(Account(balance: UInt256.one << 80), at: key.address)
        var contracts = requests
        for address in Self.requestContracts where contracts[address] == nil {
            contracts[address] = Self.silent
        }
        contracts[contract] = code
        for (address, bytes) in contracts where !bytes.isEmpty {
            let code = Code(bytes)
            state.set(Account(nonce: 1, codeHash: code.hash), at: address, code: code)
        }
        let parent = BlockHeader(
            parentHash: .zero, coinbase: .zero, stateRoot: .zero, number: 9, gasLimit: gasLimit,
            gasUsed: 0, timestamp: 1)
        var header = BlockHeader(
            parentHash: parent.hash, coinbase: .zero, stateRoot: .zero, number: 10,
            gasLimit: gasLimit, gasUsed: 0, timestamp: 2)
        header.baseFeePerGas = 7
        header.slotNumber = 77
        let signed = try transactions.map { try SignedTransaction($0, signedBy: key) }
        return try BlockExecutor(
            activation: ForkActivation("Amsterdam", .amsterdam, .block(0), blobs: .prague),
            depositContract: nil
        ).execute(
            NetworkBlock(chainId: 1, header: header, parent: parent, transactions: signed),
            on: ChainStateReader(state: state, blockHashes: [:]))
    }

    private func call(nonce: UInt64 = 0, gasLimit: UInt64, slot: UInt64 = 0) -> Transaction {
        Transaction(
            nonce: nonce, maxFeePerGas: 7, maxPriorityFeePerGas: 0, gasLimit: gasLimit,
            to: contract, data: UInt256(slot).bigEndianBytes)
    }

    /// Stores 1 in the slot that the calldata names.
    private static let storing: [UInt8] = [0x60, 1, 0x5F, 0x35, 0x55]

    @Test("the header has the fuller dimension, receipts have what senders pay")
    func gasUsed() throws {
        let list = (0..<2).map { call(nonce: $0, gasLimit: 200_000, slot: 1 + $0) }
        let execution = try execute(list, code: Self.storing)
        let outcomes = execution.transactions.map(\.outcome)
        #expect(outcomes.map(\.blockGas.state) == [97_920, 97_920])
        #expect(execution.gasUsed == 2 * 97_920)
        let paid = outcomes.map(\.gasUsed).reduce(0, +)
        #expect(execution.transactions.last?.receipt.cumulativeGasUsed == paid)
        #expect(paid == execution.gasUsed + outcomes.map(\.blockGas.execution).reduce(0, +))
        // Where no state grows, execution is the fuller one.
        let quiet = try execute([call(gasLimit: 200_000)])
        #expect(quiet.gasUsed == quiet.transactions[0].outcome.blockGas.execution)
    }

    @Test("each dimension must have room for a transaction's limit, execution for 2^24 at most")
    func room() throws {
        let cap = TransactionLimit.gas
        // Of the first, only some execution is used: the second's limit is all that is left of it.
        let used = try execute([call(gasLimit: 100_000)]).gasUsed
        let limit = cap + used
        #expect(throws: Never.self) {
            try execute(
                [call(gasLimit: 100_000), call(nonce: 1, gasLimit: limit)], gasLimit: limit)
        }
        let refusal = BlockFault.transaction(
            index: 1, .invalid(.gasLimitAboveBlock(gasLimit: cap, available: cap - 1)))
        #expect(throws: refusal) {
            try execute(
                [call(gasLimit: 100_000), call(nonce: 1, gasLimit: limit - 1)],
                gasLimit: limit - 1)
        }
        // State that the first grew leaves less room than the second's limit.
        let full = BlockFault.transaction(
            index: 1,
            .invalid(
                .gasLimitAboveBlock(
                    gasLimit: 30_000_000, available: 30_000_000 - 97_920)))
        #expect(throws: full) {
            try execute(
                [
                    call(gasLimit: 200_000, slot: 1), call(nonce: 1, gasLimit: 30_000_000, slot: 2),
                ], code: Self.storing, gasLimit: 30_000_000)
        }
    }

    @Test("the slot number is the header's")
    func slotNumber() throws {
        // SLOTNUM into slot 0.
        let execution = try execute([call(gasLimit: 200_000)], code: [0x4B, 0x5F, 0x55])
        let change = execution.changes.accounts.first { $0.address == contract }
        #expect(change?.storage.first?.after == 77)
    }

    @Test("builders' deposits and exits are requests 3 and 4, and their contracts must answer")
    func builderRequests() throws {
        let ones = [UInt8](repeating: 0xFF, count: 32)
        let deposits = try execute(
            requests: [SystemContracts.builderDepositRequests: Self.answering])
        #expect(deposits.requestsHash == ExecutionRequests(builderDeposits: ones).hash)
        let exits = try execute(requests: [SystemContracts.builderExitRequests: Self.answering])
        #expect(exits.requestsHash == ExecutionRequests(builderExits: ones).hash)
        #expect(exits.requestsHash != deposits.requestsHash)
        for address in Self.requestContracts {
            #expect(throws: BlockFault.unansweredRequest(address)) {
                try execute(requests: [address: []])
            }
        }
    }
}
