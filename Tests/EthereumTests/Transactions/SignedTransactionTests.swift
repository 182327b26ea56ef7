import Ethereum
import Testing

@Suite("SignedTransaction")
struct SignedTransactionTests {
    @Test("the example of EIP-155 is signed, encoded and recovered as written there")
    func eip155() throws {
        let signed = try SignedTransaction(
            TransactionSamples.eip155, signedBy: TransactionSamples.key)
        #expect(
            signed.signingHash.description
                == "0xdaf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53")
        #expect(signed.raw == TransactionSamples.eip155Raw)
        let sender = try signed.sender()
        #expect(sender.checksummed == "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F")
        #expect(sender == TransactionSamples.key.address)
    }

    @Test("every type survives signing, encoding and decoding", arguments: TransactionType.allCases)
    func roundTrip(type: TransactionType) throws {
        var random = SeededRandom(seed: 10 + UInt64(type.rawValue))
        for _ in 0..<200 {
            let transaction = TransactionSamples.random(&random, type: type)
            let signed = try SignedTransaction(transaction, signedBy: TransactionSamples.key)
            let decoded = try SignedTransaction(decoding: signed.raw)
            #expect(decoded == signed)
            #expect(decoded.encoded == signed.raw)
            #expect(try decoded.sender() == TransactionSamples.key.address)
        }
    }

    @Test("an altered field changes the recovered sender, or leaves none")
    func alteredField() throws {
        let signed = try SignedTransaction(
            TransactionSamples.eip155, signedBy: TransactionSamples.key)
        var altered = TransactionSamples.eip155
        altered.nonce += 1
        let forged = SignedTransaction(altered, signature: signed.signature)
        #expect((try? forged.sender()) != TransactionSamples.key.address)
    }

    @Test("a v between 28 and 35 is refused, and one above 64 bits of chain id")
    func signatureV() throws {
        for v: UInt256 in [0, 26, 29, 34, (UInt256(.max) << 1 &+ 37)] {
            let transaction = TransactionSamples.eip155
            var writer = RLPWriter()
            writer.list { fields in
                fields.append(transaction.nonce)
                fields.append(transaction.maxFeePerGas)
                fields.append(transaction.gasLimit)
                fields.append(transaction.to)
                fields.append(transaction.value)
                fields.append(transaction.data)
                fields.append(v)
                fields.append(1 as UInt64)
                fields.append(1 as UInt64)
            }
            let raw = writer.bytes
            #expect(throws: TransactionDecodingError.signatureV(v)) {
                try SignedTransaction(decoding: raw)
            }
        }
    }

    @Test("the network form of a blob transaction is named")
    func sidecar() throws {
        var random = SeededRandom(seed: 5)
        let transaction = TransactionSamples.random(&random, type: .blob)
        let signed = try SignedTransaction(transaction, signedBy: TransactionSamples.key)
        var writer = RLPWriter(prefix: [3])
        writer.list { fields in
            fields.appendEncoded(signed.raw.dropFirst())
            for _ in 0..<3 { fields.list { _ in } }
        }
        let raw = writer.bytes
        #expect(throws: TransactionDecodingError.blobSidecarPresent) {
            try SignedTransaction(decoding: raw)
        }
    }

    @Test("unknown envelopes and no bytes are refused by name")
    func unknown() {
        #expect(throws: TransactionDecodingError.empty) { try SignedTransaction(decoding: []) }
        for first: UInt8 in [0x00, 0x05, 0x7f, 0xbf] {
            #expect(throws: TransactionDecodingError.unknownType(first)) {
                try SignedTransaction(decoding: [first, 0xc0])
            }
        }
    }

    @Test("a type that cannot hold what is asked for is not signed")
    func signing() {
        var transaction = TransactionSamples.eip155
        transaction.accessList = [AccessListEntry(address: .zero, storageKeys: [])]
        #expect(throws: TransactionSigningError.accessListNotOfType(.legacy)) {
            try SignedTransaction(transaction, signedBy: TransactionSamples.key)
        }
        transaction = TransactionSamples.eip155
        transaction.maxPriorityFeePerGas = 1
        #expect(throws: TransactionSigningError.self) {
            try SignedTransaction(transaction, signedBy: TransactionSamples.key)
        }
        transaction = TransactionSamples.eip155
        transaction.type = .feeMarket
        transaction.chainId = nil
        #expect(throws: TransactionSigningError.chainIdMissing(.feeMarket)) {
            try SignedTransaction(transaction, signedBy: TransactionSamples.key)
        }
    }

    @Test("200,000 mutated transactions never trap, and what is accepted encodes to itself")
    func hostile() throws {
        var random = SeededRandom(seed: 6)
        let originals = try TransactionType.allCases.flatMap { type in
            try (0..<20).map { _ in
                try SignedTransaction(
                    TransactionSamples.random(&random, type: type),
                    signedBy: TransactionSamples.key
                ).raw
            }
        }
        var accepted = 0
        for round in 0..<200_000 {
            let bytes = random.mutated(originals[round % originals.count])
            guard let decoded = try? SignedTransaction(decoding: bytes) else { continue }
            accepted += 1
            if decoded.encoded != bytes { Issue.record("two encodings: \(Hex.encode(bytes))") }
        }
        #expect(accepted > 1_000)
    }
}
