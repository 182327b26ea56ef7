import Contracts
import EVM
import Ethereum
import TestSupport
import UniswapV3
import World

/// One random sequence of what everybody may try on the contracts, checked after every step.
struct ContractSequence {
    /// A set of positions that was opened, and what it took: WETH and the other token.
    private struct Opening {
        var positions: [JitPosition]
        var weth: UInt256
        var other: UInt256
        /// What it paid, where the executor was told beforehand and stored nothing.
        var paid: JitExecutor.Paid?
        /// Meant to stay: it cannot be closed.
        var keeps: Bool
    }

    private(set) var scene: FlashScene
    private var random: SeededRandom
    private var open: [Opening] = []
    /// Deposits of the present block.
    private var spent: [UInt256] = [.zero, .zero]
    /// The last opening that succeeded, and the number of its block.
    private var lastOpening: (data: [UInt8], block: UInt64)?
    /// Blocks behind the first one.
    private(set) var blocks = 0
    /// Successful and refused steps by name.
    private(set) var tally: [String: (succeeded: Int, refused: Int)] = [:]
    /// Broken rules, in words.
    private(set) var violations: [String] = []

    init(_ scene: FlashScene, seed: UInt64, number: Int) {
        self.scene = scene
        random = SeededRandom(seed: seed, purpose: "contract sequence \(number)")
    }

    private var world: FlashWorld { scene.world }
    private var executor: Address { world.pools.executor }
    private var machine: VirtualMachine { scene.scene.machine }
    private var tokens: [Address] { [world.pools.tokens.weth, world.pools.tokens.other] }

    private mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

    /// Up to this many, small numbers as often as large ones.
    private mutating func amount(_ bits: Int) -> UInt256 {
        (UInt256(random.next() >> 1 | 1) << UInt64(below(bits))) >> 63
    }

    /// Runs the steps, in one block or several, then takes everything out; leaves the first machine
    /// as it was.
    mutating func run() throws {
        let first = machine
        let start = first.checkpoint()
        defer { first.rollback(to: start) }
        for _ in 0..<(3 + below(7)) where violations.isEmpty { try step() }
        if violations.isEmpty { try finish() }
    }

    private mutating func step() throws {
        switch below(20) {
        case 0...2: try opening()
        case 3...4: try round()
        case 5...6: try closing()
        case 7...9: try trade()
        case 10...12: try operation()
        case 13...15: try strangersAttempt()
        case 16...17: try guardiansAttempt()
        case 18: below(2) == 0 ? try operatorsAttempt() : try nextBlock()
        default:
            try perform("owner unpauses", .owner, executor, ExecutorCalls.unpause, .powerless)
        }
    }

    // MARK: Steps

    /// Seals the block and goes on in a later slot. What stands open stays, the caps are new, and
    /// an opening of a block before can be sent again to no avail.
    private mutating func nextBlock() throws {
        try scene.scene.seal(
            slots: UInt64(1 + below(3)), coinbase: scene.scene.builder.environment.coinbase)
        blocks += 1
        spent = [.zero, .zero]
        if let lastOpening, lastOpening.block < scene.scene.builder.environment.number {
            let done = try perform(
                "operator replays an opening", .operator, executor, lastOpening.data, .powerless)
            if done { violations.append("an opening was replayed in a later block") }
        }
    }

    private mutating func position() throws -> JitPosition {
        let home = TickSpacing.floor(world.pools.centre, 60)
        let lower = home + Int32(below(44) - 22) * 60
        let liquidity = UInt128(random.next() >> 2) >> UInt128(below(40))
        return JitPosition(
            tickLower: lower, tickUpper: lower + Int32(1 + below(6)) * 60,
            liquidity: max(liquidity, 1))
    }

    /// What the bot does: open where the price is, a trade, close at the price from before it.
    private mutating func round() throws {
        let before = try scene.scene.slot0.sqrtPriceX96
        try opening([try scene.scene.position(shiftedBy: Int32(below(3) - 1))])
        try trade()
        if !open.isEmpty { try closing(open.count - 1, reference: before) }
    }

    private mutating func opening() throws {
        try opening(try (0...below(2)).map { _ in try position() })
    }

