import Contracts
import EVM
import Ethereum

/// The genuine contracts from which Safes are made.
public struct SafeContracts: Equatable, Sendable {
    public var singleton: Address
    public var proxyFactory: Address
}

/// A Safe of a world's user, with the keys of its owners.
public struct SafeAccount: Sendable {
    public var address: Address
    public var owners: [Wallet]
    /// Of the next transaction, as far as this world has signed.
    public var nonce: UInt64 = 0

    /// The Safe's next transaction, signed by all of its owners.
    public mutating func sign(
        to: Address, data: [UInt8], value: UInt256 = .zero, chainId: UInt64
    ) -> SignedSafeTransaction {
        let transaction = SafeTransaction(
            to: to, value: value, data: data, nonce: UInt256(nonce))
        nonce += 1
        return SignedSafeTransaction(
            safe: address, transaction: transaction,
            signatures: transaction.signatures(
                by: owners.map(\.key), safe: address, chainId: chainId))
    }
}

/// A Safe's transaction with its owners' signatures: anybody may submit it.
public struct SignedSafeTransaction: Equatable, Sendable {
    public var safe: Address
    public var transaction: SafeTransaction
    public var signatures: [UInt8]

    /// Calldata for the Safe.
    public var calldata: [UInt8] { transaction.execTransaction(signatures: signatures) }
}

extension Deployer {
    /// Deploys the singleton of Safe 1.4.1 and its proxy factory.
    package mutating func deploySafeContracts(
        _ wallet: inout Wallet, directory: String
    ) throws -> SafeContracts {
        func code(_ name: String) throws -> [UInt8] {
            try ArtifactFile(directory: directory, name: "safe/\(name).json").creationCode()
        }
        let singleton = try create(&wallet, sized: code("Safe_V1_4_1"))
        let factory = try create(&wallet, sized: code("ProxyFactory_V1_4_1"))
        try settle()
        return SafeContracts(singleton: singleton, proxyFactory: factory)
    }

    /// Makes a Safe whose owners must all sign.
    package mutating func createSafe(
        _ wallet: inout Wallet, contracts: SafeContracts, owners: [Wallet]
    ) throws -> SafeAccount {
        let data = Safe.createProxy(
            singleton: contracts.singleton,
            initializer: Safe.setup(
                owners: owners.map(\.address), threshold: UInt64(owners.count)),
            saltNonce: UInt256(wallet.nonce))
        let machine = VirtualMachine(
            block: devnet.nextEnvironment, state: devnet.chain.reader(on: devnet.chain.head.number))
        let created = try machine.call(
            from: wallet.address, to: contracts.proxyFactory, value: .zero, data: data,
            gasLimit: 1_000_000)
        guard created.status == .success, let word = ABIWords(created.output)[0] else {
            throw SetupError.unexpectedState("the proxy factory makes no Safe")
        }
        try send(&wallet, to: contracts.proxyFactory, data: data, gasLimit: 500_000)
        try settle()
        return SafeAccount(address: Address(word: word), owners: owners)
    }
}
