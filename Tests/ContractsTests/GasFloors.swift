import Contracts
import EVM
import Ethereum
import TestSupport
import UniswapV3
import World

/// What the same costs with nothing of ours around it: `contracts/doubles/BareLiquidity.vy` makes
/// the calls of pools and tokens that cannot be left out, on the same ground.
extension GasCases {
    func floors() throws -> [(String, UInt64)] {
        try [Ground.servedPool, .keptGrid].flatMap(inventoryFloor)
            + [false, true].map(atomicFloor)
    }

    private static let selectors = (
        open: Selector("open(int24,int24,uint128)"),
        close: Selector("close(int24,int24,uint128,uint256,uint256)"),
        atomic: Selector("atomic(uint256,bytes)")
    )

    /// Deploys the bare contract by a stranger, whose next contract it is, and gives it tokens.
    private func deploy(
        _ runner: Runner, _ world: PoolWorld, lender: Address, weth: UInt256, other: UInt256
    ) throws -> Address {
        let stranger = PoolWorld.address(.stranger)
        let bare = Address.create(
            sender: stranger, nonce: try runner.machine.account(stranger)?.nonce ?? 0)
        var code = Hex.decode(BareLiquidityArtifact.creationCodeHex) ?? []
        for address in [
            world.pool, world.otherPool, lender, world.tokens.weth, world.tokens.other,
            PoolWorld.address(.owner),
        ] {
            code += address.word.bigEndianBytes
        }
        try runner.run(.stranger, nil, code)
        for (token, amount) in [(world.tokens.weth, weth), (world.tokens.other, other)]
        where !amount.isZero {
            try runner.run(.swapper, token, ERC20.transfer(to: bare, amount: amount))
        }
        return bare
    }

    private func range(_ position: JitPosition) -> [UInt256] {
        [
            UInt256(tick: position.tickLower), UInt256(tick: position.tickUpper),
            UInt256(position.liquidity),
        ]
    }

    private func inventoryFloor(_ ground: Ground) throws -> [(String, UInt64)] {
        let chain = try chain()
        let scene = chain.scene
        let world = scene.world.pools
        let bare = try deploy(
            chain, world, lender: scene.world.lenderPool, weth: PoolWorld.inventoryWeth,
            other: PoolWorld.inventoryDollars)
        func open(_ position: JitPosition) throws -> UInt64 {
            var call = Calldata(Self.selectors.open)
            range(position).forEach { call.append($0) }
            return try chain.run(.operator, bare, call.bytes)
        }
        var dust = try scene.scene.position(shiftedBy: ground == .keptGrid ? 0 : 5)
        dust.liquidity = 1000
        _ = try open(dust)
        if ground == .keptGrid { try thereAndBack(chain) }
        let position = try scene.scene.position()
        let opened = try open(position)
        try chain.run(.swapper, world.uniswap.swapRouter, sale(scene))
        var call = Calldata(Self.selectors.close)
        range(position).forEach { call.append($0) }
        call.append(PoolWorld.ether)
        call.append(50_000_000_000_000_000)
        let closed = try chain.run(.operator, bare, call.bytes)
        let suffix = ground == .keptGrid ? "kept grid" : ""
        return ground == .keptGrid
            ? [
                ("bare: open, \(suffix)", opened),
                ("bare: close, tip and sweep, \(suffix)", closed),
            ]
            : [("bare: open, two fresh ticks", opened), ("bare: close, tip and sweep", closed)]
    }

    /// The order of the genuine Safe, called without a trampoline.
    private func atomicFloor(keepsUnits: Bool) throws -> (String, UInt64) {
        let (world, operation) = try safeOperation(isAave: false)
        let runner = Runner(try Scene(world.pools), fork)
        let loan = operation.loans[0]
        let bare = try deploy(
            runner, world.pools, lender: world.lenderPool, weth: keepsUnits ? 1 : 0,
            other: keepsUnits ? 1 : 0)
        var data = Calldata(Selector("x()"))
        for word in range(operation.positions[0]) + [
            loan.amount, 1_000_000_000_000_000, operation.settlement.tipWei,
            operation.target.word, 256, UInt256(operation.payload.count),
        ] {
            data.append(word)
        }
        data.append(padded: operation.payload)
        let bytes = Array(data.bytes.dropFirst(4))
        var call = Calldata(
            Self.selectors.atomic, loan.amount, 64, UInt256(bytes.count))
        call.append(padded: bytes)
        return (
            "bare: atomic, a genuine Safe's order, lender Uniswap V3"
                + (keepsUnits ? ", a unit of each token kept" : ""),
            try runner.run(.operator, bare, call.bytes)
        )
    }
}
