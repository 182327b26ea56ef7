import Contracts
import EVM
import Ethereum

/// A market of Aave V3 on the real bytecode: the contracts whose addresses others need.
public struct AaveMarket: Equatable, Sendable {
    public var addressesProvider: Address
    /// The proxy that everybody calls: deposits and flash loans.
    public var pool: Address
    public var configurator: Address
    public var aclManager: Address
}

/// A token that the market lends, and how much of it lies there at first.
package struct AaveReserve {
    var token: Address
    var symbol: String
    /// Dollars for one whole token, with 8 decimals.
    var priceUsd8: UInt64
    /// Raw units that are supplied.
    var supply: UInt256

    package init(token: Address, symbol: String, priceUsd8: UInt64, supply: UInt256) {
        self.token = token
        self.symbol = symbol
        self.priceUsd8 = priceUsd8
        self.supply = supply
    }
}

/// Creation code of Aave V3's contracts and libraries.
package struct AaveArtifacts {
    private let directory: String

    package init(directory: String) { self.directory = directory }

    func code(_ name: String, libraries: [String: Address] = [:]) throws -> [UInt8] {
        try ArtifactFile(directory: directory, name: "aave_v3/\(name).json")
            .creationCode(libraries: libraries)
    }
}

extension Deployer {
    /// Libraries of the pool that stand alone.
    private static let plainLibraries = [
        "BorrowLogic", "BridgeLogic", "EModeLogic", "LiquidationLogic", "PoolLogic", "SupplyLogic",
        "ConfiguratorLogic",
    ]

    /// Deploys a minimal market of Aave V3 of which `wallet` is the administrator, and supplies its
    /// reserves from what `wallet` owns. A flash loan costs `flashPremiumBps`.
    package mutating func deployAaveMarket(
        _ wallet: inout Wallet, artifacts: AaveArtifacts, reserves: [AaveReserve],
        flashPremiumBps: UInt64
    ) throws -> AaveMarket {
        let administrator = wallet.address
        let provider = try create(
            &wallet, sized: artifacts.code("PoolAddressesProvider"),
            arguments: ABI.encode(
                [.string("jit-bot devnet"), .address(administrator)], as: [.string, .address]))
        try send(&wallet, to: provider, "setACLAdmin(address)", [.address(administrator)])
        let acl = try create(
            &wallet, sized: artifacts.code("ACLManager"), arguments: provider.word.bigEndianBytes)
        try send(&wallet, to: provider, "setACLManager(address)", [.address(acl)])
        try send(&wallet, to: acl, "addPoolAdmin(address)", [.address(administrator)])

        let (pool, configurator) = try deployAavePool(
            &wallet, artifacts: artifacts, provider: provider)
        try deployAaveOracle(
            &wallet, artifacts: artifacts, provider: provider, reserves: reserves)
        try listAaveReserves(
            &wallet, artifacts: artifacts, provider: provider, pool: pool,
            configurator: configurator, reserves: reserves)
        try send(
            &wallet, to: configurator, "updateFlashloanPremiumTotal(uint128)",
            [.uint(UInt256(flashPremiumBps))])
        for reserve in reserves {
            try send(
                &wallet, to: configurator, "setReserveFlashLoaning(address,bool)",
                [.address(reserve.token), .bool(true)])
            try send(
                &wallet, to: reserve.token,
                data: ERC20.approve(pool, amount: reserve.supply), gasLimit: 100_000)
            try send(
                &wallet, to: pool, "supply(address,uint256,address,uint16)",
                [
                    .address(reserve.token), .uint(reserve.supply), .address(administrator),
                    .uint(.zero),
                ])
        }
        try settle()
        return AaveMarket(
            addressesProvider: provider, pool: pool, configurator: configurator, aclManager: acl)
    }

    /// The pool and its configurator with their libraries, behind the provider's proxies.
    private mutating func deployAavePool(
        _ wallet: inout Wallet, artifacts: AaveArtifacts, provider: Address
    ) throws -> (pool: Address, configurator: Address) {
        var libraries: [String: Address] = [:]
        for name in Self.plainLibraries {
            libraries[name] = try create(&wallet, sized: artifacts.code(name))
        }
        libraries["FlashLoanLogic"] = try create(
            &wallet, sized: artifacts.code("FlashLoanLogic", libraries: libraries))
        let implementation = try create(
            &wallet, sized: artifacts.code("PoolInstance", libraries: libraries),
            arguments: provider.word.bigEndianBytes)
        try send(&wallet, to: provider, "setPoolImpl(address)", [.address(implementation)])
        let configurator = try create(
            &wallet, sized: artifacts.code("PoolConfiguratorInstance", libraries: libraries))
        try send(
            &wallet, to: provider, "setPoolConfiguratorImpl(address)", [.address(configurator)])
        try settle()
        return (
            try answer(provider, "getPool()"), try answer(provider, "getPoolConfigurator()")
        )
    }

