import Contracts
import EVM
import Ethereum
import Foundation
import TestSupport
import Testing
import UniswapV3
import World

/// What our transactions cost, by the receipt, under the rules of today and of the next fork. The
/// committed figures are exact; what grows fails. `JITBOT_GAS_SNAPSHOT=write` writes them again.
@Suite("Gas of the contracts")
struct GasSnapshotTests {
    static let file = TestFiles.package.appendingPathComponent("contracts/gas.json")

    /// The largest that a case may cost, gas under Osaka. Aims that are not reached stand in
    /// docs/CONTRACTS.md.
    static let bars: [String: UInt64] = [
        "deploy JitExecutor": 1_999_999, "deploy JitFlash": 1_999_999,
        "open, kept grid": 245_000, "open, two fresh ticks, one token": 245_000,
        "open, two fresh ticks": 257_000, "close, tip and sweep": 196_000,
        "atomic, lender Uniswap V3, a unit of each token kept": 540_000,
    ]

    @Test("every case costs exactly what contracts/gas.json says, and no more than its bar")
    func snapshot() throws {
        var measured: [String: [String: UInt64]] = [:]
        for fork in [Fork.osaka, .amsterdam] {
            for (name, gas) in try GasCases(fork: fork).all() {
                measured[name, default: [:]]["\(fork)"] = gas
            }
        }
        for (name, bar) in Self.bars {
            let gas = try #require(measured[name]?["osaka"], "no such case: \(name)")
            #expect(gas <= bar, "\(name)")
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        if ProcessInfo.processInfo.environment["JITBOT_GAS_SNAPSHOT"] == "write" {
            try (encoder.encode(measured) + Data("\n".utf8)).write(to: Self.file)
        }
        let committed = try JSONDecoder().decode(
            [String: [String: UInt64]].self, from: Data(contentsOf: Self.file))
        #expect(Set(committed.keys) == Set(measured.keys))
        for (name, gas) in measured {
            #expect(
                committed[name] == gas,
                "\(name): run `make contracts-gas` and look at what changed in contracts/gas.json")
        }
    }

    @Test("docs/CONTRACTS.md shows the committed figures")
    func document() throws {
        let committed = try JSONDecoder().decode(
            [String: [String: UInt64]].self, from: Data(contentsOf: Self.file))
        let text = try String(
            contentsOf: TestFiles.package.appendingPathComponent("docs/CONTRACTS.md"),
            encoding: .utf8)
        for (name, gas) in committed {
            let row = Self.row(name, gas)
            #expect(text.contains(row), "\(row)")
        }
        #expect(!text.contains(Self.row("deploy JitFlash", ["osaka": 1, "amsterdam": 2])))
    }

    private static func row(_ name: String, _ gas: [String: UInt64]) -> String {
        let figures = ["osaka", "amsterdam"].map { fork in
            let digits = String(gas[fork] ?? 0)
            return String(
                digits.reversed().enumerated().flatMap { index, digit in
                    index > 0 && index % 3 == 0 ? [",", digit] : [digit]
                }.reversed())
        }
        return "| \(name) | \(figures[0]) | \(figures[1]) |"
    }

    /// What `make contracts-gas-peer` has revm execute.
    @Test("a bundle costs under Cancun, which revm knows here, what it costs under Osaka")
    func bundle() throws {
        let cancun = try GasCases(
            fork: .cancun, sequenceFile: ProcessInfo.processInfo.environment["JITBOT_SEQUENCE"]
        ).bundle()
        let osaka = try GasCases(fork: .osaka).bundle()
        #expect(cancun == osaka)
        let amsterdam = try GasCases(fork: .amsterdam).bundle()
        #expect(cancun != amsterdam)
    }

    @Test("a case that costs more than the snapshot says is found")
    func growth() {
        let committed: [String: UInt64] = ["osaka": 100]
        #expect(committed != ["osaka": 101] && committed == ["osaka": 100])
    }
}

