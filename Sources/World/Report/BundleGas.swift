import Chain
import Contracts
import EVM
import Ethereum
import Strategy
import UniswapV3

/// What `open` and `close` use under a fork's rules, by execution of the real bytecode in our own
/// EVM: positions on fresh ticks, on initialised ones, and on top of dust, alone and several.
///
/// The pool is the demo's of 0.05 %, with swaps and a bundle before, so that fees have grown in
/// both tokens and the executor's own words are written.
/// Each kind is executed on the same state: open, a user's swap, close, without a tip.
public struct BundleGas: Sendable {
    /// What is opened.
    public enum Kind: String, CaseIterable, Sendable {
        case initialized = "ticks initialised, new position"
        case fresh = "fresh ticks, new position"
        case kept = "dust kept in the position"
        case twoFresh = "two positions, three fresh ticks"
        case twoKept = "two positions with dust"
        case fourFresh = "four positions, five fresh ticks"
        case crossedDownwards = "fresh ticks below, crossed by the swap"
        case crossedUpwards = "fresh ticks above, crossed by the swap"

        /// Positions that are opened.
        public var positions: Int {
            switch self {
            case .initialized, .fresh, .kept, .crossedDownwards, .crossedUpwards: 1
            case .twoFresh, .twoKept: 2
            case .fourFresh: 4
            }
        }

        /// Bounds that only they use, at or below the price and above it. Of several positions the
        /// first is the price's, and the others lie below.
        public var freshTicks: (below: Int, above: Int) {
            switch self {
            case .initialized, .kept, .twoKept: (0, 0)
            case .fresh: (1, 1)
            case .crossedDownwards: (2, 0)
            case .crossedUpwards: (0, 2)
            case .twoFresh: (2, 1)
            case .fourFresh: (4, 1)
            }
        }

        /// Whether the swap passes the whole range.
        var isCrossed: Bool { self == .crossedDownwards || self == .crossedUpwards }

        /// Whether dust of ours stands in their ranges.
        public var isKept: Bool { self == .kept || self == .twoKept }
    }

    /// One measurement.
    public struct Row: Sendable {
        public var fork: Fork
        public var kind: Kind
        public var openGas: UInt64
        public var closeGas: UInt64
        /// What the user's swap uses more, or less, than without us.
        public var targetGasChange: Int64

        public var gas: UInt64 { openGas + closeGas }
    }

    /// What it takes to keep dust in ranges around the price.
    public struct Seeding: Sendable {
        public var fork: Fork
        public var ranges: Int
        public var gas: UInt64
        /// What it takes to take it out again.
        public var retirementGas: UInt64
        /// Gas that a swap which passes pays for each of the dust's ticks, the first time that a
        /// price comes down or up to it.
        public var passingDownwards: UInt64
        public var passingUpwards: UInt64
    }

    public private(set) var rows: [Row] = []
    public private(set) var seedings: [Seeding] = []

    /// Measures every kind under Osaka and Amsterdam.
    public init(artifacts: UniswapArtifacts) throws {
        let setup = try DemoSetup.run(seed: 1, artifacts: artifacts)
        for fork in [Fork.osaka, .amsterdam] {
            var bench = try BundleGasBench(setup: setup, fork: fork)
            for kind in Kind.allCases { rows.append(try bench.row(kind)) }
            seedings.append(try bench.seeding(rangesPerSide: 4))
        }
    }

    /// The measurement of a kind under a fork.
    public func row(_ kind: Kind, _ fork: Fork) -> Row? {
        rows.first { $0.kind == kind && $0.fork == fork }
    }
}

/// A machine on the demo's chain under a fork's rules, with two swaps done.
private struct BundleGasBench {
    private let setup: DemoSetup
    private let fork: Fork
    private let machine: VirtualMachine
    private let environment: BlockEnvironment
    private var pool: DemoPool { setup.contracts.hedgePool }
    /// A range's liquidity: enough to hold the user's sale, or little where it is to pass through.
    private static func liquidity(_ kind: BundleGas.Kind) -> UInt128 {
        switch kind {
        case .initialized: 500_000_000_000_000_000
        case .crossedDownwards, .crossedUpwards: 100_000_000_000_000_000
        default: 5_000_000_000_000_000_000
        }
    }

    init(setup: DemoSetup, fork: Fork) throws {
        self.setup = setup
        self.fork = fork
        var environment = setup.devnet.nextEnvironment
        environment.fork = fork
        environment.gasLimit = 60_000_000
        self.environment = environment
        let chain = setup.devnet.chain
        machine = VirtualMachine(block: environment, state: chain.reader(on: chain.head.number))
        _ = try swap(user: 0, sellingWeth: true, amount: 5 &* DemoSetup.weth)
        _ = try swap(user: 1, sellingWeth: false, amount: 12_500 &* DemoSetup.usdc)
        // The executor has served here before: its own words are written.
        try bundleAndBack(positions(.initialized), .initialized)
    }

