import Chain
import Ethereum
import Strategy

/// A key with the nonce of its next transaction.
public struct Wallet: Sendable {
    public let name: String
    public let key: PrivateKey
    /// The key's number: no secret, since it follows from the name.
    public let publishedKey: Hash32
    public let address: Address
    public var nonce: UInt64 = 0

    /// The wallet of a name: its key is a hash of it, known to everyone, and good for a devnet
    /// alone.
    public init(name: String) {
        self.name = name
        // A hash is no valid key once in 2^128 tries; hashing on finds one.
        var seed = Keccak256.hash(Array("jit-bot devnet key of \(name)".utf8))
        while true {
            if let key = PrivateKey(bytes: seed.bytes) {
                self.key = key
                publishedKey = seed
                break
            }
            seed = Keccak256.hash(seed.bytes)
        }
        address = key.address
    }

    /// Signs the wallet's next transaction.
    public mutating func sign(
        to: Address?, value: UInt256 = .zero, data: [UInt8] = [], gasLimit: UInt64,
        chainId: UInt64, maxFeePerGas: UInt256, maxPriorityFeePerGas: UInt256
    ) throws -> BlockBuilder.Candidate {
        let transaction = Transaction(
            type: .feeMarket, chainId: chainId, nonce: nonce, maxFeePerGas: maxFeePerGas,
            maxPriorityFeePerGas: maxPriorityFeePerGas, gasLimit: gasLimit, to: to, value: value,
            data: data)
        let candidate = BlockBuilder.Candidate(
            signed: try SignedTransaction(transaction, signedBy: key), sender: address)
        nonce += 1
        return candidate
    }
}