/// The transactions that are measured, each after the ones that it needs.
struct GasCases {
    let fork: Fork
    /// A file to which the transactions of each case are written.
    var sequenceFile: String?
    /// With what lists the transactions go.
    var lists: AccessLists?

    /// A machine on a world, in a block of the fork without fees.
    class Runner {
        let machine: VirtualMachine
        private let gasLimit: UInt64
        private let block: BlockEnvironment
        /// Where the transactions are written, for a peer.
        var recorder: SequenceRecorder?
        var lists: AccessLists?

        init(_ scene: Scene, _ fork: Fork, _ lists: AccessLists? = nil) {
            self.lists = lists
            let chain = scene.world.devnet.chain
            var block = scene.builder.environment
            block.fork = fork
            block.baseFeePerGas = .zero
            block.gasLimit = 1 << 40
            gasLimit = fork == .amsterdam ? 60_000_000 : 16_000_000
            machine = VirtualMachine(block: block, state: chain.reader(on: chain.head.number))
            self.block = block
        }

        @discardableResult
        func run(
            _ actor: PoolWorld.Actor, _ to: Address?, _ data: [UInt8], value: UInt256 = .zero
        ) throws -> UInt64 {
            let sender = PoolWorld.address(actor)
            let transaction = Transaction(
                type: .feeMarket, chainId: LocalChain.chainId,
                nonce: try machine.account(sender)?.nonce ?? 0, maxFeePerGas: 0,
                maxPriorityFeePerGas: 0, gasLimit: gasLimit, to: to, value: value, data: data)
            let outcome =
                try lists?.execute(
                    transaction, sender: sender, coinbase: block.coinbase, on: machine)
                ?? machine.execute(transaction, sender: sender)
            guard outcome.status == .success else {
                throw SetupError.transactionFailed(
                    to: to, status: outcome.status, output: outcome.output)
            }
            recorder?.record(
                block: block, from: sender, transaction: transaction, outcome: outcome,
                machine: machine)
            return outcome.gasUsed
        }
    }

    /// The same with the scene from which calls are made.
    final class Chain: Runner {
        let scene: FlashScene

        init(_ world: FlashWorld, _ fork: Fork, _ lists: AccessLists?) throws {
            scene = try FlashScene(world)
            super.init(scene.scene, fork, lists)
        }
    }

    func chain(_ token: OtherToken = .fiat) throws -> Chain {
        let chain = try Chain(
            token == .fiat ? .standard() : .withTokenDouble(), fork, lists)
        if let sequenceFile {
            chain.recorder = SequenceRecorder(
                path: sequenceFile, chain: chain.scene.world.pools.devnet.chain)
        }
        return chain
    }

    func all() throws -> [(String, UInt64)] {
        try deployments() + inventory() + atomic() + realLenders() + floors() + listed()
    }

    private func deployments() throws -> [(String, UInt64)] {
        let chain = try chain()
        let world = chain.scene.world
        func deploy(_ code: String, _ arguments: [UInt8] = []) throws -> UInt64 {
            try chain.run(.stranger, nil, (Hex.decode(code) ?? []) + arguments)
        }
        return [
            (
                "deploy JitExecutor",
                try deploy(
                    JitExecutorArtifact.creationCodeHex,
                    JitExecutor.constructorArguments(
                        minProfitThresholdWei: 10_000_000_000_000_000,
                        maxLoanSize: PoolWorld.maxLoanWeth,
                        profitRecipient: PoolWorld.address(.owner),
                        positionManager: world.pools.uniswap.positionManager))
            ),
            (
                "deploy JitFlash",
                try deploy(
                    JitFlashArtifact.creationCodeHex,
                    JitFlash.constructorArguments(
                        executor: world.pools.executor, trampoline: world.trampoline))
            ),
            ("deploy JitTrampoline", try deploy(JitTrampolineArtifact.creationCodeHex)),
        ]
    }

    /// The token besides WETH: of Centre's code, which asks its lists and its pause at each
    /// transfer, or a double that only moves balances.
    enum OtherToken {
        case fiat, plainDouble
    }