    // MARK: Measurements

    mutating func row(_ kind: BundleGas.Kind) throws -> BundleGas.Row {
        let start = machine.checkpoint()
        defer { machine.rollback(to: start) }
        let positions = try positions(kind)
        if kind.isKept {
            // Dust, and two bundles on top of it with the price back in between: from then on
            // every word of the positions is written.
            try open(positions.map { .init($0, liquidity: DustGrid.liquidity) }, keeps: true)
            for _ in 0..<2 { try bundleAndBack(positions, kind) }
        }
        let alone = machine.checkpoint()
        let target = try target(kind)
        machine.rollback(to: alone)
        let (open, swap, close) = try bundle(positions, kind)
        return BundleGas.Row(
            fork: fork, kind: kind, openGas: open.gasUsed, closeGas: close.gasUsed,
            targetGasChange: Int64(swap.gasUsed) - Int64(target.gasUsed))
    }

    mutating func seeding(rangesPerSide: Int) throws -> BundleGas.Seeding {
        let start = machine.checkpoint()
        defer { machine.rollback(to: start) }
        let grid = DustGrid(
            around: try tick(), tickSpacing: 10, rangesPerSide: rangesPerSide,
            band: -887_272...887_272)
        let passing = try [BundleGas.Kind.crossedDownwards, .crossedUpwards].map {
            let before = machine.checkpoint()
            let gas = try target($0).gasUsed
            machine.rollback(to: before)
            return (kind: $0, gas: gas)
        }
        var gas: UInt64 = 0
        for group in grid.groups {
            gas += try open(DustGrid.positions(of: group), keeps: true).gasUsed
        }
        let ticks = Set(grid.ranges.flatMap { [$0.tickLower, $0.tickUpper] })
        let each = try passing.map { kind, alone -> UInt64 in
            let seeded = machine.checkpoint()
            defer { machine.rollback(to: seeded) }
            let before = try tick()
            let used = try target(kind).gasUsed
            let after = try tick()
            let crossed = ticks.count { min(before, after) < $0 && $0 <= max(before, after) }
            return crossed == 0 || used < alone ? 0 : (used - alone) / UInt64(crossed)
        }
        var retirementGas: UInt64 = 0
        for group in grid.groups {
            retirementGas += try execute(
                JitExecutor.unwind(
                    pool: pool.arguments, positions: DustGrid.positions(of: group))
            ).gasUsed
        }
        return BundleGas.Seeding(
            fork: fork, ranges: grid.ranges.count, gas: gas, retirementGas: retirementGas,
            passingDownwards: each[0], passingUpwards: each[1])
    }

    // MARK: The pool's ranges

    private func state() throws -> (sqrtPriceX96: UInt256, liquidity: UInt128) {
        let slot0 = Slot0(word: try machine.storage(pool.address, slot: PoolStorage.slot0))
        let liquidity = try machine.storage(pool.address, slot: PoolStorage.liquidity)
        return (slot0.sqrtPriceX96, liquidity.low128)
    }

    private func tick() throws -> Int32 {
        Slot0(word: try machine.storage(pool.address, slot: PoolStorage.slot0)).tick
    }

    private func isInitialized(_ tick: Int32) throws -> Bool {
        try !machine.storage(pool.address, slot: PoolStorage.tick(tick)).isZero
    }

    /// The first positions of one spacing each, from the price in the sale's direction on, whose
    /// bounds are all fresh; or the one between the initialised ticks around the price.
    private func positions(_ kind: BundleGas.Kind) throws -> [JitPosition] {
        let home = TickSpacing.floor(try tick(), 10)
        let liquidity = Self.liquidity(kind)
        if kind == .initialized {
            var (lower, upper) = (home, home + 10)
            while try !isInitialized(lower) { lower -= 10 }
            while try !isInitialized(upper) { upper += 10 }
            return [JitPosition(tickLower: lower, tickUpper: upper, liquidity: liquidity)]
        }
        // The range of the price and those below it, or one ahead, all of them fresh.
        let ahead: Int32 = kind == .crossedUpwards ? 10 : -10
        var first = kind.isCrossed ? home + ahead : home
        var bounds: [Int32] = []
        while true {
            bounds = (0...Int32(kind.positions)).map { first + 10 - $0 * 10 }
            if try bounds.allSatisfy({ try !isInitialized($0) }) { break }
            guard kind.isCrossed else {
                throw SetupError.unexpectedState("ticks at the price are in use")
            }
            first += ahead
        }
        return zip(bounds, bounds.dropFirst()).map {
            JitPosition(tickLower: min($0, $1), tickUpper: max($0, $1), liquidity: liquidity)
        }.sorted { $0.tickLower < $1.tickLower }
    }

