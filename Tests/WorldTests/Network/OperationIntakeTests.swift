import Bot
import Chain
import Contracts
import Ethereum
import JSON
import Store
import Strategy
import TestSupport
import Testing
import Wire
import World

/// Operations of ERC-4337 from an outside client's `eth_sendUserOperation` over a socket to a
/// block: a devnet with its relay, the live bot, and a world that executes every block again.
///
/// The EntryPoint, the account, the factory and the paymaster are doubles; all else is real.
@Suite("Operations over sockets, on a double of the EntryPoint", .serialized)
struct OperationIntakeTests {
    /// What a test has in its hands.
    struct Bench {
        let world: NetworkWorld
        let intake: JSONRPCClient
        let doubles: OperationDoubles
        let events: EventLog

        /// The code of the error that a call fails with; nil where it succeeds.
        func code(_ operation: PackedUserOperation) throws -> Int? {
            do {
                _ = try intake.call("eth_sendUserOperation", doubles.request(operation)).wait()
                return nil
            } catch let error as JSONRPCError {
                return error.code
            }
        }

        /// The account's sale of WETH.
        func sale(
            milliether: UInt64 = 160_000, nonce: UInt256 = .zero, deadline: UInt64 = .max,
            paying: OperationDoubles.Paying? = nil
        ) throws -> PackedUserOperation {
            let contracts = world.setup.contracts
            let data = SwapRouter.exactInputSingle(
                tokenIn: contracts.tokens.weth, tokenOut: contracts.tokens.other, fee: 3000,
                recipient: doubles.account, deadline: deadline,
                amountIn: UInt256(milliether) &* 1_000_000_000_000_000, amountOutMinimum: .zero,
                sqrtPriceLimitX96: .zero)
            return doubles.operation(
                try OperationDoubles.batch([(contracts.uniswap.swapRouter, data)]), nonce: nonce,
                paying: paying)
        }

        /// Ends a slot when the bot has answered for these.
        @discardableResult
        func slot(_ hashes: [Hash32] = []) throws -> Block {
            let block = try world.closeSlot(answersFor: hashes)
            events.waitForHead(block.number)
            return block
        }

        /// Mines a call of somebody's who has ether.
        func send(to: Address, value: UInt256 = .zero, _ data: [UInt8]) throws {
            var wallet = world.setup.wallets.deployer
            wallet.nonce = world.chain.state.account(wallet.address)?.nonce ?? 0
            let signed = try wallet.sign(
                to: to, value: value, data: data, gasLimit: 300_000,
                chainId: LocalChain.chainId, maxFeePerGas: 100_000_000_000,
                maxPriorityFeePerGas: 1_000_000_000)
            _ = try world.client.call(
                "eth_sendRawTransaction", [.data(signed.signed.raw)]
            ).wait()
            let block = try slot([signed.signed.hash])
            let mined = try #require(
                block.transactions.first { $0.signed.hash == signed.signed.hash })
            #expect(mined.outcome.status == .success)
        }