    enum Ground {
        /// Nobody deposited through the executor before: its counters are new slots too.
        case first
        /// The pool was served before, at other ticks.
        case servedPool
        /// A dust position of ours keeps the very ticks, and has seen trades.
        case keptGrid
    }

    /// The swapper's sale of 100 WETH between an opening and a closing.
    private func inventory() throws -> [(String, UInt64)] {
        let tip: UInt256 = 50_000_000_000_000_000
        var results: [(String, UInt64)] = []
        func round(
            _ openName: String?, _ closeName: String?, on ground: Ground = .servedPool,
            shiftedBy spacings: Int32 = 0, tip: UInt256 = tip, sweep: Bool = true,
            hedge: Bool = false, keepsEther: Bool = false, token: OtherToken = .fiat
        ) throws {
            let (opened, closed) = try bundle(
                on: ground, shiftedBy: spacings, tip: tip, sweep: sweep, hedge: hedge,
                keepsEther: keepsEther, token: token, closes: closeName != nil)
            if let openName { results.append((openName, opened)) }
            if let closeName { results.append((closeName, closed)) }
        }
        try round("open, two fresh ticks, first deposit of all", nil, on: .first)
        try round("open, two fresh ticks", "close, tip and sweep")
        try round("open, two fresh ticks, one token", nil, shiftedBy: -1)
        try round("open, kept grid", "close, tip and sweep, kept grid", on: .keptGrid)
        try round(nil, "close", tip: .zero, sweep: false)
        try round(nil, "close, tip", sweep: false)
        try round(nil, "close, hedge, tip and sweep", hedge: true)
        try round(nil, "close, hedge, tip and sweep, kept grid", on: .keptGrid, hedge: true)
        try round(nil, "close, tip and sweep, ether kept", keepsEther: true)
        try round(
            nil, "close, tip and sweep, ether kept, kept grid", on: .keptGrid, keepsEther: true)
        try round(
            nil, "close, tip and sweep, ether kept, plain token", keepsEther: true,
            token: .plainDouble)
        try round("open, two fresh ticks, plain token", nil, token: .plainDouble)
        try round("open, kept grid, plain token", nil, on: .keptGrid, token: .plainDouble)
        return try results + rescues()
    }

    /// What the two transactions of a bundle cost.
    func bundle(
        on ground: Ground = .servedPool, shiftedBy spacings: Int32 = 0,
        tip: UInt256 = 50_000_000_000_000_000, sweep: Bool = true, hedge: Bool = false,
        keepsEther: Bool = false, token: OtherToken = .fiat, closes: Bool = true
    ) throws -> (open: UInt64, close: UInt64) {
        let chain = try prepared(ground, token)
        let scene = chain.scene
        let world = scene.world.pools
        if keepsEther {
            try chain.run(.swapper, world.executor, [], value: PoolWorld.ether)
        }
        let position = try scene.scene.position(shiftedBy: spacings)
        let price = try scene.scene.slot0.sqrtPriceX96
        // As the bot opens: on one price, where the deposit is known.
        let deposit = try scene.deposit(position)
        let paid = JitExecutor.Paid(amount0: deposit.amount0, amount1: deposit.amount1)
        var anchors = try exact(chain)
        (anchors.maxAmount0, anchors.maxAmount1) = (paid.amount0, paid.amount1)
        anchors.paysMaximum = true
        let opened = try chain.run(
            .operator, world.executor, scene.scene.open([position], anchors))
        guard closes else { return (opened, 0) }
        try chain.run(.swapper, world.uniswap.swapRouter, sale(scene))
        let closed = try chain.run(
            .operator, world.executor,
            JitExecutor.close(
                pool: world.poolArguments, positions: [position],
                settlement: .init(
                    refSqrtPriceX96: price, refTick: Scene.tick(price), minProfitWei: .zero,
                    tipWei: tip, sweep: sweep, hedgeFee: hedge ? 500 : 0,
                    hedgeMaxIn: hedge ? UInt256.max >> 1 : .zero, paid: paid)))
        return (opened, closed)
    }