    private mutating func opening(_ positions: [JitPosition]) throws {
        var anchors = try scene.scene.anchors()
        if below(8) == 0 { anchors.maxAmount0 = amount(90) }
        anchors.keeps = below(5) == 0
        var positions = positions
        // What is to be kept is dust for the most part, and at times too much by one.
        if anchors.keeps, below(4) != 0 {
            for index in positions.indices {
                positions[index].liquidity = UInt128(below(20) == 0 ? 1001 : 1 + below(1000))
            }
        }
        anchors.paysMaximum = below(3) == 0
        let data = JitExecutor.open(
            pool: world.pools.poolArguments, positions: positions, guard: anchors)
        let before = try ContractHoldings(scene)
        let tick = try scene.scene.slot0.tick
        guard let output = try execute("operator opens", .operator, executor, data) else { return }
        lastOpening = (data, scene.scene.builder.environment.number)
        let words = ABIWords(output)
        let paid = [words[0] ?? .zero, words[1] ?? .zero]
        let isFirst = world.pools.tokens.wethIsToken0
        let opening = Opening(
            positions: positions, weth: isFirst ? paid[0] : paid[1],
            other: isFirst ? paid[1] : paid[0],
            paid: anchors.paysMaximum ? .init(amount0: paid[0], amount1: paid[1]) : nil,
            keeps: anchors.keeps)
        if anchors.keeps, positions.contains(where: { $0.liquidity > 1000 }) {
            violations.append("more than dust was kept")
        }
        if !anchors.keeps, open.contains(where: { !$0.keeps }) {
            violations.append("two openings stand in one pool")
        }
        try check(
            "operator opens", .opening(weth: opening.weth, other: opening.other), before: before)
        open.append(opening)
        // The owner's terms: the band and the caps of a block.
        let band =
            world.pools.centre - PoolWorld.bandTicks..<world.pools.centre + PoolWorld.bandTicks
        spent = [spent[0] &+ paid[0], spent[1] &+ paid[1]]
        if !band.contains(tick)
            || positions.contains(where: {
                $0.tickLower < band.lowerBound || $0.tickUpper > band.upperBound
            })
        {
            violations.append("opened outside the band")
        }
        if spent[0] > world.pools.caps.0 || spent[1] > world.pools.caps.1 {
            violations.append("opened above the caps of the block")
        }
    }

    private mutating func closing() throws {
        guard !open.isEmpty else { return }
        let tick = world.pools.centre + Int32(below(2200) - 1100)
        try closing(below(open.count), reference: TickMath.sqrtPriceX96(atTick: tick)!)
    }

    private mutating func closing(_ index: Int, reference: UInt256) throws {
        let index = recorded(like: open[index]) ?? index
        let opening = open[index]
        let data = JitExecutor.close(
            pool: world.pools.poolArguments, positions: opening.positions,
            settlement: .init(
                refSqrtPriceX96: reference, refTick: Scene.tick(reference), minProfitWei: .zero,
                tipWei: amount(60), sweep: below(2) == 0, hedgeFee: [0, 500, 3000][below(3)],
                hedgeMaxIn: below(4) == 0 ? amount(80) : UInt256.max >> 1,
                paid: below(10) == 0
                    ? .init(amount0: amount(90), amount1: amount(50)) : opening.paid))
        let root = reference.approximateDouble * 0x1p-96
        // Raw units of token1 for one of token0, or the reverse.
        let weiPerUnit = world.pools.tokens.wethIsToken0 ? 1 / (root * root) : root * root
        let done = try perform(
            "operator closes", .operator, executor, data,
            .closing(weth: opening.weth, other: opening.other, weiPerUnit: weiPerUnit))
        if done, opening.keeps { violations.append("what is kept was closed") }
        if done { open.remove(at: index) }
    }

    /// The recorded opening of the same positions, if there is one: the same call takes out that.
    private func recorded(like opening: Opening) -> Int? {
        open.firstIndex { !$0.keeps && $0.positions == opening.positions }
    }

    /// Trades move the price well out of the band, and not to the end of the world.
    private func limit(sellingWeth: Bool) -> UInt256 {
        let isDown = sellingWeth == world.pools.tokens.wethIsToken0
        return TickMath.sqrtPriceX96(atTick: world.pools.centre + (isDown ? -4000 : 4000))!
    }

