import Chain
import Contracts
import Ethereum
import JSON
import NIOCore
import Store
import Strategy
import Wire

/// The demo: a devnet with its relay, the bot, and users in front of them, three processes that
/// meet over sockets, all by one seed.
///
/// The bot simulates at first and is then started again live. The world in this process sends what
/// users sign, executes every block again, and judges the bot by the chain and the ledger alone.
public final class Demo {
    /// Something to tell while the demo runs.
    public enum Event {
        case opportunity(Opportunity)
        /// A Safe's order has landed.
        case order(SafeOrder)
        case note(String)
        /// A block is done.
        case block(done: Int, of: Int)
    }

    public let plan: DemoPlan
    let world: NetworkWorld
    let bot: BotProcess
    private let devnet: DevnetProcess
    private let observe: (Event) -> Void
    let opening: Standing
    private let setupBlocks: UInt64
    /// The swaps of each slot, with the number of the block that ended it.
    private var slots: [(block: UInt64, swaps: [UserSwap])] = []
    private let orders: SafeOrders
    private var simulationModeSends: UInt64 = 0
    /// Positions that stood when the grids of dust were to be taken out.
    private var gridPositions = 0
    private var faultRandom: SeededRandom
    /// Slots in which the bot is killed, each once.
    private var killSlots: [Int] = []

    /// Starts the three, with the bot simulating.
    public init(
        _ plan: DemoPlan, on loop: any EventLoop, observe: @escaping (Event) -> Void = { _ in }
    ) throws {
        self.plan = plan
        self.observe = observe
        devnet = try DevnetProcess(
            program: plan.program, artifacts: plan.artifacts, seed: plan.seed,
            blockTimeSeconds: plan.realSecondsPerBlock)
        let client = JSONRPCClient(
            try HTTPConnection(
                try Endpoint(devnet.rpcURL), on: loop, .init(requestTimeout: .seconds(60))))
        world = try NetworkWorld(
            seed: plan.seed, artifacts: try UniswapArtifacts(directory: plan.artifacts),
            client: client, clock: plan.realSecondsPerBlock == nil ? .logical : .real)
        setupBlocks = world.chain.head.number
        orders = SafeOrders(on: loop)
        opening = try Standing(world.setup)
        faultRandom = SeededRandom(seed: plan.seed, purpose: "faults")
        let setup = world.setup
        bot = try BotProcess(
            .init(
                program: plan.program, devnet: devnet, executor: setup.contracts.executor,
                pools: setup.contracts.pools, operators: setup.wallets.operators,
                relayKey: Wallet(name: "relay"), ledgerPath: plan.ledgerPath,
                slotSeconds: plan.realSecondsPerBlock.map { UInt64($0.rounded(.up)) }
                    ?? LocalChain.secondsPerSlot,
                logicalClock: plan.realSecondsPerBlock == nil,
                flash: setup.atomic.deployment.flash, lenders: setup.atomic.lenderSetting,
                keepsGrid: plan.keepsGrid, orderModes: plan.orderModes),
            simulates: true)
        if case .botKilled(let times) = plan.fault {
            var live = Array(plan.simulatedBlocks + 1...max(plan.blocks, plan.simulatedBlocks + 1))
            for _ in 0..<min(times, live.count) {
                killSlots.append(live.remove(at: Int(faultRandom.next() % UInt64(live.count))))
            }
        }
    }

    /// What is deployed.
    public var contracts: DemoContracts { world.setup.contracts }

    /// The chain so far, as it was executed again here.
    public var chain: Blockchain { world.chain }

    /// The processes' numbers: of the devnet and of the bot as it runs now.
    public var processes: (devnet: Int32, bot: Int32) {
        (devnet.program.identifier, bot.child.identifier)
    }

