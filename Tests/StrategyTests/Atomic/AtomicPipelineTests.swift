import Chain
import Contracts
import EVM
import Ethereum
import Strategy
import TestSupport
import Testing
import UniswapV3
import World

/// Orders of a genuine Safe on the real contracts: Uniswap V3, Aave V3, JitFlash.
@Suite("AtomicPipeline")
struct AtomicPipelineTests {
    @Test(
        "a Safe's large swap is served from a loan: we earn, the Safe gains",
        arguments: [true, false], [true, false])
    func served(wethIsToken0: Bool, sellingWeth: Bool) throws {
        let world = try AtomicWorld.standard(wethIsToken0: wethIsToken0)
        let amount = sellingWeth ? 150 &* PoolWorld.ether : 400_000 &* PoolWorld.dollar
        let order = world.swapOrder(sellingWeth: sellingWeth, amountIn: amount).order
        let bundle = try world.decide(order).get()
        #expect(bundle.netProfitWei > .zero)
        #expect(!bundle.user.gainWei.isZero && bundle.user.gainPips > 0)
        // The cheapest lender is the pool of 0.01 %, and the loan is what the range takes.
        #expect(bundle.plan.loans.map(\.lender.address) == [world.lenderPool])
        let lent = bundle.plan.loans.map(\.amount).reduce(.zero, &+)
        #expect(lent == bundle.plan.deposit0 &+ bundle.plan.deposit1)
    }
}
