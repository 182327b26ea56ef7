import Chain
import EVM
import Ethereum

/// A chain of a few accounts: a rich one with a key, and contracts of a few bytes.
struct SmallChain {
    static let key = PrivateKey(bytes: [UInt8](repeating: 0x11, count: 32))!
    static let sender = key.address
    static let recipient = Address(word: 0xB0B)
    static let coinbase = Address(word: 0xC01B)
    static let ether = UInt256(1_000_000_000_000_000_000 as UInt64)

    /// Adds 1 to slot 0 and writes an empty event: SSTORE(0, SLOAD(0) + 1), LOG0.
    static let counter = Address(word: 0xC0)
    private static let counterCode = Code([
        0x5F, 0x54, 0x60, 0x01, 0x01, 0x5F, 0x55, 0x5F, 0x5F, 0xA0, 0x00,
    ])
    /// Reverts: REVERT(0, 0).
    static let reverter = Address(word: 0xBAD)
    private static let reverterCode = Code([0x5F, 0x5F, 0xFD])
    /// Stores the parent block's hash in slot 0: SSTORE(0, BLOCKHASH(NUMBER - 1)).
    static let hashKeeper = Address(word: 0x4A54)
    private static let hashKeeperCode = Code([0x60, 0x01, 0x43, 0x03, 0x40, 0x5F, 0x55, 0x00])

    var chain: Blockchain
    var nonce: UInt64 = 0

    init(baseFeePerGas: UInt256 = 1_000_000_000) {
        var genesis = WorldState()
        genesis.set(Account(balance: 1000 &* Self.ether), at: Self.sender)
        for (address, code) in [
            (Self.counter, Self.counterCode), (Self.reverter, Self.reverterCode),
            (Self.hashKeeper, Self.hashKeeperCode), (BeaconRoots.address, BeaconRoots.code),
        ] {
            genesis.set(Account(nonce: 1, codeHash: code.hash), at: address, code: code)
        }
        chain = Blockchain(
            chainId: 1, genesis: genesis, timestamp: 1000, gasLimit: 1_000_000,
            baseFeePerGas: baseFeePerGas)
    }

    func builder() throws -> BlockBuilder {
        let number = chain.head.number
        return try chain.builder(
            chain.environment(
                after: number, timestamp: chain.head.header.timestamp + 12, coinbase: Self.coinbase,
                prevRandao: Hash32(word: UInt256(number))),
            parentBeaconBlockRoot: Hash32(word: 0xBEAC))
    }

    /// A transaction of the rich account, a tip of 1 wei per gas.
    mutating func sign(
        to: Address?, value: UInt256 = .zero, gasLimit: UInt64 = 100_000
    ) throws -> BlockBuilder.Candidate {
        let transaction = Transaction(
            type: .feeMarket, chainId: 1, nonce: nonce, maxFeePerGas: 10_000_000_000,
            maxPriorityFeePerGas: .one, gasLimit: gasLimit, to: to, value: value, data: [])
        nonce += 1
        return .init(
            signed: try SignedTransaction(transaction, signedBy: Self.key), sender: Self.sender)
    }

    /// Mines these calls in one block.
    @discardableResult
    mutating func mine(_ recipients: [Address]) throws -> Block {
        let builder = try builder()
        for recipient in recipients { try builder.include(try sign(to: recipient)) }
        return chain.append(builder)
    }
}
