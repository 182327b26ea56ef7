import Contracts
import EVM
import Ethereum
import UniswapV3
import World

/// A flash world with a block under construction.
public struct FlashScene {
    public let world: FlashWorld
    public var scene: Scene

    public init(_ world: FlashWorld) throws {
        self.world = world
        scene = try Scene(world.pools)
    }

    // MARK: Operations

    /// The spacing behind the one that the price stands in, in the direction in which WETH gets
    /// cheaper; with ten times the passive liquidity. It takes dollars alone.
    public func aheadOfWethSellers() throws -> JitPosition {
        try scene.position(shiftedBy: world.pools.tokens.wethIsToken0 ? -1 : 1)
    }

    /// The spacing ahead of those who buy WETH. It takes WETH alone.
    public func aheadOfWethBuyers() throws -> JitPosition {
        try scene.position(shiftedBy: world.pools.tokens.wethIsToken0 ? 1 : -1)
    }

    /// What the pool takes for a position.
    public func deposit(_ position: JitPosition) throws -> TokenAmounts {
        LiquidityAmounts.amounts(
            at: try scene.slot0.sqrtPriceX96,
            TickMath.sqrtPriceX96(atTick: position.tickLower)!,
            TickMath.sqrtPriceX96(atTick: position.tickUpper)!, liquidity: position.liquidity,
            rounding: .up)!
    }

    /// A loan from a lender at its fee.
    public func loan(
        from lender: Address, token: Address, amount: UInt256
    ) -> JitFlash.Loan {
        let fee: UInt256 =
            switch lender {
            case world.lenderPool:
                UInt256.mulDiv(amount &* 100 &+ 999_999, 1, 1_000_000)!
            case world.aave: UInt256.mulDiv(amount &* 5 &+ 5000, 1, 10_000)!
            default: .zero
            }
        return JitFlash.Loan(lender: lender, token: token, amount: amount, fee: fee)
    }

    /// The account's order in the pool of 0.3 %.
    public func order(
        sellingWeth: Bool = true, amountIn: UInt256, sqrtPriceLimitX96: UInt256 = .zero,
        deadline: UInt64 = .max
    ) -> [UInt8] {
        DoubleCalls.execute(
            world.pools.uniswap.swapRouter,
            scene.swap(
                sellingWeth: sellingWeth, amountIn: amountIn,
                sqrtPriceLimitX96: sqrtPriceLimitX96, recipient: world.account,
                deadline: deadline))
    }

    /// The account sells WETH, or buys it, against a position ahead of it, funded by a lender.
    public func operation(
        sellingWeth: Bool = true, lender: Address? = nil, tipWei: UInt256 = .zero
    ) throws -> JitFlash.Operation {
        let position = try sellingWeth ? aheadOfWethSellers() : aheadOfWethBuyers()
        let amounts = try deposit(position)
        let tokens = world.pools.tokens
        let token = sellingWeth ? tokens.other : tokens.weth
        let amount = token == tokens.token0 ? amounts.amount0 : amounts.amount1
        return JitFlash.Operation(
            pool: world.pools.poolArguments, positions: [position],
            anchors: try scene.anchors(),
            // A unit more than the deposit takes: a balance that does not fall to nothing on the
            // way costs 20,000 gas less.
            loans: [
                loan(from: lender ?? world.lenderPool, token: token, amount: amount &+ .one)
            ],
            settlement: .init(
                minProfitWei: .zero, tipWei: tipWei, hedgeFee: 500, hedgeMaxIn: UInt256.max >> 1),
            target: world.account,
            payload: order(
                sellingWeth: sellingWeth,
                amountIn: sellingWeth ? 100 &* PoolWorld.ether : 250_000 &* PoolWorld.dollar))
    }

    // MARK: Calls

    /// What a call to the flash contract would do.
    public func call(_ actor: PoolWorld.Actor, _ data: [UInt8]) throws -> TransactionOutcome {
        try call(from: PoolWorld.address(actor), data)
    }

    public func call(from: Address, _ data: [UInt8]) throws -> TransactionOutcome {
        try scene.call(from: from, to: world.flash, data)
    }

    /// What an operation of the operator would do.
    public func call(_ operation: JitFlash.Operation) throws -> TransactionOutcome {
        try call(.operator, JitFlash.flashJit(operation))
    }

    /// Includes an operation of the operator, whether or not it succeeds.
    @discardableResult
    public func send(_ operation: JitFlash.Operation) throws -> TransactionOutcome {
        try send(.operator, JitFlash.flashJit(operation))
    }

    /// Includes a call to the flash contract.
    @discardableResult
    public func send(_ actor: PoolWorld.Actor, _ data: [UInt8]) throws -> TransactionOutcome {
        try scene.send(actor, to: world.flash, data: data)
    }

    /// Includes a stranger's call of a double, which must succeed.
    public func set(_ double: Address, _ data: [UInt8]) throws {
        let outcome = try scene.send(.stranger, to: double, data: data)
        guard outcome.status == .success else {
            throw SetupError.transactionFailed(
                to: double, status: outcome.status, output: outcome.output)
        }
    }

    public func balance(_ token: Address?, of account: Address) throws -> UInt256 {
        try scene.balance(token, of: account)
    }
}

extension FlashScene {
    /// What the account gains of a token by a transaction that is then taken back.
    public func gain(
        of token: Address, _ transaction: (FlashScene) throws -> TransactionOutcome
    ) throws -> UInt256 {
        let start = scene.machine.checkpoint()
        defer { scene.machine.rollback(to: start) }
        let before = try balance(token, of: world.account)
        _ = try transaction(self)
        return try balance(token, of: world.account) &- before
    }

    /// How much of the flash contract's tokens somebody may take.
    public func allowance(_ token: Address, spender: Address) throws -> UInt256 {
        let outcome = try scene.machine.call(
            from: .zero, to: token, value: .zero,
            data: Calldata(
                Selector("allowance(address,address)"), world.flash.word, spender.word
            ).bytes, gasLimit: 100_000)
        return ABIWords(outcome.output)[0] ?? .max
    }
}