    private mutating func trade() throws {
        let sellingWeth = below(2) == 0
        let amountIn =
            sellingWeth
            ? amount(69) : amount(45)
        let data = scene.scene.swap(
            sellingWeth: sellingWeth, amountIn: amountIn,
            sqrtPriceLimitX96: limit(sellingWeth: sellingWeth), fee: below(4) == 0 ? 500 : 3000)
        _ = try execute("somebody trades", .swapper, world.pools.uniswap.swapRouter, data)
    }

    private mutating func operation() throws {
        let sellingWeth = below(2) == 0
        let lenders =
            FlashWorld.Lender.allCases.map { world.address(of: $0) } + [world.hostile]
        var operation = try scene.operation(
            sellingWeth: sellingWeth, lender: lenders[below(10) == 0 ? 4 : below(4)],
            tipWei: below(3) == 0 ? amount(66) : .zero)
        if below(2) == 0 {
            operation.payload = scene.order(
                sellingWeth: sellingWeth, amountIn: sellingWeth ? amount(69) : amount(45),
                sqrtPriceLimitX96: limit(sellingWeth: sellingWeth))
        }
        switch below(8) {
        case 0:
            operation.target = world.entryPoint
            operation.payload = DoubleCalls.handleOps(world.account, operation.payload)
        case 1:
            operation.target = world.hostile
            operation.payload = DoubleCalls.lure
        case 2: operation.settlement.hedgeFee = 0
        case 3: operation.settlement.hedgeMaxIn = amount(80)
        case 4: operation.positions[0].liquidity = max(1, operation.positions[0].liquidity >> 30)
        case 5: operation.loans[0].fee = operation.loans[0].fee &+ amount(30)
        default: break
        }
        try perform(
            "operator's operation", .operator, world.flash, JitFlash.flashJit(operation),
            .operation)
    }

    private mutating func strangersAttempt() throws {
        switch below(4) {
        case 0:
            try perform(
                "hostile contract wakes", .stranger, world.hostile, DoubleCalls.lure, .powerless)
        case 1:
            let attacks = HostileContractTests.attacks(world, from: world.trampoline)
            let attack = attacks[below(attacks.count)]
            var call = Calldata(
                Selector("forward(address,bytes)"), attack.0.word, 64, UInt256(attack.1.count))
            call.append(padded: attack.1)
            try perform(
                "stranger uses the trampoline", .stranger, world.trampoline, call.bytes,
                .powerless)
        default: try attempt("stranger", .stranger)
        }
    }

    private mutating func guardiansAttempt() throws {
        switch below(6) {
        case 0: try perform("guardian pauses", .guardian, executor, ExecutorCalls.pause, .powerless)
        case 1:
            try perform(
                "guardian withdraws", .guardian, executor,
                JitExecutor.withdraw(token: tokens[below(2)], amount: amount(60)), .withdrawal)
        case 2:
            try perform(
                "guardian's emergency", .guardian, below(2) == 0 ? executor : world.flash,
                JitExecutor.emergencyWithdraw(tokens), .withdrawal)
        case 3: try unwinding("guardian unwinds", .guardian)
        default: try attempt("guardian", .guardian)
        }
    }

    private mutating func operatorsAttempt() throws {
        if below(2) == 0 {
            try unwinding("operator unwinds", .operator)
        } else {
            try attempt("operator", .operator)
        }
    }

    private mutating func unwinding(_ name: String, _ actor: PoolWorld.Actor) throws {
        guard let first = open.first, below(4) != 0 else {
            let data = JitExecutor.unwind(
                pool: world.pools.poolArguments, positions: [try position()])
            try perform(name, actor, executor, data, .unwinding)
            return
        }
        let index = recorded(like: first) ?? 0
        let data = JitExecutor.unwind(
            pool: world.pools.poolArguments, positions: open[index].positions,
            paid: open[index].paid)
        if try perform(name, actor, executor, data, .unwinding) {
            open.remove(at: index)
        }
    }