    private func rescues() throws -> [(String, UInt64)] {
        let chain = try prepared(.servedPool)
        let world = chain.scene.world.pools
        let ladder = try (-1...2).map { try chain.scene.scene.position(shiftedBy: $0) }.map {
            JitPosition(
                tickLower: $0.tickLower, tickUpper: $0.tickUpper, liquidity: $0.liquidity / 8)
        }
        let opened = try chain.run(
            .operator, world.executor, chain.scene.scene.open(ladder, loose(chain)))
        let single = try prepared(.servedPool)
        let position = try single.scene.scene.position()
        try single.run(
            .operator, world.executor, single.scene.scene.open([position], loose(single)))
        let unwound = try single.run(
            .operator, world.executor,
            JitExecutor.unwind(pool: world.poolArguments, positions: [position]))
        return [("open, four positions on five fresh ticks", opened), ("unwind", unwound)]
    }

    func sale(_ scene: FlashScene) -> [UInt8] {
        scene.scene.swap(sellingWeth: true, amountIn: 100 &* PoolWorld.ether)
    }

    /// A chain on which the executor has done before what the ground says.
    private func prepared(_ ground: Ground, _ token: OtherToken = .fiat) throws -> Chain {
        let chain = try chain(token)
        let scene = chain.scene
        let world = scene.world.pools
        try chain.run(.owner, world.executor, widePool(world))
        guard ground != .first else { return chain }
        // Something was opened, and taken out again: what is written for a pool is written.
        var dust = try scene.scene.position(shiftedBy: 6)
        dust.liquidity = 1000
        try chain.run(.operator, world.executor, scene.scene.open([dust], loose(chain)))
        try chain.run(
            .operator, world.executor,
            JitExecutor.unwind(pool: world.poolArguments, positions: [dust]))
        dust = try scene.scene.position(shiftedBy: ground == .keptGrid ? 0 : 5)
        dust.liquidity = 1000
        var anchors = try loose(chain)
        anchors.keeps = true
        try chain.run(.operator, world.executor, scene.scene.open([dust], anchors))
        if ground == .keptGrid { try thereAndBack(chain) }
        return chain
    }

    /// Trades by which fees have grown on both sides.
    func thereAndBack(_ chain: Chain) throws {
        let scene = chain.scene
        let router = scene.world.pools.uniswap.swapRouter
        try chain.run(.swapper, router, sale(scene))
        try chain.run(
            .swapper, router,
            scene.scene.swap(
                sellingWeth: false, amountIn: 10_000_000 &* PoolWorld.dollar,
                sqrtPriceLimitX96: scene.scene.slot0.sqrtPriceX96))
    }

    private func widePool(_ world: PoolWorld) -> [UInt8] {
        JitExecutor.setPool(
            world.poolArguments, bandLower: world.centre - PoolWorld.bandTicks,
            bandUpper: world.centre + PoolWorld.bandTicks, maxDeposit0: world.caps.0,
            maxDeposit1: world.caps.1, blockMultiple: 4)
    }

    /// The guard of the price as it is in the machine.
    private func exact(_ chain: Chain) throws -> JitExecutor.Guard {
        let pool = chain.scene.world.pools.pool
        let price = Slot0(word: try chain.machine.storage(pool, slot: PoolStorage.slot0))
            .sqrtPriceX96
        let liquidity = try chain.machine.storage(pool, slot: PoolStorage.liquidity).low128
        var anchors = try loose(chain)
        (anchors.minSqrtPriceX96, anchors.maxSqrtPriceX96) = (price, price)
        (anchors.minLiquidity, anchors.maxLiquidity) = (liquidity, liquidity)
        return anchors
    }

    private func loose(_ chain: Chain) throws -> JitExecutor.Guard {
        var anchors = try chain.scene.scene.anchors()
        (anchors.minSqrtPriceX96, anchors.maxSqrtPriceX96) = (.zero, .max)
        (anchors.minLiquidity, anchors.maxLiquidity) = (0, .max)
        return anchors
    }

