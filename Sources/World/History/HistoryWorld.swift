import Chain
import Contracts
import EVM
import Ethereum
import Strategy
import UniswapV3

/// The world in which a real pool's history is re-enacted: the pool of the real fee and price on
/// the real bytecode, one provider for all positions, one signer for all swaps, and an idle
/// executor.
struct HistoryWorld {
    var devnet: LocalChain
    let uniswap: UniswapDeployment
    let key: PoolKey
    let pool: Address
    let provider: Address
    let executor: Address
    /// How far from the first price the owner lets the executor work, in ticks.
    let band: ClosedRange<Int32>
    let maxDeposit0: UInt256
    let maxDeposit1: UInt256
    var deployer = Wallet(name: "deployer")
    var owner = Wallet(name: "owner")
    var operatorWallet = Wallet(name: "operator 1")
    var swapper = Wallet(name: "swapper")

    /// A tenth to ten times the first price.
    private static let bandTicks: Int32 = 23_000
    /// What the executor holds of WETH; of the other token as much by the first price.
    private static let inventoryWei = 500 &* DemoSetup.weth

    init(history: EventHistory, artifacts: UniswapArtifacts, baseFeePerGas: UInt256) throws {
        let ether = DemoSetup.weth
        let abundance = (UInt256.one << 100)
        let start = history.events.first?.timestamp ?? 0
        var deployer = Deployer(
            devnet: LocalChain(
                seed: 0,
                funded: [deployer, owner, operatorWallet, swapper].map { ($0.address, abundance) },
                baseFeePerGas: baseFeePerGas, timestamp: start > 100_000 ? start - 100_000 : 0,
                fixedBaseFee: true))
        uniswap = try deployer.deployUniswap(&self.deployer, artifacts: artifacts)
        let tokens = try Self.deployTokens(
            history, &deployer, &self.deployer, weth: uniswap.weth, artifacts)
        guard let key = PoolKey(sorting: tokens.0, tokens.1, feePips: history.feePips),
            key.token0 == tokens.0
        else { throw SetupError.unexpectedState("the tokens are not in the file's order") }
        self.key = key
        let spacing = TickSpacing.of(feePips: history.feePips) ?? 1
        if ![500, 3000, 10_000].contains(history.feePips) {
            try deployer.send(
                &self.deployer, to: uniswap.factory,
                data: UniswapV3Factory.enableFeeAmount(history.feePips, tickSpacing: spacing),
                gasLimit: 100_000)
        }
        pool = try deployer.createPool(
            &self.deployer, uniswap: uniswap, key: key,
            sqrtPriceX96: history.initialSqrtPriceX96)
        provider = try deployer.create(
            &self.deployer, code: Hex.decode(LiquidityProviderArtifact.creationCodeHex) ?? [])
        executor = try deployer.create(
            &owner, code: Hex.decode(JitExecutorArtifact.creationCodeHex) ?? [],
            arguments: JitExecutor.constructorArguments(
                minProfitThresholdWei: .zero, maxLoanSize: .zero, profitRecipient: owner.address,
                positionManager: uniswap.positionManager))
        try deployer.settle()

        // Inventory: WETH, and as much of the other token by the pool's first price.
        let wethIsToken0 = key.token0 == uniswap.weth
        let price = history.initialSqrtPriceX96
        let q96 = UInt256.one << 96
        let inWeth = Self.inventoryWei
        let (factor, divisor) = wethIsToken0 ? (price, q96) : (q96, price)
        let other = UInt256.mulDiv(inWeth, factor, divisor)
            .flatMap { UInt256.mulDiv($0, factor, divisor) }
        let cap = (UInt256.one << 96) &- .one
        let otherAmount = min(other ?? cap, cap)
        maxDeposit0 = wethIsToken0 ? inWeth : otherAmount
        maxDeposit1 = wethIsToken0 ? otherAmount : inWeth
        let tick = TickMath.tick(atSqrtPriceX96: price) ?? 0
        band =
            max(
                tick - Self.bandTicks, TickMath.minTick)...min(
                tick + Self.bandTicks, TickMath.maxTick)

        devnet = deployer.devnet
        try fund(&deployer, history, ether: ether)
        if key.token0 == uniswap.weth || key.token1 == uniswap.weth {
            try configureExecutor(&deployer)
        }
        devnet = deployer.devnet
    }