    /// Something that the actor has no right to: everything that is refused to everybody, and for a
    /// stranger the rest.
    private mutating func attempt(_ who: String, _ actor: PoolWorld.Actor) throws {
        let account = PoolWorld.address(actor)
        var calls = HostileContractTests.attacks(world, from: account)
        calls += [
            (executor, JitExecutor.setRole(account, .guardian)),
            (
                executor,
                JitExecutor.setProfitRules(
                    minProfitThresholdWei: .zero, maxTipWei: .max, profitRecipient: account)
            ),
            (executor, ExecutorCalls.transferOwnership(to: account)),
            (executor, ExecutorCalls.acceptOwnership),
            (executor, ExecutorCalls.unpause),
            (world.flash, JitFlash.setTokenLimit(tokens[1], maxLoan: .max)),
            (
                world.flash,
                JitFlash.setTarget(account, selector: DoubleCalls.lureSelector, allowed: true)
            ),
        ]
        if actor == .stranger || actor == .guardian {
            calls.append((executor, try scene.scene.open([try position()])))
            calls.append((world.flash, JitFlash.flashJit(try scene.operation())))
            if let opening = open.first {
                calls.append((executor, try scene.scene.close(opening.positions)))
            }
        }
        let (target, data) = calls[below(calls.count)]
        // A guardian's emergency and pause are among the attacks, and an operator's pause.
        let isOwn = actor == .guardian && (target == executor || target == world.flash)
        try perform("\(who) attempts", actor, target, data, isOwn ? .withdrawal : .powerless)
    }

    // MARK: Execution

    /// Executes a transaction; its output, or nil where it is refused.
    private mutating func execute(
        _ name: String, _ actor: PoolWorld.Actor, _ to: Address, _ data: [UInt8]
    ) throws -> [UInt8]? {
        let sender = PoolWorld.address(actor)
        let block = scene.scene.builder.environment
        let outcome = try machine.execute(
            Transaction(
                type: .feeMarket, chainId: block.chainId,
                nonce: machine.account(sender)?.nonce ?? 0, maxFeePerGas: block.baseFeePerGas,
                maxPriorityFeePerGas: .zero, gasLimit: 5_000_000, to: to, value: .zero,
                data: data), sender: sender)
        if outcome.status == .success {
            tally[name, default: (0, 0)].succeeded += 1
            return outcome.output
        }
        tally[name, default: (0, 0)].refused += 1
        return nil
    }

    @discardableResult
    private mutating func perform(
        _ name: String, _ actor: PoolWorld.Actor, _ to: Address, _ data: [UInt8],
        _ step: ContractStep
    ) throws -> Bool {
        let before = try ContractHoldings(scene)
        guard try execute(name, actor, to, data) != nil else { return false }
        try check(name, step, before: before)
        return true
    }

    private mutating func check(
        _ name: String, _ step: ContractStep, before: ContractHoldings
    ) throws {
        let after = try ContractHoldings(scene)
        violations += step.violations(before: before, after: after).map { "\(name): \($0)" }
    }

    /// Takes out what stands open; afterwards no pool holds anything of ours, and nobody may take
    /// from us.
    private mutating func finish() throws {
        let all = open
        for opening in all {
            let data = JitExecutor.unwind(
                pool: world.pools.poolArguments, positions: opening.positions,
                paid: opening.paid)
            if try !perform("guardian unwinds at last", .guardian, executor, data, .unwinding) {
                violations.append("an opening could not be unwound")
            }
        }
        for position in Set(all.flatMap(\.positions)) {
            for holder in [executor, world.flash] {
                let key = Keccak256.hash(
                    Array(holder.word.bigEndianBytes.suffix(20))
                        + Array(UInt256(tick: position.tickLower).bigEndianBytes.suffix(3))
                        + Array(UInt256(tick: position.tickUpper).bigEndianBytes.suffix(3)))
                let outcome = try machine.call(
                    from: .zero, to: world.pools.pool, value: .zero,
                    data: Calldata(Selector("positions(bytes32)"), key.word).bytes,
                    gasLimit: 100_000)
                let words = ABIWords(outcome.output)
                if words[0] != .zero || words[3] != .zero || words[4] != .zero {
                    violations.append("something stays in the pool")
                }
            }
        }
        for token in tokens {
            for spender in [world.morpho, world.aave, world.hostile, world.account] {
                if try !scene.allowance(token, spender: spender).isZero {
                    violations.append("an approval stays")
                }
            }
        }
    }
}