    // MARK: Transactions

    /// A bundle, and the price back to where it was.
    private func bundleAndBack(_ positions: [JitPosition], _ kind: BundleGas.Kind) throws {
        let price = try state().sqrtPriceX96
        _ = try bundle(positions, kind)
        let sellsWeth = !setup.contracts.tokens.wethIsToken0
        _ = try swap(
            user: 1, sellingWeth: sellsWeth,
            amount: 1000 &* (sellsWeth ? DemoSetup.weth : 2500 &* DemoSetup.usdc), until: price)
    }

    private func target(_ kind: BundleGas.Kind) throws -> TransactionOutcome {
        // Enough to pass some spacings of the passive liquidity, where crossing is measured.
        let ether: UInt256 = kind.isCrossed ? 400 : 60
        let sellsWeth = (kind != .crossedUpwards) == setup.contracts.tokens.wethIsToken0
        return try swap(
            user: 2, sellingWeth: sellsWeth,
            amount: ether &* (sellsWeth ? DemoSetup.weth : 2500 &* DemoSetup.usdc))
    }

    private func bundle(
        _ positions: [JitPosition], _ kind: BundleGas.Kind
    ) throws -> (open: TransactionOutcome, swap: TransactionOutcome, close: TransactionOutcome) {
        let price = try state().sqrtPriceX96
        let open = try open(positions)
        let swap = try target(kind)
        let close = try execute(
            JitExecutor.close(
                pool: pool.arguments, positions: positions,
                settlement: .init(
                    refSqrtPriceX96: price, refTick: TickMath.tick(atSqrtPriceX96: price) ?? 0,
                    minProfitWei: .zero,
                    tipWei: .zero, sweep: false)))
        return (open, swap, close)
    }

    @discardableResult
    private func open(
        _ positions: [JitPosition], keeps: Bool = false
    ) throws -> TransactionOutcome {
        let (price, liquidity) = try state()
        return try execute(
            JitExecutor.open(
                pool: pool.arguments, positions: positions,
                guard: .init(
                    targetBlock: environment.number, parentHash: setup.devnet.chain.head.hash,
                    maxTimestamp: environment.timestamp, minSqrtPriceX96: price,
                    maxSqrtPriceX96: price, minLiquidity: liquidity, maxLiquidity: liquidity,
                    maxAmount0: .max, maxAmount1: .max, keeps: keeps)))
    }

    private func execute(_ data: [UInt8]) throws -> TransactionOutcome {
        try execute(
            from: setup.wallets.operators[0].address, to: setup.contracts.executor, data: data)
    }

    private func swap(
        user: Int, sellingWeth: Bool, amount: UInt256, until sqrtPriceLimitX96: UInt256 = .zero
    ) throws -> TransactionOutcome {
        let tokens = setup.contracts.tokens
        let user = setup.wallets.users[user].address
        return try execute(
            from: user, to: setup.contracts.uniswap.swapRouter,
            data: SwapRouter.exactInputSingle(
                tokenIn: sellingWeth ? tokens.weth : tokens.other,
                tokenOut: sellingWeth ? tokens.other : tokens.weth, fee: pool.key.feePips,
                recipient: user, deadline: .max, amountIn: amount, amountOutMinimum: .zero,
                sqrtPriceLimitX96: sqrtPriceLimitX96))
    }

    private func execute(
        from sender: Address, to: Address, data: [UInt8]
    ) throws -> TransactionOutcome {
        let outcome = try machine.execute(
            Transaction(
                type: .feeMarket, chainId: environment.chainId,
                nonce: try machine.account(sender)?.nonce ?? 0,
                maxFeePerGas: environment.baseFeePerGas, maxPriorityFeePerGas: .zero,
                gasLimit: 12_000_000, to: to, data: data), sender: sender)
        guard outcome.status == .success else {
            throw SetupError.transactionFailed(
                to: to, status: outcome.status, output: outcome.output)
        }
        return outcome
    }
}

extension JitPosition {
    /// The same range with other liquidity.
    fileprivate init(_ position: JitPosition, liquidity: UInt128) {
        self.init(
            tickLower: position.tickLower, tickUpper: position.tickUpper, liquidity: liquidity)
    }
}
