import Chain
import EVM
import Ethereum
import Testing

@Suite("Block access list (EIP-7928)")
struct BlockAccessListTests {
    private typealias Access = BlockAccessList.AccountAccess

    private let key: PrivateKey
    private let contract = Address(word: 0xC0DE)
    private let callee = Address(word: 0xCA11)
    private let coinbase = Address(word: 0xC01B)
    private let funds = UInt256.one << 80

    init() throws {
        key = try #require(PrivateKey(bytes: [UInt8](repeating: 9, count: 32)))
    }

    private static let silent: [UInt8] = [0x00]

    private func execute(
        _ transactions: [Transaction], code: [UInt8] = silent, calleeCode: [UInt8] = silent,
        gasLimit: UInt64 = 60_000_000, withdrawals: [Withdrawal] = [], fork: Fork = .amsterdam
    ) throws -> BlockExecution {
        var state = WorldState()
        state.set(Account(balance: funds), at: key.address)
        let requests = [
            SystemContracts.withdrawalRequests, SystemContracts.consolidationRequests,
            SystemContracts.builderDepositRequests, SystemContracts.builderExitRequests,
        ]
        for (address, bytes) in requests.map({ ($0, Self.silent) })
            + [(contract, code), (callee, calleeCode)]
        {
            let code = Code(bytes)
            state.set(Account(nonce: 1, codeHash: code.hash), at: address, code: code)
        }
        state.set(50, at: contract, slot: 5)
        let parent = BlockHeader(
            parentHash: .zero, coinbase: .zero, stateRoot: .zero, number: 9, gasLimit: gasLimit,
            gasUsed: 0, timestamp: 1)
        var header = BlockHeader(
            parentHash: parent.hash, coinbase: coinbase, stateRoot: .zero, number: 10,
            gasLimit: gasLimit, gasUsed: 0, timestamp: 2)
        header.baseFeePerGas = 7
        let signed = try transactions.map { try SignedTransaction($0, signedBy: key) }
        return try BlockExecutor(
            activation: ForkActivation("test", fork, .block(0), blobs: .prague),
            depositContract: nil
        ).execute(
            NetworkBlock(
                chainId: 1, header: header, parent: parent, transactions: signed,
                withdrawals: withdrawals),
            on: ChainStateReader(state: state, blockHashes: [:]))
    }

    private func call(
        nonce: UInt64 = 0, to: Address? = nil, value: UInt256 = 0, tip: UInt256 = 0
    ) -> Transaction {
        Transaction(
            type: .feeMarket, chainId: 1, nonce: nonce, maxFeePerGas: 100,
            maxPriorityFeePerGas: tip, gasLimit: 1_000_000, to: to ?? contract, value: value)
    }

    private func access(_ address: Address, _ execution: BlockExecution) -> Access? {
        execution.accessList?.accounts.first { $0.address == address }
    }

