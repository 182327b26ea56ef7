import Chain
import Contracts
import Devnet
import EVM
import Ethereum
import Foundation
import NIOPosix
import TestSupport
import World

/// A devnet with the demo's contracts, and such as somebody else deployed by a factory with code of
/// his own.
struct DeployedContracts {
    var setup: DemoSetup

    init() throws { setup = try DemoSetup.run(seed: 5, artifacts: try TestFiles.artifacts()) }

    var executor: Address { setup.contracts.executor }

    /// Serves the chain while `body` runs.
    func serve<Result>(_ body: (_ url: String) throws -> Result) throws -> Result {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        let server = try DevnetServer.start(
            chain: setup.devnet.chain, coinbase: setup.devnet.coinbase, seed: 5, unlocked: [],
            .init(port: 0, relayPort: 0, blockTimeSeconds: nil), on: group.next(), now: { 0 }
        ).wait()
        defer { try? server.shutdown().wait() }
        return try body("http://127.0.0.1:\(server.rpcPort)")
    }

    // MARK: Deployments by a factory

    /// Runs creation code inside a contract that does nothing but create; where the new one stands,
    /// and the transaction.
    mutating func create(_ code: [UInt8]) throws -> (address: Address, transaction: Hash32) {
        // CALLDATACOPY(0, 0, CALLDATASIZE), CREATE(0, 0, CALLDATASIZE)
        let runtime: [UInt8] = [0x36, 0x5F, 0x5F, 0x37, 0x36, 0x5F, 0x5F, 0xF0, 0x00]
        let factory = try send(to: nil, PlantedCode.creation(runtime: runtime)).created
        let transaction = try send(to: factory, code).hash
        return (Address.create(sender: factory, nonce: 1), transaction)
    }

    /// Creation code that writes words into the storage and then returns the executor's own code,
    /// immutables and all.
    func planting(_ words: [(slot: UInt256, value: UInt256)]) -> [UInt8] {
        let state = setup.devnet.chain.state
        let code = state.account(executor).flatMap { state.code($0.codeHash) }?.bytes ?? []
        return PlantedCode.creation(writing: words, runtime: code)
    }

    /// The shipped creation code with the demo's arguments.
    var genuineCreation: [UInt8] {
        ShippedContract.jitExecutor.creationCode
            + JitExecutor.constructorArguments(
                minProfitThresholdWei: .zero, maxLoanSize: .one << 64,
                profitRecipient: setup.wallets.owner.address,
                positionManager: setup.contracts.uniswap.positionManager)
    }

    /// The slots that a call of the owner's changes in the executor.
    func slots(changedBy data: [UInt8]) throws -> [UInt256] {
        let builder = try setup.devnet.builder()
        var owner = setup.wallets.owner
        owner.nonce = setup.devnet.chain.state.account(owner.address)?.nonce ?? 0
        _ = try builder.include(
            try owner.sign(
                to: executor, data: data, gasLimit: 200_000, chainId: LocalChain.chainId,
                maxFeePerGas: setup.devnet.comfortableMaxFeePerGas, maxPriorityFeePerGas: .one))
        let changes = builder.machine.changes().accounts.first { $0.address == executor }
        return changes?.storage.map(\.slot) ?? []
    }

    /// Has the owner call the executor.
    mutating func ownerCalls(_ data: [UInt8]) throws {
        var owner = setup.wallets.owner
        owner.nonce = setup.devnet.chain.state.account(owner.address)?.nonce ?? 0
        try setup.devnet.mine([
            try owner.sign(
                to: executor, data: data, gasLimit: 200_000, chainId: LocalChain.chainId,
                maxFeePerGas: setup.devnet.comfortableMaxFeePerGas, maxPriorityFeePerGas: .one)
        ])
    }

    private mutating func send(
        to: Address?, _ data: [UInt8]
    ) throws -> (created: Address, hash: Hash32) {
        var wallet = setup.wallets.deployer
        wallet.nonce = setup.devnet.chain.state.account(wallet.address)?.nonce ?? 0
        let created = Address.create(sender: wallet.address, nonce: wallet.nonce)
        let candidate = try wallet.sign(
            to: to, data: data, gasLimit: 7_000_000, chainId: LocalChain.chainId,
            maxFeePerGas: setup.devnet.comfortableMaxFeePerGas, maxPriorityFeePerGas: .one)
        try setup.devnet.mine([candidate])
        return (created, candidate.signed.hash)
    }
}
