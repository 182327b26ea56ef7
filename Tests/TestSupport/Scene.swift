import Chain
import Contracts
import EVM
import Ethereum
import Strategy
import UniswapV3
import World

/// A pool world with a block under construction.
public struct Scene {
    public var world: PoolWorld
    public private(set) var builder: BlockBuilder

    public init(_ world: PoolWorld) throws {
        self.world = world
        builder = try world.devnet.builder()
    }

    public var machine: VirtualMachine { builder.machine }

    // MARK: Transactions

    /// Signs a transaction on the state as it is now.
    public func sign(
        _ actor: PoolWorld.Actor, to: Address?, value: UInt256 = .zero, data: [UInt8],
        gasLimit: UInt64 = 2_000_000, priorityFee: UInt256 = .zero
    ) throws -> BlockBuilder.Candidate {
        var wallet = PoolWorld.wallet(actor)
        wallet.nonce = try machine.account(wallet.address)?.nonce ?? 0
        return try wallet.sign(
            to: to, value: value, data: data, gasLimit: gasLimit, chainId: LocalChain.chainId,
            maxFeePerGas: builder.environment.baseFeePerGas &+ priorityFee,
            maxPriorityFeePerGas: priorityFee)
    }

    /// Includes a transaction in the block, whether or not it succeeds.
    @discardableResult
    public func send(
        _ actor: PoolWorld.Actor, to: Address?, value: UInt256 = .zero, data: [UInt8],
        gasLimit: UInt64 = 2_000_000
    ) throws -> TransactionOutcome {
        try record(
            from: PoolWorld.address(actor), to: to, value: value, data: data, gasLimit: gasLimit)
        return try builder.include(
            try sign(actor, to: to, value: value, data: data, gasLimit: gasLimit))
    }

    /// What a call to the executor would do.
    public func call(_ actor: PoolWorld.Actor, _ data: [UInt8]) throws -> TransactionOutcome {
        try call(from: PoolWorld.address(actor), data)
    }

    public func call(from: Address, _ data: [UInt8]) throws -> TransactionOutcome {
        try call(from: from, to: world.executor, data)
    }

    /// What a call to any contract would do.
    public func call(from: Address, to: Address, _ data: [UInt8]) throws -> TransactionOutcome {
        try record(from: from, to: to, data: data, gasLimit: 8_000_000)
        return try machine.call(
            from: from, to: to, value: .zero, data: data, gasLimit: 8_000_000)
    }

    private func record(
        from: Address, to: Address?, value: UInt256 = .zero, data: [UInt8], gasLimit: UInt64
    ) throws {
        try CaseRecorder.record(
            builder, chain: world.devnet.chain, from: from, to: to, value: value, data: data,
            gasLimit: gasLimit)
    }

    /// Seals the block and begins one so many slots later.
    public mutating func seal(slots: UInt64 = 1, coinbase: Address? = nil) throws {
        world.devnet.chain.append(builder)
        var environment = world.devnet.environment(
            timestamp: world.devnet.chain.head.header.timestamp
                + slots * LocalChain.secondsPerSlot)
        if let coinbase { environment.coinbase = coinbase }
        builder = try world.devnet.builder(environment)
    }

    // MARK: Reading

    public func balance(_ token: Address?, of account: Address) throws -> UInt256 {
        try BalanceSheet.balances(
            of: [Holding(account: account, token: token)], machine: machine)[0] ?? .zero
    }

    public var slot0: Slot0 {
        get throws { Slot0(word: try machine.storage(world.pool, slot: PoolStorage.slot0)) }
    }

    public var liquidity: UInt128 {
        get throws { try machine.storage(world.pool, slot: PoolStorage.liquidity).low128 }
    }

    // MARK: The executor's calls

    /// The guard of the present state, whatever the deposit.
    public func anchors() throws -> JitExecutor.Guard {
        let price = try slot0.sqrtPriceX96
        let liquidity = try liquidity
        return JitExecutor.Guard(
            targetBlock: builder.environment.number, parentHash: world.devnet.chain.head.hash,
            maxTimestamp: builder.environment.timestamp, minSqrtPriceX96: price,
            maxSqrtPriceX96: price, minLiquidity: liquidity, maxLiquidity: liquidity,
            maxAmount0: .max, maxAmount1: .max)
    }

    /// The spacing that the price stands in, with ten times the passive liquidity.
    public func position(shiftedBy spacings: Int32 = 0) throws -> JitPosition {
        let home = TickSpacing.floor(try slot0.tick, 60) + spacings * 60
        return JitPosition(
            tickLower: home, tickUpper: home + 60, liquidity: 3_000_000_000_000_000_000)
    }

    public func open(
        _ positions: [JitPosition], _ anchors: JitExecutor.Guard? = nil
    ) throws -> [UInt8] {
        JitExecutor.open(
            pool: world.poolArguments, positions: positions,
            guard: try anchors ?? self.anchors())
    }

    /// A closing at the present price.
    public func close(
        _ positions: [JitPosition], minProfitWei: UInt256 = .zero, tipWei: UInt256 = .zero,
        sweep: Bool = false, refSqrtPriceX96: UInt256? = nil, paid: JitExecutor.Paid? = nil
    ) throws -> [UInt8] {
        let price = try refSqrtPriceX96 ?? slot0.sqrtPriceX96
        return JitExecutor.close(
            pool: world.poolArguments, positions: positions,
            settlement: .init(
                refSqrtPriceX96: price, refTick: Self.tick(price), minProfitWei: minProfitWei,
                tipWei: tipWei, sweep: sweep, paid: paid))
    }

    /// The tick of a reference price; of one that no pool has, the lowest.
    public static func tick(_ sqrtPriceX96: UInt256) -> Int32 {
        TickMath.tick(atSqrtPriceX96: sqrtPriceX96) ?? TickMath.minTick
    }

    // MARK: Swaps

    /// Calldata of the swapper's swap in the pool of 0.3 %, or in the other one.
    public func swap(
        sellingWeth: Bool, amountIn: UInt256, sqrtPriceLimitX96: UInt256 = .zero,
        recipient: Address? = nil, fee: UInt32 = 3000, deadline: UInt64 = .max
    ) -> [UInt8] {
        SwapRouter.exactInputSingle(
            tokenIn: sellingWeth ? world.tokens.weth : world.tokens.other,
            tokenOut: sellingWeth ? world.tokens.other : world.tokens.weth, fee: fee,
            recipient: recipient ?? PoolWorld.address(.swapper), deadline: deadline,
            amountIn: amountIn, amountOutMinimum: .zero, sqrtPriceLimitX96: sqrtPriceLimitX96)
    }

    /// The swapper sells WETH in the pool of 0.3 %.
    @discardableResult
    public func sellWeth(
        _ ether: UInt64, sqrtPriceLimitX96: UInt256 = .zero
    ) throws -> TransactionOutcome {
        try send(
            .swapper, to: world.uniswap.swapRouter,
            data: swap(
                sellingWeth: true, amountIn: UInt256(ether) &* PoolWorld.ether,
                sqrtPriceLimitX96: sqrtPriceLimitX96))
    }
}