    /// The account's sale of 100 WETH in one transaction, with a tip; the doubles lend for
    /// themselves.
    private func atomic() throws -> [(String, UInt64)] {
        let tip: UInt256 = 50_000_000_000_000_000
        var results: [(String, UInt64)] = []
        for (name, lender) in [
            ("Uniswap V3", FlashWorld.Lender.uniswapV3), ("Morpho's double", .morphoDouble),
            ("Balancer's double", .balancerDouble),
        ] {
            for keepsUnits in [false, true] {
                let chain = try chain()
                let scene = chain.scene
                let world = scene.world
                if keepsUnits {
                    for token in [world.pools.tokens.weth, world.pools.tokens.other] {
                        try chain.run(
                            .swapper, token, ERC20.transfer(to: world.flash, amount: 1))
                    }
                }
                let operation = try scene.operation(
                    lender: world.address(of: lender), tipWei: tip)
                results.append(
                    (
                        "atomic, lender \(name), "
                            + (keepsUnits ? "a unit of each token kept" : "first of its tokens"),
                        try chain.run(.operator, world.flash, JitFlash.flashJit(operation))
                    ))
            }
        }
        return results
    }

    /// The same order of a genuine Safe with two owners, on Uniswap and on a real Aave market.
    private func realLenders() throws -> [(String, UInt64)] {
        try [
            ("Uniswap V3", false, false),
            ("Uniswap V3, a unit of each token kept", false, true),
            ("the real Aave V3", true, false),
        ].map { name, isAave, keepsUnits in
            let gas = try safeSale(isAave: isAave, keepsUnits: keepsUnits)
            return ("atomic, a genuine Safe's order, lender \(name)", gas)
        }
    }

    func safeSale(isAave: Bool, keepsUnits: Bool) throws -> UInt64 {
        let (world, operation) = try safeOperation(isAave: isAave)
        let runner = Runner(try Scene(world.pools), fork, lists)
        let tokens = world.pools.tokens
        for token in keepsUnits ? [tokens.weth, tokens.other] : [] {
            try runner.run(.swapper, token, ERC20.transfer(to: world.atomic.flash, amount: 1))
        }
        return try runner.run(.operator, world.atomic.flash, JitFlash.flashJit(operation))
    }

    func safeOperation(isAave: Bool) throws -> (AtomicWorld, JitFlash.Operation) {
        let world = try AtomicWorld.standard()
        let scene = try Scene(world.pools)
        var position = try scene.position(shiftedBy: -1)
        position.liquidity /= 10
        let (lower, upper) = (
            try #require(TickMath.sqrtPriceX96(atTick: position.tickLower)),
            try #require(TickMath.sqrtPriceX96(atTick: position.tickUpper))
        )
        let deposit = try #require(
            LiquidityAmounts.amounts(
                at: scene.slot0.sqrtPriceX96, lower, upper, liquidity: position.liquidity,
                rounding: .up))
        let amount = deposit.amount1 &+ 1
        // Aave rounds its 5 basis points to the nearest, the pool its 1 up.
        let fee =
            isAave
            ? try #require(UInt256.mulDiv(amount &* 5 &+ 5000, 1, 10_000))
            : try #require(UInt256.mulDiv(amount, 1, 10_000)) &+ 1
        let order = world.swapOrder(sellingWeth: true, amountIn: 150 &* PoolWorld.ether).order
        let operation = JitFlash.Operation(
            pool: world.pools.poolArguments, positions: [position], anchors: try scene.anchors(),
            loans: [
                .init(
                    lender: isAave ? world.aave.pool : world.lenderPool,
                    token: world.pools.tokens.other, amount: amount, fee: fee)
            ],
            settlement: .init(
                minProfitWei: .zero, tipWei: 1_000_000_000_000_000, hedgeFee: 500,
                hedgeMaxIn: UInt256.max >> 1),
            target: order.target, payload: order.calldata)
        return (world, operation)
    }
}