    /// Tokens in the file's order: WETH9 for `weth`, Centre's token for everything else, deployed
    /// by the first account whose contract gets an address on the right side.
    private static func deployTokens(
        _ history: EventHistory, _ deployer: inout Deployer, _ wallet: inout Wallet,
        weth: Address, _ artifacts: UniswapArtifacts
    ) throws -> (Address, Address) {
        func fiat(_ symbol: String, _ fits: (Address) -> Bool) throws -> Address {
            for index in 0... {
                var candidate = Wallet(name: "\(symbol) deployer \(index)")
                guard fits(Address.create(sender: candidate.address, nonce: 0)) else { continue }
                try deployer.send(
                    &wallet, to: candidate.address, value: UInt256.one << 96, data: [],
                    gasLimit: 21_000)
                try deployer.settle()
                return try deployer.deployFiatToken(
                    &candidate, artifacts: artifacts, symbol: symbol.uppercased(),
                    decimals: decimals(symbol), minter: wallet.address)
            }
            throw SetupError.unexpectedState("no address for \(symbol)")
        }
        switch (history.token0, history.token1) {
        case ("weth", let other): return (weth, try fiat(other) { $0 > weth })
        case (let other, "weth"): return (try fiat(other) { $0 < weth }, weth)
        case (let first, let second):
            let token0 = try fiat(first) { _ in true }
            return (token0, try fiat(second) { $0 > token0 })
        }
    }

    /// The decimals that a token shows; nothing is computed from them.
    private static func decimals(_ symbol: String) -> UInt8 {
        switch symbol {
        case "usdc", "usdt": 6
        case "wbtc": 8
        default: 18
        }
    }

    private mutating func fund(
        _ deployer: inout Deployer, _ history: EventHistory, ether: UInt256
    ) throws {
        let (need0, need1) = history.needs
        for (token, need, inventory) in [
            (key.token0, need0, maxDeposit0), (key.token1, need1, maxDeposit1),
        ] {
            let shares = [
                (provider, need.provider), (swapper.address, need.swapper), (executor, inventory),
            ]
            if token == uniswap.weth {
                let total = shares.reduce(UInt256.zero) { $0 &+ $1.1 }
                try deployer.send(
                    &self.deployer, to: token, value: total, data: WETH9.deposit(),
                    gasLimit: 60_000)
            }
            for (recipient, amount) in shares where !amount.isZero {
                try deployer.send(
                    &self.deployer, to: token,
                    data: token == uniswap.weth
                        ? ERC20.transfer(to: recipient, amount: amount)
                        : FiatToken.mint(to: recipient, amount: amount), gasLimit: 150_000)
            }
            try deployer.send(
                &swapper, to: token, data: ERC20.approve(uniswap.swapRouter, amount: .max),
                gasLimit: 100_000)
        }
        try deployer.settle()
    }

    private mutating func configureExecutor(_ deployer: inout Deployer) throws {
        let arguments = JitExecutor.PoolArguments(
            token0: key.token0, token1: key.token1, fee: key.feePips)
        let calls = [
            JitExecutor.setRole(operatorWallet.address, .operator),
            JitExecutor.setProfitRules(
                minProfitThresholdWei: .zero, maxTipWei: 20 &* DemoSetup.weth,
                profitRecipient: owner.address),
            JitExecutor.setPool(
                arguments, bandLower: band.lowerBound, bandUpper: band.upperBound,
                maxDeposit0: maxDeposit0, maxDeposit1: maxDeposit1, blockMultiple: 1),
        ]
        for call in calls {
            try deployer.send(&owner, to: executor, data: call, gasLimit: 150_000)
        }
        try deployer.settle()
    }
}

extension EventHistory {
    /// Raw units of each token that the events take from their actors, with ample room.
    fileprivate var needs:
        ((provider: UInt256, swapper: UInt256), (provider: UInt256, swapper: UInt256))
    {
        var provider = (UInt256.zero, UInt256.zero)
        var swapper = (UInt256.zero, UInt256.zero)
        for event in events {
            switch event.action {
            case .mint(_, let amount0, let amount1):
                provider = (provider.0 &+ amount0, provider.1 &+ amount1)
            case .swap(let swap):
                if !swap.amount0.isNegative { swapper.0 = swapper.0 &+ swap.amount0.magnitude }
                if !swap.amount1.isNegative { swapper.1 = swapper.1 &+ swap.amount1.magnitude }
            case .initialize, .burn, .other: break
            }
        }
        func ample(_ amount: UInt256) -> UInt256 { amount &+ amount &+ 1_000_000 }
        return (
            (ample(provider.0), ample(swapper.0)), (ample(provider.1), ample(swapper.1))
        )
    }
}
