import Contracts
import Ethereum
import JSON
import TestSupport
import Testing
import World

/// `jit-bot flashloan liquidity` on a devnet with the real lenders of the demo and with doubles of
/// Morpho and Balancer.
@Suite("jit-bot flashloan liquidity", .serialized)
struct FlashloanLiquidityTests {
    /// A devnet with both doubles; what the vault of Balancer's double is told besides.
    private static func world(
        _ calls: [[UInt8]]
    ) throws -> (DeployedContracts, LenderDoubles) {
        var world = try DeployedContracts()
        var deployer = Deployer(devnet: world.setup.devnet)
        var wallet = world.setup.wallets.deployer
        wallet.nonce = world.setup.devnet.chain.state.account(wallet.address)?.nonce ?? 0
        let tokens = world.setup.contracts.tokens
        let doubles = try LenderDoubles(
            &deployer, &wallet, weth: tokens.weth, usdc: tokens.other)
        for call in calls {
            try deployer.send(&wallet, to: doubles.balancer, data: call, gasLimit: 100_000)
        }
        try deployer.settle()
        world.setup.devnet = deployer.devnet
        return (world, doubles)
    }

    private static func liquidity(
        _ world: DeployedContracts, lenders: String, _ more: [String]
    ) throws -> (status: Int32, rows: [JSON], output: String) {
        try world.serve { url in
            let run = try JitBotProcessTests.run(
                ["flashloan", "liquidity", "--rpc", url, "--json"] + more,
                environment: ["FLASH_LENDERS": lenders])
            #expect(run.errors.isEmpty, "\(run.errors)")
            let rows = try JSON(parsing: Array(run.output.utf8))["rows"]?.array ?? []
            return (run.status, rows, run.output)
        }
    }

    @Test("liquidity, fee and need of the doubles stand beside those of a real market")
    func open() throws {
        let (world, doubles) = try Self.world([
            DoubleCalls.setFlashLoanFeePercentage(30_000_000_000_000)
        ])
        let usdc = world.setup.contracts.tokens.other
        let found = try Self.liquidity(
            world,
            lenders: "morpho:\(doubles.morpho),balancer-v2:\(doubles.balancer),"
                + "aave-v3:\(world.setup.atomic.aave.pool)",
            ["--token", "\(usdc)", "--amount-usd", "1000000", "--usd-token", "\(usdc)"])
        #expect(found.status == 0 && found.rows.count == 3, "\(found.output)")
        #expect(found.rows.map { $0["lender"]?.string } == ["morpho", "balancer-v2", "aave-v3"])
        #expect(
            found.rows.map { $0["liquidityRaw"]?.string }
                == ["5000000000000", "5000000000000", "12000000000000"])
        #expect(found.rows.map { $0["feeRaw"]?.string } == ["0", "30000000", "500000000"])
        #expect(found.rows.allSatisfy { $0["usable"] == true && $0["paused"] == false })
        let beyond = try Self.liquidity(
            world, lenders: "morpho:\(doubles.morpho)",
            ["--token", "\(usdc)", "--amount-usd", "5000001", "--usd-token", "\(usdc)"])
        #expect(beyond.status == 1)
        #expect(beyond.rows.first?["reason"]?.text.contains("needed is 5000001000000") == true)
    }

    @Test("a vault that is paused, and a contract that is none, are told and are exit code 1")
    func closed() throws {
        let (world, doubles) = try Self.world([DoubleCalls.setPaused(true)])
        let weth = world.setup.contracts.tokens.weth
        let paused = try Self.liquidity(
            world, lenders: "balancer-v2:\(doubles.balancer)", ["--token", "\(weth)"])
        #expect(paused.status == 1 && paused.rows.first?["paused"] == true)
        #expect(paused.rows.first?["reason"]?.text.contains("paused") == true)
        let stranger = try Self.liquidity(
            world, lenders: "balancer-v2:\(doubles.morpho)", ["--token", "\(weth)"])
        #expect(stranger.status == 1)
        #expect(stranger.rows.first?["reason"]?.text.contains("doesNotAnswer") == true)
        let both = try Self.liquidity(
            world, lenders: "balancer-v2:\(doubles.balancer),morpho:\(doubles.morpho)",
            ["--token", "\(weth)"])
        #expect(both.status == 0)
        #expect(both.rows.map { $0["usable"] } == [false, true])
    }
}
