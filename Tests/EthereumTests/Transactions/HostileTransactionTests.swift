import Ethereum
import Testing

/// What anybody can put into a mempool: damaged bytes of every type, and fields at their edges.
@Suite("Hostile transactions")
struct HostileTransactionTests {
    /// Everything that is asked of a stranger's transaction before it runs.
    private func examine(_ signed: SignedTransaction) {
        let transaction = signed.transaction
        _ = try? signed.sender()
        for fork in Fork.allCases {
            _ = try? signed.sender(fork: fork)
            _ = transaction.intrinsicGas(fork: fork, sender: .zero)
            _ = transaction.floorGas(fork: fork, sender: .zero)
        }
        for fee in [UInt256.zero, .one, .max] {
            _ = transaction.effectiveGasPrice(baseFeePerGas: fee)
        }
        for authorization in transaction.authorizationList { _ = try? authorization.authority() }
    }

    @Test(
        "damaged bytes of each type are refused or are what they say",
        arguments: 0...4 as ClosedRange<UInt8>)
    func damaged(type: UInt8) throws {
        let type = try #require(TransactionType(rawValue: type))
        var random = SeededRandom(seed: 71 + UInt64(type.rawValue))
        var accepted = 0
        for round in 0..<1500 {
            let good = try SignedTransaction(
                TransactionSamples.random(&random, type: type), signedBy: TransactionSamples.key)
            let raw = random.mutated(good.raw)
            guard let signed = try? SignedTransaction(decoding: raw) else { continue }
            accepted += 1
            #expect(signed.raw == raw, "type \(type), round \(round)")
            examine(signed)
        }
        #expect(accepted > 20, "\(accepted)")
    }

    @Test("lists by the thousand, calldata by the megabyte and fields of all ones are counted")
    func edges() throws {
        var random = SeededRandom(seed: 72)
        var transaction = TransactionSamples.random(&random, type: .setCode)
        transaction.gasLimit = .max
        transaction.nonce = .max
        transaction.maxFeePerGas = .max
        transaction.maxPriorityFeePerGas = .max
        transaction.value = .max
        transaction.data = [UInt8](repeating: 0xFF, count: 4 << 20)
        transaction.accessList = (0..<1000).map { _ in
            AccessListEntry(address: random.address(), storageKeys: [.max, .zero, .max])
        }
        transaction.authorizationList = (0..<2000).map { _ in
            Authorization(
                chainId: .max, address: random.address(), nonce: .max,
                signature: Signature(yParity: 255, r: .max, s: .max))
        }
        let signed = try SignedTransaction(transaction, signedBy: TransactionSamples.key)
        examine(try SignedTransaction(decoding: signed.raw))
        let gas = transaction.intrinsicGas(fork: .prague, sender: .zero)
        #expect(gas > 16 * 4 << 20)
    }

    @Test("signatures outside the curve, and the upper half of s, name no sender")
    func signatures() throws {
        let order = UInt256(
            hex: "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")!
        let transaction = TransactionSamples.eip155
        let good = try SignedTransaction(transaction, signedBy: TransactionSamples.key).signature
        let edges: [UInt256] = [.zero, .one, order, order &- .one, .max]
        var refused = 0
        for r in edges + [good.r] {
            for s in edges + [good.s, order &- good.s] {
                for parity in [0, 1, 2, UInt64.max >> 2] {
                    let signature = Signature(yParity: parity, r: r, s: s)
                    let signed = SignedTransaction(transaction, signature: signature)
                    if (try? signed.sender()) == nil { refused += 1 }
                }
            }
        }
        let high = SignedTransaction(
            transaction,
            signature: Signature(yParity: good.yParity ^ 1, r: good.r, s: order &- good.s))
        #expect(throws: SignatureError.highS(order &- good.s)) { try high.sender() }
        #expect(refused > 20)
    }
}