    /// Plays the blocks, trades the inventory back and reports.
    public func run() throws -> DemoReport {
        try bot.waitForHead(world.chain.head.hash)
        for slot in 1...plan.blocks {
            if slot == plan.simulatedBlocks + 1 { try goLive() }
            try play(slot)
            observe(.block(done: slot, of: plan.blocks))
        }
        if plan.keepsGrid { try retireGrid() }
        try settle()
        try tradeInventoryBack()
        bot.child.stop()
        return try report()
    }

    /// Plays in real time until asked to end.
    public func serve(isOver: () -> Bool) throws {
        // The devnet's clock begins with its first block of the present.
        _ = try world.closeSlot()
        try bot.waitForHead(world.chain.head.hash)
        try goLive()
        var slot = 0
        while !isOver() {
            slot += 1
            try play(slot)
        }
    }

    /// Ends the processes.
    public func stop() {
        bot.child.stop()
        devnet.program.stop()
    }

    private func goLive() throws {
        simulationModeSends = try world.sendRequestsAtRelay()
        try bot.restart(simulates: false)
        try bot.waitForHead(world.chain.head.hash)
        observe(.note("the bot goes live; it sent \(simulationModeSends) bundles before"))
        if plan.fault == .relayRefuses {
            _ = try world.client.call("devnet_refuseBundles", [true]).wait()
            observe(.note("fault: the relay refuses every bundle from now on"))
        }
    }

    // MARK: A slot

    private func play(_ slot: Int) throws {
        if plan.fault == .relayDies(block: slot) {
            _ = try world.client.call("devnet_stopRelay").wait()
            observe(.note("fault: the relay is gone from now on"))
        }
        let orderHashes = try sendOrders(slot)
        let sent = try world.submitSlot()
        if plan.fault == .webSocketDrops(block: slot) {
            observe(.note("fault: the node drops its WebSockets"))
            _ = try world.client.call("devnet_dropWebSockets").wait()
        }
        if killSlots.contains(slot) { killBot() }
        let block = try world.closeSlot(answersFor: sent.hashes + orderHashes)
        slots.append((block.number, sent.swaps))
        let restarts = bot.restarts
        try bot.waitForHead(world.chain.head.hash)
        if bot.restarts > restarts {
            let status = bot.endStatuses.last ?? 0
            observe(.note("the bot ended with status \(status) and was started again"))
        }
        for opportunity in opportunities(of: sent.swaps, block.number) {
            observe(.opportunity(opportunity))
        }
        for order in followOrders() { observe(.order(order)) }
        if plan.fault == .reorganisation(block: slot) {
            observe(.note("fault: the last two blocks are replaced by others"))
            let head = try world.reorganise(depth: 2)
            try bot.waitForHead(head.hash)
        }
    }

    /// The Safe's owners sign in their slots, and send what is in no block yet; the hashes that the
    /// bot has taken and will answer for.
    private func sendOrders(_ slot: Int) throws -> [Hash32] {
        guard !bot.simulates else { return [] }
        for (index, due) in SafeOrders.slots(of: plan).enumerated() where due == slot {
            // Until the last block with users: nothing of an order is under way behind it.
            let left = max(plan.blocks - slot, 0)
            orders.sign(
                index,
                validUntil: world.setup.devnet.nextEnvironment.timestamp
                    + UInt64(left) * LocalChain.secondsPerSlot, setup: &world.setup)
        }
        // A bot that has just ended is started again when the slot is over.
        guard bot.child.isRunning, let url = try? bot.intakeURL() else { return [] }
        return try orders.send(to: url)
    }

    private func followOrders() -> [SafeOrder] {
        orders.follow(
            bot.events, chain: world.chain, flash: world.setup.atomic.deployment.flash,
            operators: Set(world.setup.wallets.operators.map(\.address)))
    }

    /// Kills the bot at some moment of the slot, while it answers.
    private func killBot() {
        let milliseconds = Int64(faultRandom.next() % 60)
        let child = bot.child
        observe(.note("fault: the bot is killed"))
        world.client.connection.loop.scheduleTask(in: .milliseconds(milliseconds)) { child.kill() }
    }

