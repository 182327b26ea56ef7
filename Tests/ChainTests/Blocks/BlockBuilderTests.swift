import Chain
import EVM
import Ethereum
import Testing

@Suite("BlockBuilder")
struct BlockBuilderTests {
    @Test("a sealed block's header is what its transactions, receipts and state say")
    func header() throws {
        var small = SmallChain()
        let builder = try small.builder()
        let transfer = try small.sign(to: SmallChain.recipient, value: 5)
        let call = try small.sign(to: SmallChain.counter)
        let failing = try small.sign(to: SmallChain.reverter)
        for candidate in [transfer, call, failing] { try builder.include(candidate) }
        let genesis = small.chain.head
        let block = small.chain.append(builder)

        #expect(block.number == 1)
        #expect(block.header.parentHash == genesis.hash)
        #expect(block.hash == Keccak256.hash(block.header.encoded))
        // The roots once more, by a trie that is built key by key.
        var transactions = MerkleTrie()
        var receipts = MerkleTrie()
        var cumulative: UInt64 = 0
        for (index, (candidate, executed)) in zip([transfer, call, failing], block.transactions)
            .enumerated()
        {
            var key = RLPWriter(capacity: 9)
            key.append(UInt64(index))
            cumulative += executed.outcome.gasUsed
            let receipt = Receipt(
                type: .feeMarket, outcome: .status(succeeded: index < 2),
                cumulativeGasUsed: cumulative,
                logs: index == 1 ? [Log(address: SmallChain.counter, topics: [], data: [])] : [])
            transactions[key.bytes] = candidate.signed.raw
            receipts[key.bytes] = receipt.encoded
        }
        #expect(block.header.transactionsRoot == transactions.root)
        #expect(block.header.receiptsRoot == receipts.root)
        #expect(block.header.gasUsed == cumulative)
        var bloom = LogsBloom()
        bloom.formUnion(block.transactions[1].receipt.logsBloom)
        #expect(block.header.logsBloom == bloom)
        #expect(block.header.stateRoot == independentRoot(of: small.chain.state))
        #expect(block.header.withdrawalsRoot == MerkleTrie.emptyRoot)
    }

    /// The state's root by a trie that is built key by key from RLP written here.
    private func independentRoot(of state: WorldState) -> Hash32 {
        var trie = MerkleTrie()
        for address in state.addresses {
            var storage = MerkleTrie()
            for (slot, value) in state.storage(of: address) {
                var writer = RLPWriter(capacity: 33)
                writer.append(value)
                storage[Keccak256.hash(slot.bigEndianBytes).bytes] = writer.bytes
            }
            let account = state.account(address)!
            trie[Keccak256.hash(address.bytes).bytes] = account.encoded(storageRoot: storage.root)
        }
        return trie.root
    }

    @Test("the coinbase has the priority fees, the sender paid the base fee too")
    func fees() throws {
        var small = SmallChain()
        let builder = try small.builder()
        let fee = builder.environment.baseFeePerGas
        #expect(fee == 875_000_000)
        let outcome = try builder.include(try small.sign(to: SmallChain.recipient, value: 5))
        small.chain.append(builder)
        let state = small.chain.state
        #expect(state.account(SmallChain.coinbase)?.balance == UInt256(outcome.gasUsed))
        let paid = UInt256(outcome.gasUsed) &* (fee &+ 1) &+ 5
        #expect(
            state.account(SmallChain.sender)?.balance == (1000 &* SmallChain.ether) &- paid)
        #expect(state.account(SmallChain.recipient)?.balance == 5)
    }

    @Test("a bundle whose transactions all succeed is in the block whole and in order")
    func bundle() throws {
        var small = SmallChain()
        let builder = try small.builder()
        let bundle = try [SmallChain.counter, SmallChain.recipient, SmallChain.counter].map {
            try small.sign(to: $0)
        }
        #expect(try builder.include(bundle: bundle).count == 3)
        let block = small.chain.append(builder)
        #expect(block.transactions.map(\.signed.hash) == bundle.map(\.signed.hash))
        #expect(small.chain.state.storage(SmallChain.counter, slot: 0) == 2)
    }

    @Test("a bundle with one failing transaction is dropped whole and leaves no trace")
    func droppedBundle() throws {
        var small = SmallChain()
        let untouched = small
        let builder = try small.builder()
        let before = builder.machine.changes()
        let bundle = try [SmallChain.counter, SmallChain.reverter, SmallChain.counter].map {
            try small.sign(to: $0)
        }
        #expect {
            try builder.include(bundle: bundle)
        } throws: { error in
            guard
                case .bundleTransactionFails(let index, let status, _) =
                    error as? BlockBuilder.Refusal
            else { return false }
            return index == 1 && status == .revert
        }
        #expect(builder.machine.changes() == before)
        #expect(builder.gasLeft == builder.environment.gasLimit)
        // The same block as if the bundle had never been.
        let empty = untouched
        var other = empty.chain
        other.append(try empty.builder())
        #expect(small.chain.append(builder).hash == other.head.hash)
    }

    @Test("a failing transaction on its own is included, and costs its sender gas")
    func failing() throws {
        var small = SmallChain()
        let builder = try small.builder()
        let outcome = try builder.include(try small.sign(to: SmallChain.reverter))
        #expect(outcome.status == .revert)
        let block = small.chain.append(builder)
        #expect(block.transactions.count == 1)
        #expect(block.header.gasUsed == outcome.gasUsed)
    }

    @Test("a transaction that cannot be executed is refused: a wrong nonce, too much gas")
    func refused() throws {
        var small = SmallChain()
        let builder = try small.builder()
        small.nonce = 1
        #expect(
            throws: BlockBuilder.Refusal.cannotExecute(
                .invalid(.nonceTooHigh(account: 0, transaction: 1)))
        ) { try builder.include(try small.sign(to: SmallChain.recipient)) }
        small.nonce = 0
        #expect(
            throws: BlockBuilder.Refusal.cannotExecute(
                .invalid(.gasLimitAboveBlock(gasLimit: 1_000_001, available: 1_000_000)))
        ) { try builder.include(try small.sign(to: SmallChain.recipient, gasLimit: 1_000_001)) }
        small.nonce = 0
        try builder.include(try small.sign(to: SmallChain.recipient, gasLimit: 1_000_000))
        #expect(builder.gasLeft == 979_000)
    }
}
