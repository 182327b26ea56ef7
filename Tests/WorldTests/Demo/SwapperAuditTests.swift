import Chain
import Contracts
import Ethereum
import Strategy
import TestSupport
import Testing
import World

@Suite("SwapperAudit")
struct SwapperAuditTests {
    /// Audits a block of [ours, the swapper's sale, ours].
    private static func audit(
        _ scene: inout Scene, first: BlockBuilder.Candidate, target: BlockBuilder.Candidate,
        last: BlockBuilder.Candidate
    ) throws -> [SwapperAudit.Loss] {
        try scene.seal()
        let chain = scene.world.devnet.chain
        return try SwapperAudit(
            chain: chain, weth: scene.world.tokens.weth,
            own: [
                scene.world.executor, PoolWorld.address(.operator), PoolWorld.address(.owner),
                PoolWorld.address(.bystander),
            ]
        ).losses(
            block: chain.head.number, open: first.signed.hash, target: target.signed.hash,
            close: last.signed.hash, pool: scene.world.pool)
    }

    @Test("a bundle of the pipeline harms nobody")
    func bundle() throws {
        var scene = try Scene(.standard())
        let target = try scene.pendingSale(200)
        let signed = try SignedBundle(
            scene.decide(target).get(), key: PoolWorld.wallet(.operator).key)
        let account = PoolWorld.address(.operator)
        let bundle = zip(signed.transactions, [account, target.sender, account]).map {
            BlockBuilder.Candidate(signed: $0, sender: $1)
        }
        try scene.builder.include(bundle: bundle)
        let losses = try Self.audit(
            &scene, first: bundle[0], target: bundle[1], last: bundle[2])
        #expect(losses.isEmpty)
    }

    @Test("a sandwich is found: what the swapper lost, in dollars, and nobody else")
    func sandwich() throws {
        var scene = try Scene(.standard())
        let world = scene.world
        for token in [world.tokens.weth, world.tokens.other] {
            try scene.send(
                .bystander, to: token, data: ERC20.approve(world.uniswap.swapRouter, amount: .max))
        }
        try scene.seal()
        let me = PoolWorld.address(.bystander)
        func send(
            _ actor: PoolWorld.Actor, sellingWeth: Bool, _ amount: UInt256
        ) throws -> (BlockBuilder.Candidate, received: UInt256) {
            let candidate = try scene.sign(
                actor, to: world.uniswap.swapRouter,
                data: scene.swap(
                    sellingWeth: sellingWeth, amountIn: amount,
                    recipient: actor == .bystander ? me : nil))
            let outcome = try scene.builder.include(candidate)
            #expect(outcome.status == .success)
            return (candidate, ABIWords(outcome.output)[0] ?? .zero)
        }
        let honest = try Scene(world)
        let alone = try honest.sellWeth(100)
        let (first, _) = try send(.bystander, sellingWeth: true, 90 &* PoolWorld.ether)
        let (target, received) = try send(.swapper, sellingWeth: true, 100 &* PoolWorld.ether)
        let (last, _) = try send(.bystander, sellingWeth: false, 200_000 &* PoolWorld.dollar)
        let losses = try Self.audit(&scene, first: first, target: target, last: last)
        let due = try #require(ABIWords(alone.output)[0])
        #expect(
            losses == [
                SwapperAudit.Loss(
                    holding: Holding(
                        account: PoolWorld.address(.swapper), token: world.tokens.other),
                    lossRaw: due &- received)
            ])
    }
}