    // MARK: What came of it

    /// A swap's fate by the bot's answer, the chain, and what the bot found out later.
    private func opportunities(of swaps: [UserSwap], _ block: UInt64) -> [Opportunity] {
        let events = bot.events
        return swaps.map { swap in
            let hash = swap.pending.hash
            let answer = events.lazy.compactMap { BotAnswer($0) }.last {
                $0.txHash == hash && $0.block == block
            }
            return Opportunity(
                block: block, swap: swap, answer: answer,
                outcome: outcome(of: swap, answer, events))
        }
    }

    private func outcome(
        of swap: UserSwap, _ answer: BotAnswer?, _ events: [JSON]
    ) -> Opportunity.Outcome {
        if world.served(swap, from: setupBlocks) != nil { return .included }
        switch answer?.outcome {
        case nil: return .unanswered
        case "sent"?:
            let lost = events.last {
                $0["event"] == "bundle" && $0["txHash"]?.hash == swap.pending.hash
                    && $0["state"] == "lost"
            }
            return .lost(reason: lost?["detail"]?.string ?? "not told by the bot")
        case "simulated"?: return .simulated
        case let label?: return .rejected(label: label, reason: answer?.reason ?? label)
        }
    }

    /// Has the bot take its dust out, in empty blocks until nothing stands any more.
    private func retireGrid() throws {
        gridPositions = try world.positionsLeftOpen()
        observe(.note("the bot is started again to take out the dust of its grids"))
        try bot.retireGrid()
        try bot.waitForHead(world.chain.head.hash)
        for _ in 0..<Self.retiringBlocks where try world.positionsLeftOpen() > 0 {
            try bot.waitForHead(world.closeSlot().hash)
        }
    }

    private static let retiringBlocks = 20

    /// Empty blocks until nothing of ours is under way any more, or back in the mempool.
    private func settle() throws {
        for _ in 0..<Self.settlingBlocks {
            let block = try world.closeSlot()
            try bot.waitForHead(block.hash)
            let reader = try LedgerReader(path: plan.ledgerPath)
            let unresolved = try reader.unresolvedBundles()
            guard unresolved.isEmpty, try world.positionsLeftOpen() == 0 else { continue }
            if try world.nonceGaps() == 0 { return }
        }
    }

    private static let settlingBlocks = 5

    private func report() throws -> DemoReport {
        let closing = try Standing(world.setup)
        let ledger = try LedgerAudit(
            path: plan.ledgerPath, chain: world.chain, balances: closing.balances)
        var report = DemoReport(plan: plan, setupBlocks: setupBlocks, ledger: ledger)
        for slot in slots {
            for opportunity in opportunities(of: slot.swaps, slot.block) {
                report.opportunities.append(opportunity)
                guard let served = world.served(opportunity.swap, from: setupBlocks) else {
                    continue
                }
                let losses = try world.losses(of: opportunity.swap, served)
                if !losses.isEmpty { report.swapperLosses.append((served.block, losses)) }
            }
        }
        _ = followOrders()
        report.orders = orders.orders
        for order in orders.orders {
            guard let landed = order.landed else { continue }
            let losses = try world.losses(of: order, landed)
            if !losses.isEmpty { report.swapperLosses.append((landed.block, losses)) }
        }
        report.netProfitWei = opening.wealthWei(world.setup, to: closing)
        report.usdcUnchanged = opening.usdc(world.setup) == closing.usdc(world.setup)
        report.simulationModeSends = simulationModeSends
        report.positionsLeftOpen = try world.positionsLeftOpen()
        report.nonceGaps = try world.nonceGaps()
        report.botRestarts = bot.restarts
        if plan.keepsGrid {
            report.grid = DemoGrid(
                bot.events, chain: world.chain, contracts: contracts,
                operators: world.setup.wallets.operators.map(\.address),
                positionsAtEnd: gridPositions, opportunities: report.opportunities)
        }
        return report
    }
}
