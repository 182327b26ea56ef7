import Chain
import Contracts
import EVM
import Ethereum
import UniswapV3

/// Signs and mines, one after another, the transactions by which a world is set up.
public struct Deployer {
    public var devnet: LocalChain
    private var pending: [BlockBuilder.Candidate] = []

    public init(devnet: LocalChain) { self.devnet = devnet }

    /// Signs a transaction of `wallet`, to be mined with the next ones.
    public mutating func send(
        _ wallet: inout Wallet, to: Address?, value: UInt256 = .zero, data: [UInt8],
        gasLimit: UInt64
    ) throws {
        pending.append(
            try wallet.sign(
                to: to, value: value, data: data, gasLimit: gasLimit, chainId: LocalChain.chainId,
                // Deployments fill blocks, so the base fee climbs an eighth a block until they end.
                maxFeePerGas: devnet.comfortableMaxFeePerGas &* 1000,
                maxPriorityFeePerGas: .one))
    }

    /// Deploys a contract of `wallet` and gives its address.
    public mutating func create(
        _ wallet: inout Wallet, code: [UInt8], arguments: [UInt8] = []
    ) throws -> Address {
        let address = Address.create(sender: wallet.address, nonce: wallet.nonce)
        try send(&wallet, to: nil, data: code + arguments, gasLimit: 6_500_000)
        return address
    }

    /// Mines everything signed so far.
    public mutating func settle() throws {
        try devnet.mine(pending)
        pending = []
    }

    /// Deploys Uniswap V3's factory, router and position manager, and WETH9.
    public mutating func deployUniswap(
        _ wallet: inout Wallet, artifacts: UniswapArtifacts
    ) throws -> UniswapDeployment {
        let weth = try create(&wallet, code: artifacts.weth9)
        let factory = try create(&wallet, code: artifacts.factory)
        let arguments = factory.word.bigEndianBytes + weth.word.bigEndianBytes
        let router = try create(&wallet, code: artifacts.swapRouter, arguments: arguments)
        // The descriptor only draws the position's picture; nothing calls it here.
        let manager = try create(
            &wallet, code: artifacts.positionManager,
            arguments: arguments + UInt256.zero.bigEndianBytes)
        try settle()
        return UniswapDeployment(
            factory: factory, swapRouter: router, positionManager: manager, weth: weth)
    }

    /// Deploys a token of Centre's code of which `wallet` has every role; `minter`, or else
    /// `wallet`, mints to whom it likes.
    public mutating func deployFiatToken(
        _ wallet: inout Wallet, artifacts: UniswapArtifacts, symbol: String, decimals: UInt8,
        minter: Address? = nil
    ) throws -> Address {
        let token = try create(&wallet, code: artifacts.fiatToken)
        let administrator = wallet.address
        let calls = [
            FiatToken.initialize(
                name: symbol, symbol: symbol, currency: "USD", decimals: decimals,
                administrator: administrator),
            FiatToken.initializeV2(name: symbol),
            // Nothing is lost yet: an account that holds none of the token.
            FiatToken.initializeV2_1(lostAndFound: Wallet(name: "lost and found").address),
            FiatToken.configureMinter(minter ?? administrator, allowance: UInt256.max >> 1),
        ]
        for call in calls { try send(&wallet, to: token, data: call, gasLimit: 400_000) }
        try settle()
        return token
    }

    /// Creates the pool of two tokens and gives it its first price.
    public mutating func createPool(
        _ wallet: inout Wallet, uniswap: UniswapDeployment, key: PoolKey, sqrtPriceX96: UInt256
    ) throws -> Address {
        try send(
            &wallet, to: uniswap.factory,
            data: UniswapV3Factory.createPool(key.token0, key.token1, fee: key.feePips),
            gasLimit: 6_000_000)
        let pool = uniswap.pool(key)
        try send(
            &wallet, to: pool, data: UniswapV3PoolContract.initialize(sqrtPriceX96: sqrtPriceX96),
            gasLimit: 200_000)
        try settle()
        guard devnet.chain.state.account(pool)?.codeHash != nil else {
            throw SetupError.unexpectedState("no pool at the derived address \(pool)")
        }
        return pool
    }
}
