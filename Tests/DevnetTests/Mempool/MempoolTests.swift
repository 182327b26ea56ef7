import Chain
import Devnet
import Ethereum
import Testing

@Suite("Mempool")
final class MempoolTests {
    private var pool = Mempool()
    private let chain = SmallChain.chain()

    private func insert(
        _ candidate: BlockBuilder.Candidate
    ) throws(Mempool.Refusal) -> Mempool.Entry? {
        try pool.insert(
            candidate.signed, sender: candidate.sender, state: chain.state,
            chainId: chain.chainId, blockGasLimit: SmallChain.gasLimit)
    }

    private func executable(baseFee: UInt256 = SmallChain.gwei) -> [Hash32] {
        pool.executable(state: chain.state, baseFeePerGas: baseFee).map(\.signed.hash)
    }

    @Test("a later nonce waits for the earlier one")
    func gap() throws {
        let sender = SmallChain.wallet(0).address
        let later = try SmallChain.transaction(0, nonce: 1)
        _ = try insert(later)
        #expect(executable().isEmpty)
        #expect(pool.nextNonce(of: sender, stateNonce: 0) == 0)
        let first = try SmallChain.transaction(0, nonce: 0)
        _ = try insert(first)
        #expect(executable() == [first.signed.hash, later.signed.hash])
        #expect(pool.nextNonce(of: sender, stateNonce: 0) == 2)
        #expect(pool.entries.map(\.signed.hash) == [later.signed.hash, first.signed.hash])
    }

    @Test("who tips more comes first, but never before his earlier nonce")
    func order() throws {
        let low = try SmallChain.transaction(0, nonce: 0, tip: 1)
        let high = try SmallChain.transaction(0, nonce: 1, tip: 50 &* SmallChain.gwei)
        let middle = try SmallChain.transaction(1, tip: 2)
        let same = try SmallChain.transaction(2, tip: 2)
        for candidate in [low, high, middle, same] { _ = try insert(candidate) }
        #expect(executable() == [middle, same, low, high].map(\.signed.hash))
        // What does not pay the base fee waits, and all behind it.
        let cap = 100 &* SmallChain.gwei
        #expect(executable(baseFee: cap).count == 4)
        #expect(executable(baseFee: cap &+ 1).isEmpty)
    }

    @Test("a tenth more replaces, of both prices, and a wei less does not")
    func replacement() throws {
        let old = try SmallChain.transaction(0, maxFee: 1001, tip: 101)
        _ = try insert(old)
        for (fee, tip) in [(1101, 112), (1102, 111)] as [(UInt256, UInt256)] {
            let poor = try SmallChain.transaction(0, maxFee: fee, tip: tip)
            #expect(throws: Mempool.Refusal.replacementUnderpriced(needed: 1102)) {
                try insert(poor)
            }
        }
        #expect(pool.entry(old.signed.hash) != nil)
        let new = try SmallChain.transaction(0, maxFee: 1102, tip: 112)
        #expect(try insert(new)?.signed.hash == old.signed.hash)
        #expect(pool.entry(old.signed.hash) == nil)
        #expect(pool.entries.map(\.signed.hash) == [new.signed.hash])
        #expect(pool.count == 1)
        #expect(throws: Mempool.Refusal.alreadyKnown) { try insert(new) }
    }

    @Test("what no block could hold is refused with the facts")
    func refusals() throws {
        let funds = 100 &* SmallChain.ether
        let gas = UInt256(100_000) &* 100 &* SmallChain.gwei
        #expect(throws: Mempool.Refusal.wrongChain(transaction: 1, chain: SmallChain.chainId)) {
            try insert(SmallChain.transaction(0, chainId: 1))
        }
        #expect(throws: Mempool.Refusal.intrinsicGas(gasLimit: 20_999, needed: 21_000)) {
            try insert(SmallChain.transaction(0, gasLimit: 20_999))
        }
        #expect(
            throws: Mempool.Refusal.gasLimitAboveBlock(
                gasLimit: SmallChain.gasLimit + 1, block: SmallChain.gasLimit)
        ) {
            try insert(SmallChain.transaction(0, gasLimit: SmallChain.gasLimit + 1))
        }
        #expect(
            throws: Mempool.Refusal.insufficientFunds(balance: funds, needed: funds &+ 1)
        ) {
            try insert(SmallChain.transaction(0, value: funds &- gas &+ 1))
        }
        #expect(throws: Mempool.Refusal.insufficientFunds(balance: .zero, needed: gas)) {
            try insert(SmallChain.transaction(9))
        }
        #expect(throws: Mempool.Refusal.tipAboveFeeCap) {
            try insert(SmallChain.transaction(0, maxFee: 1, tip: 2))
        }
        let initCode = [UInt8](repeating: 0, count: 49_153)
        #expect(throws: Mempool.Refusal.initCodeTooLarge(bytes: 49_153)) {
            try insert(SmallChain.transaction(0, to: nil, data: initCode, gasLimit: 1_000_000))
        }
        #expect(pool.count == 0)
        // Each of them just fits.
        _ = try insert(SmallChain.transaction(0, gasLimit: 21_000))
        _ = try insert(SmallChain.transaction(1, gasLimit: SmallChain.gasLimit))
        _ = try insert(SmallChain.transaction(2, value: funds &- gas))
        _ = try insert(
            SmallChain.transaction(
                3, to: nil, data: Array(initCode.dropLast()), gasLimit: 1_000_000))
        #expect(pool.count == 4)
    }

    @Test("what is mined leaves the pool, and its nonce is used")
    func mined() throws {
        var node = SmallChain.node()
        for nonce in 0...1 as ClosedRange<UInt64> {
            try node.submit(SmallChain.transaction(0, nonce: nonce))
        }
        try node.submit(SmallChain.transaction(0, nonce: 3))
        try node.buildBlock()
        #expect(node.minedHashes.count == 2)
        #expect(node.mempool.count == 1)
        #expect(throws: Mempool.Refusal.nonceTooLow(state: 2, transaction: 1)) {
            try node.submit(SmallChain.transaction(0, nonce: 1, tip: 5))
        }
    }

    @Test("a sender has 256 transactions at most; replacing is no further one")
    func limit() throws {
        for nonce in 0..<UInt64(Mempool.senderLimit) {
            _ = try insert(SmallChain.transaction(0, nonce: nonce))
        }
        #expect(throws: Mempool.Refusal.queueFull(limit: 256)) {
            try insert(SmallChain.transaction(0, nonce: 256))
        }
        let more = 110 &* SmallChain.gwei
        #expect(
            try insert(
                SmallChain.transaction(0, nonce: 255, maxFee: more, tip: 2 &* SmallChain.gwei))
                != nil)
        _ = try insert(SmallChain.transaction(1))
        #expect(pool.count == 257)
    }
}
