import Chain
import Devnet
import EVM
import Ethereum
import JSON
import Wire
import World

/// A chain of accounts with ether and three contracts of a few bytes.
enum SmallChain {
    static let chainId: UInt64 = 31337
    static let gasLimit: UInt64 = 8_000_000
    static let ether = UInt256(1_000_000_000_000_000_000 as UInt64)
    static let gwei: UInt256 = 1_000_000_000
    static let coinbase = Wallet(name: "coinbase of tests").address
    static let genesisTime: UInt64 = 1_700_000_000

    /// Adds one to its slot 0.
    static let counter = Address(word: 0xC0)
    /// Reverts with `Error("no")`.
    static let reverter = Address(word: 0xBAD)
    /// Logs one topic, 7, and no data.
    static let logger = Address(word: 0x106)

    /// PUSH0 SLOAD PUSH1 1 ADD PUSH0 SSTORE STOP.
    private static let counterCode: [UInt8] = [0x5F, 0x54, 0x60, 1, 0x01, 0x5F, 0x55, 0x00]
    /// PUSH1 7 PUSH0 PUSH0 LOG1 STOP.
    private static let loggerCode: [UInt8] = [0x60, 7, 0x5F, 0x5F, 0xA1, 0x00]
    static let revertData =
        [0x08, 0xC3, 0x79, 0xA0] as [UInt8]
        + UInt256(32).bigEndianBytes + UInt256(2).bigEndianBytes
        + Array("no".utf8) + [UInt8](repeating: 0, count: 30)

    /// PUSH1 length PUSH1 10 PUSH0 CODECOPY PUSH1 length PUSH0 REVERT, and the data.
    private static var reverterCode: [UInt8] {
        let length = UInt8(revertData.count)
        return [0x60, length, 0x60, 10, 0x5F, 0x39, 0x60, length, 0x5F, 0xFD] + revertData
    }

    /// A wallet that the genesis gives 100 ether.
    static func wallet(_ index: Int) -> Wallet { Wallet(name: "account \(index) of tests") }

    /// A chain of a genesis alone: four wallets, three contracts, and the beacon roots' contract.
    static func chain() -> Blockchain {
        var genesis = WorldState()
        for index in 0..<4 {
            genesis.set(Account(balance: 100 &* ether), at: wallet(index).address)
        }
        for (address, bytes) in [
            (counter, counterCode), (reverter, reverterCode), (logger, loggerCode),
        ] {
            let code = Code(bytes)
            genesis.set(Account(nonce: 1, codeHash: code.hash), at: address, code: code)
        }
        genesis.set(
            Account(nonce: 1, codeHash: BeaconRoots.code.hash), at: BeaconRoots.address,
            code: BeaconRoots.code)
        return Blockchain(
            chainId: chainId, genesis: genesis, timestamp: genesisTime, gasLimit: gasLimit,
            baseFeePerGas: gwei)
    }

    static func node() -> DevnetNode {
        DevnetNode(chain: chain(), coinbase: coinbase, seed: 1)
    }

    /// An RPC whose clock stands a second behind its head, with the first account unlocked.
    static func rpc() -> NodeRPC {
        NodeRPC(node: node(), unlocked: [wallet(0).key], now: { genesisTime + 1 })
    }

    /// A signed transaction of account `index`.
    static func transaction(
        _ index: Int, nonce: UInt64 = 0, to: Address? = counter, value: UInt256 = .zero,
        data: [UInt8] = [], gasLimit: UInt64 = 100_000, maxFee: UInt256 = 100 &* gwei,
        tip: UInt256 = gwei, chainId: UInt64 = chainId
    ) throws -> BlockBuilder.Candidate {
        var wallet = wallet(index)
        wallet.nonce = nonce
        return try wallet.sign(
            to: to, value: value, data: data, gasLimit: gasLimit, chainId: chainId,
            maxFeePerGas: maxFee, maxPriorityFeePerGas: tip)
    }

    /// A bundle for the next block of a new chain.
    static func bundle(
        _ transactions: [BlockBuilder.Candidate], block: UInt64 = 1, mayFail: Set<Hash32> = [],
        uuid: String? = nil, signer: Int = 0
    ) -> PooledBundle {
        PooledBundle(
            hash: Keccak256.hash(transactions.flatMap { $0.signed.hash.bytes }),
            blockNumber: block, transactions: transactions, revertingHashes: mayFail,
            replacementUuid: uuid, signer: wallet(signer).address)
    }
}

extension DevnetNode {
    mutating func submit(_ candidate: BlockBuilder.Candidate) throws {
        _ = try submit(candidate.signed, sender: candidate.sender)
    }

    /// Builds the next block, a slot after the head.
    mutating func buildBlock() throws {
        _ = try buildBlock(timestamp: chain.head.header.timestamp + 12)
    }

    /// Hashes of the newest block's transactions.
    var minedHashes: [Hash32] { chain.head.transactions.map(\.signed.hash) }
}

extension NodeRPC {
    func ask(_ method: String, _ params: JSON...) throws -> JSON {
        try answer(method: method, params: .array(params))
    }

    /// Sends a transaction's bytes.
    func send(_ candidate: BlockBuilder.Candidate) throws {
        _ = try ask("eth_sendRawTransaction", .data(candidate.signed.raw))
    }
}
