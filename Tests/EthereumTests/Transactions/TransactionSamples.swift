import Ethereum

/// Transactions of all types and shapes for the tests.
enum TransactionSamples {
    static let key = PrivateKey(bytes: [UInt8](repeating: 0x46, count: 32))!

    /// The example of EIP-155.
    static let eip155 = Transaction(
        type: .legacy, chainId: 1, nonce: 9, maxFeePerGas: 20_000_000_000,
        maxPriorityFeePerGas: 20_000_000_000, gasLimit: 21_000,
        to: Address(hex: "0x3535353535353535353535353535353535353535"),
        value: 1_000_000_000_000_000_000)

    static let eip155Raw = Hex.decode(
        "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025"
            + "a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276"
            + "a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83")!

    /// A transaction of the type with random fields, such as its type can hold.
    static func random(_ random: inout SeededRandom, type: TransactionType) -> Transaction {
        let fee = random.word()
        let creates = type.rawValue < TransactionType.blob.rawValue && random.below(4) == 0
        var transaction = Transaction(
            type: type, chainId: type == .legacy && random.below(2) == 0 ? nil : random.next(),
            nonce: random.next() >> UInt64(random.below(64)), maxFeePerGas: fee,
            maxPriorityFeePerGas: type.rawValue < 2 ? fee : random.word(),
            gasLimit: random.next() >> UInt64(random.below(64)),
            to: creates ? nil : random.address(), value: random.word(),
            data: random.bytes(random.below(200)))
        if type != .legacy {
            transaction.accessList = (0..<random.below(4)).map { _ in
                AccessListEntry(
                    address: random.address(),
                    storageKeys: (0..<random.below(4)).map { _ in random.word() })
            }
        }
        if type == .blob {
            transaction.maxFeePerBlobGas = random.word()
            transaction.blobVersionedHashes = (0..<random.below(7)).map { _ in random.hash() }
        }
        if type == .setCode {
            transaction.authorizationList = (0..<random.below(4)).map { _ in
                Authorization(
                    chainId: random.word(), address: random.address(), nonce: random.next(),
                    signature: Signature(
                        yParity: UInt64(random.below(256)), r: random.word(), s: random.word()))
            }
        }
        return transaction
    }
}