    @Test("a block without transactions touches the protocol's contracts alone")
    func empty() throws {
        let list = try #require(try execute([]).accessList)
        #expect(
            Set(list.accounts.map(\.address)) == [
                SystemContracts.withdrawalRequests, SystemContracts.consolidationRequests,
                SystemContracts.builderDepositRequests, SystemContracts.builderExitRequests,
                SystemContracts.history, BeaconRoots.address,
            ])
        #expect(list.accounts.map(\.address) == list.accounts.map(\.address).sorted())
        #expect(try execute([], fork: .osaka).accessList == nil)
    }

    @Test("sender, receiver and coinbase with their values behind each transaction")
    func transfer() throws {
        let receiver = Address(word: 0x9999)
        let execution = try execute([
            call(to: receiver, value: 3, tip: 1), call(nonce: 1, to: receiver, value: 4, tip: 1),
        ])
        let gas = execution.transactions.map { UInt256($0.outcome.gasUsed) }
        #expect(
            access(receiver, execution)
                == Access(
                    address: receiver,
                    balanceChanges: [.init(step: 1, value: 3), .init(step: 2, value: 7)]))
        #expect(
            access(coinbase, execution)?.balanceChanges
                == [.init(step: 1, value: gas[0]), .init(step: 2, value: gas[0] &+ gas[1])])
        let sender = try #require(access(key.address, execution))
        #expect(sender.nonceChanges == [.init(step: 1, value: 1), .init(step: 2, value: 2)])
        let first = funds &- 3 &- gas[0] &* 8
        #expect(
            sender.balanceChanges
                == [
                    .init(step: 1, value: first), .init(step: 2, value: first &- 4 &- gas[1] &* 8),
                ])
    }

    @Test("a coinbase without reward is there, without a change")
    func coinbaseWithoutReward() throws {
        let execution = try execute([call()])
        #expect(access(coinbase, execution) == Access(address: coinbase))
    }

    @Test("slots: changed ones by step, and read, unchanged and restored ones as reads")
    func storage() throws {
        // slot 1 := call's number of the block's timestamp + old value; slot 2 is read; slot 5 is
        // written with its own value; slot 6 is set and restored.
        let code: [UInt8] = [
            0x60, 1, 0x54, 0x60, 1, 0x01, 0x60, 1, 0x55,  // 1 := [1] + 1
            0x60, 2, 0x54, 0x50,  // read 2
            0x60, 50, 0x60, 5, 0x55,  // 5 := 50
            0x60, 1, 0x60, 6, 0x55, 0x5F, 0x60, 6, 0x55,  // 6 := 1, 6 := 0
        ]
        let execution = try execute([call(), call(nonce: 1)], code: code)
        #expect(
            access(contract, execution)
                == Access(
                    address: contract,
                    storageChanges: [
                        .init(
                            slot: 1,
                            changes: [.init(step: 1, value: 1), .init(step: 2, value: 2)])
                    ], storageReads: [2, 5, 6]))
    }

    @Test("what a reverted call touched is there, what it changed is not")
    func reverted() throws {
        // CALL of the callee, which stores, looks at an account and reverts.
        let calling: [UInt8] = [0x5F, 0x5F, 0x5F, 0x5F, 0x5F, 0x61, 0xCA, 0x11, 0x5A, 0xF1]
        let reverting: [UInt8] = [
            0x60, 1, 0x60, 3, 0x55, 0x61, 0xAB, 0xCD, 0x31, 0x5F, 0x5F, 0xFD,
        ]
        let execution = try execute([call()], code: calling, calleeCode: reverting)
        #expect(access(callee, execution) == Access(address: callee, storageReads: [3]))
        let looked = Address(word: 0xABCD)
        #expect(access(looked, execution) == Access(address: looked))
    }

    @Test("an account of the transaction's own access list is not touched by being there")
    func accessListOfTransaction() throws {
        var transaction = call()
        let named = Address(word: 0x7777)
        transaction.accessList = [AccessListEntry(address: named, storageKeys: [1])]
        #expect(access(named, try execute([transaction])) == nil)
    }

    @Test("a created contract has nonce, code and wei")
    func created() throws {
        var creation = call(value: 5)
        creation.to = nil
        // Deploys one byte of STOP.
        creation.data = [0x60, 1, 0x5F, 0xF3]
        let address = Address.create(sender: key.address, nonce: 0)
        #expect(
            access(address, try execute([creation]))
                == Access(
                    address: address, balanceChanges: [.init(step: 1, value: 5)],
                    nonceChanges: [.init(step: 1, value: 1)],
                    codeChanges: [.init(step: 1, value: [0])]))
    }

    @Test("withdrawals are of the step behind the transactions")
    func withdrawals() throws {
        let receiver = Address(word: 0x4895)
        let withdrawal = Withdrawal(
            index: 1, validatorIndex: 2, address: receiver, amountGwei: 3)
        let execution = try execute([call()], withdrawals: [withdrawal])
        #expect(
            access(receiver, execution)?.balanceChanges
                == [.init(step: 2, value: 3_000_000_000)])
    }

    @Test("the gas limit bounds the number of addresses and slots")
    func limit() throws {
        let items = try #require(try execute([]).accessList).itemCount
        let limit = UInt64(items) * BlockAccessList.gasPerItem
        #expect(throws: Never.self) { try execute([], gasLimit: limit) }
        #expect(throws: BlockFault.accessListTooLong(items: items, maximum: items - 1)) {
            try execute([], gasLimit: limit - 1)
        }
    }

    @Test("the hash is that of the RLP, in the order of the fields")
    func encoding() throws {
        #expect(
            BlockAccessList().hash.description
                == "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347")
        let list = BlockAccessList(accounts: [
            Access(
                address: Address(word: 1),
                storageChanges: [.init(slot: 2, changes: [.init(step: 3, value: 0)])],
                storageReads: [0, 4], balanceChanges: [.init(step: 0, value: 256)],
                nonceChanges: [.init(step: 5, value: 6)],
                codeChanges: [.init(step: 7, value: [0x60, 0x00])])
        ])
        func pair(_ step: UInt64, _ value: RLPItem) -> RLPItem {
            .list([.integer(UInt256(step)), value])
        }
        let expected = RLPItem.list([
            .list([
                .bytes(Address(word: 1).bytes),
                .list([.list([.integer(2), .list([pair(3, .integer(0))])])]),
                .list([.integer(0), .integer(4)]), .list([pair(0, .integer(256))]),
                .list([pair(5, .integer(6))]), .list([pair(7, .bytes([0x60, 0x00]))]),
            ])
        ])
        #expect(list.encoded == expected.encoded)
        #expect(list.hash == Keccak256.hash(expected.encoded))
    }
}