    private mutating func deployAaveOracle(
        _ wallet: inout Wallet, artifacts: AaveArtifacts, provider: Address,
        reserves: [AaveReserve]
    ) throws {
        var feeds: [ABIValue] = []
        for reserve in reserves {
            let feed = try create(
                &wallet, sized: artifacts.code("MockAggregator"),
                arguments: UInt256(reserve.priceUsd8).bigEndianBytes)
            feeds.append(.address(feed))
        }
        let oracle = try create(
            &wallet, sized: artifacts.code("AaveOracle"),
            arguments: ABI.encode(
                [
                    .address(provider), .array(reserves.map { .address($0.token) }),
                    .array(feeds), .address(.zero), .address(.zero), .uint(100_000_000),
                ],
                as: [
                    .address, .array(of: .address), .array(of: .address), .address, .address,
                    .uint(bits: 256),
                ]))
        try send(&wallet, to: provider, "setPriceOracle(address)", [.address(oracle)])
    }

    private mutating func listAaveReserves(
        _ wallet: inout Wallet, artifacts: AaveArtifacts, provider: Address, pool: Address,
        configurator: Address, reserves: [AaveReserve]
    ) throws {
        let strategy = try create(
            &wallet, sized: artifacts.code("DefaultReserveInterestRateStrategyV2"),
            arguments: provider.word.bigEndianBytes)
        let token = try create(
            &wallet, sized: artifacts.code("ATokenInstance"), arguments: pool.word.bigEndianBytes)
        let debt = try create(
            &wallet, sized: artifacts.code("VariableDebtTokenInstance"),
            arguments: pool.word.bigEndianBytes)
        // Ninety per cent of use, no interest below, then 4 and 60 per cent: in basis points.
        let rates = try ABI.encode(
            [.uint(9000), .uint(.zero), .uint(400), .uint(6000)],
            as: [.uint(bits: 16), .uint(bits: 32), .uint(bits: 32), .uint(bits: 32)])
        let inputs = reserves.map { reserve in
            ABIValue.tuple([
                .address(token), .address(debt), .bool(true), .address(strategy),
                .address(reserve.token), .address(wallet.address), .address(.zero),
                .string("Aave devnet \(reserve.symbol)"), .string("a\(reserve.symbol)"),
                .string("Aave devnet variable debt \(reserve.symbol)"),
                .string("variableDebt\(reserve.symbol)"), .bytes([]), .bytes(rates),
            ])
        }
        try send(
            &wallet, to: configurator,
            "initReserves((address,address,bool,address,address,address,address,string,string,"
                + "string,string,bytes,bytes)[])",
            [.array(inputs)], gasLimit: 4_000_000)
    }

    /// Signs a call of a contract's function.
    mutating func send(
        _ wallet: inout Wallet, to: Address, _ signature: String, _ values: [ABIValue],
        gasLimit: UInt64 = 1_200_000
    ) throws {
        try send(
            &wallet, to: to, data: try ABI.encode(signature, values), gasLimit: gasLimit)
    }

    /// Deploys a contract with a gas limit that goes by its size, so that several fit a block.
    mutating func create(
        _ wallet: inout Wallet, sized code: [UInt8], arguments: [UInt8] = []
    ) throws -> Address {
        let address = Address.create(sender: wallet.address, nonce: wallet.nonce)
        // 200 a byte of code, 16 a byte of calldata, the rest for what the constructor does.
        try send(
            &wallet, to: nil, data: code + arguments,
            gasLimit: 400_000 + 230 * UInt64(code.count))
        return address
    }

    /// The address that a view answers on the chain as it is mined.
    func answer(_ contract: Address, _ signature: String) throws -> Address {
        let machine = VirtualMachine(
            block: devnet.nextEnvironment, state: devnet.chain.reader(on: devnet.chain.head.number))
        let outcome = try machine.call(
            from: .zero, to: contract, value: .zero, data: try ABI.encode(signature, []),
            gasLimit: 1_000_000)
        guard outcome.status == .success, let word = ABIWords(outcome.output)[0] else {
            throw SetupError.unexpectedState("\(contract) does not answer \(signature)")
        }
        return Address(word: word)
    }
}