        func status(_ operation: PackedUserOperation) throws -> JSON {
            let hash = operation.hash(
                entryPoint: doubles.entryPoint, chainId: LocalChain.chainId)
            return try intake.call("jit_getOrder", [.hash(hash)]).wait()
        }
    }

    /// The demo's world with the doubles in it; the account owns WETH and has approved the router.
    private static func setUp() throws -> (DemoSetup, OperationDoubles) {
        var setup = try DemoSetup.run(seed: 5, artifacts: try TestFiles.artifacts())
        var deployer = Deployer(devnet: setup.devnet)
        let doubles = try OperationDoubles.deploy(&deployer, &setup.wallets.deployer)
        let tokens = setup.contracts.tokens
        let amount = 1000 &* PoolWorld.ether
        try deployer.send(
            &setup.wallets.deployer, to: tokens.weth, value: amount, data: WETH9.deposit(),
            gasLimit: 60_000)
        try deployer.send(
            &setup.wallets.deployer, to: tokens.weth,
            data: ERC20.transfer(to: doubles.account, amount: amount), gasLimit: 100_000)
        try deployer.send(
            &setup.wallets.owner, to: setup.atomic.deployment.flash,
            data: JitFlash.setTarget(
                doubles.entryPoint, selector: EntryPointV07.handleOpsSelector, allowed: true),
            gasLimit: 150_000)
        let approval = doubles.signed(
            doubles.operation(
                try OperationDoubles.batch([
                    (
                        tokens.weth,
                        ERC20.approve(setup.contracts.uniswap.swapRouter, amount: .max)
                    )
                ]), nonce: .one << 64))
        try deployer.send(
            &setup.wallets.deployer, to: doubles.entryPoint,
            data: EntryPointV07.handleOp(
                approval, beneficiary: setup.wallets.deployer.address),
            gasLimit: 2_000_000)
        try deployer.settle()
        setup.devnet = deployer.devnet
        while setup.devnet.nextEnvironment.baseFeePerGas > 5_000_000_000 {
            setup.devnet.chain.append(try setup.devnet.builder())
        }
        return (setup, doubles)
    }

    /// Runs the live bot and plays; gives what the books say at the end.
    private static func play(
        modes: Set<Strategy.BundleMode> = [.atomic], _ body: (Bench) throws -> Void
    ) throws -> (summary: LedgerSummary, unresolved: Int, booksDiffer: Bool, failures: [String]) {
        let (setup, doubles) = try setUp()
        let stage = try DevnetStage(setup, seed: 5)
        defer { stage.end() }
        var settings = try stage.settings(
            simulates: false,
            orders: stage.orders(
                entryPoint: doubles.entryPoint,
                besides: [.contract(.aaveV3, setup.atomic.aave.pool)]))
        settings.orders?.modes = modes
        let events = EventLog()
        let bot = try stage.bot(settings, events)
        defer { try? stage.stop(bot) }
        let bench = Bench(
            world: try NetworkWorld(
                setup: setup, seed: 5, client: stage.client(stage.server.rpcPort)),
            intake: try stage.client(try #require(events.port)), doubles: doubles,
            events: events)
        try bench.slot()
        try body(bench)
        try bench.slot()
        let reader = try LedgerReader(path: stage.ledgerPath)
        return (
            try reader.summary(), try reader.unresolvedBundles().count, events.booksDiffer,
            events.failures
        )
    }

    @Test(
        "an operation sent in lands with profit, nobody loses, and the books equal the chain",
        arguments: [Strategy.BundleMode.atomic, .inventory])
    func lands(mode: Strategy.BundleMode) throws {
        var costs: [UInt256] = []
        let books = try Self.play(modes: [mode]) { bench in
            let operation = bench.doubles.signed(try bench.sale())
            let hash = operation.hash(
                entryPoint: bench.doubles.entryPoint, chainId: LocalChain.chainId)
            let taken = try bench.intake.call(
                "eth_sendUserOperation", bench.doubles.request(operation)
            ).wait()
            #expect(taken.hash == hash)
            let block = try bench.slot([hash])
            let flash = bench.world.setup.atomic.deployment.flash
            // With a loan in our contract's one transaction, or between two of ours.
            let called = mode == .atomic ? flash : bench.doubles.entryPoint
            let index = try #require(
                block.transactions.firstIndex { $0.signed.transaction.to == called })
            let ours = block.transactions[index]
            let bundle =
                mode == .atomic ? [ours] : Array(block.transactions[index - 1...index + 1])
            #expect(bundle.allSatisfy { $0.outcome.status == .success })
            costs = ours.outcome.logs.compactMap {
                EntryPointV07.Executed($0, entryPoint: bench.doubles.entryPoint)
            }.filter { $0.hash == hash && $0.success }.map(\.actualGasCostWei)
            #expect(costs.count == 1)
            let setup = bench.world.setup
            let audit = OrderAudit(
                chain: bench.world.chain, weth: setup.contracts.tokens.weth,
                own: setup.wallets.own.union([setup.contracts.executor, flash]),
                pools: Set(setup.contracts.pools.map(\.address)))
            let order = try bench.doubles.order(
                operation, beneficiary: setup.wallets.owner.address)
            #expect(
                try audit.losses(
                    block: block.number, transactions: bundle.map(\.signed.hash), order: order
                ).isEmpty)
            #expect(try bench.status(operation)["state"] == "landed")
            let receipt = try bench.intake.call(
                "eth_getUserOperationReceipt", [.hash(hash)]
            ).wait()
            #expect(receipt["receipt"]?["transactionHash"]?.hash == ours.signed.hash)
            // The same again is known; another with its nonce is not taken.
            #expect(try bench.code(operation) == nil)
            let second = bench.doubles.signed(try bench.sale(milliether: 150_000))
            #expect(try bench.code(second) == -32500)
            let next = bench.doubles.signed(try bench.sale(milliether: 1, nonce: 1))
            #expect(try bench.code(next) == nil)
        }
        #expect(books.failures == [] && !books.booksDiffer && books.unresolved == 0)
        #expect(books.summary.bundles["landed"] == 1)
        // What the EntryPoint paid our beneficiary is part of what was earned.
        #expect(books.summary.realisedProfitWei > .zero)
        #expect(!(costs.first ?? .zero).isZero)
    }

    @Test("what must not be taken is refused by ERC-4337's numbers, and nothing is sent for it")
    func refused() throws {
        let books = try Self.play { bench in
            var forged = bench.doubles.signed(try bench.sale())
            forged.signature[40] ^= 1
            #expect(try bench.code(forged) == -32507)
            let expired = bench.doubles.signed(try bench.sale(), validUntil: 1)
            #expect(try bench.code(expired) == -32503)
            let reverting = bench.doubles.signed(try bench.sale(deadline: 1))
            #expect(try bench.code(reverting) == -32521)
            let fickle = bench.doubles.signed(try bench.sale(paying: .paysWhileOpen))
            #expect(try bench.code(fickle) == -32502)
            var greedy = try bench.sale()
            greedy.verificationGasLimit = 1_000_001
            #expect(try bench.code(bench.doubles.signed(greedy)) == -32602)
            try bench.send(
                to: bench.doubles.account,
                OperationDoubles.setBehaviour(.readsTheTime, witness: .zero))
            #expect(try bench.code(bench.doubles.signed(try bench.sale())) == -32502)
        }
        #expect(books.failures == [] && !books.booksDiffer)
        #expect(books.summary.bundles == [:])
    }

    @Test("a paymaster that changes its mind ends its operation, which may come again")
    func changesItsMind() throws {
        let books = try Self.play { bench in
            try bench.send(
                to: bench.doubles.paymaster, value: PoolWorld.ether,
                OperationDoubles.stakePaymaster)
            // Too small to be served, so that it waits.
            let operation = bench.doubles.signed(
                try bench.sale(milliether: 1, paying: .paysWhileOpen))
            #expect(try bench.code(operation) == nil)
            #expect(try bench.status(operation)["state"] == "waiting")
            try bench.send(
                to: bench.doubles.paymaster, OperationDoubles.setClosed(true))
            try bench.slot()
            #expect(try bench.status(operation)["state"] == "dropped")
            #expect(try bench.code(operation) == -32501)
            try bench.send(
                to: bench.doubles.paymaster, OperationDoubles.setClosed(false))
            #expect(try bench.code(operation) == nil)
            #expect(try bench.status(operation)["state"] == "waiting")
        }
        #expect(books.failures == [] && !books.booksDiffer)
        #expect(books.summary.bundles == [:])
    }
}
