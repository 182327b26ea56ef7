import Contracts
import Ethereum
import Strategy
import Testing
import UniswapV3

@Suite("TargetBound")
struct TargetBoundTests {
    static let a = Address(word: 0xA)
    static let b = Address(word: 0xB)
    static let c = Address(word: 0xC)

    private static func key(_ x: Address, _ y: Address, _ fee: UInt32) -> PoolKey {
        PoolKey(sorting: x, y, feePips: fee)!
    }

    private static func way(_ key: PoolKey, _ zeroForOne: Bool, _ swap: ProbedSwap) -> TargetWay {
        TargetWay(
            pool: FollowedPool(
                key: key, address: swap.pool, bandLower: 0, bandUpper: 0, maxDeposit0: .zero,
                maxDeposit1: .zero, fairPrice: nil),
            zeroForOne: zeroForOne, amountIn: swap.amountIn, amountOut: swap.amountOut,
            gasUsed: 0, gasLimit: 0)
    }

    /// A → B at 3000 gives 100 for 200, B → C at 500 gives 50 for the 100.
    private static let probe = SwapProbe(
        swaps: [
            ProbedSwap(
                pool: Address(word: 1), key: key(a, b, 3000), amount0: 200, amount1: -100),
            ProbedSwap(
                pool: Address(word: 2), key: key(b, c, 500), amount0: 100, amount1: -50),
        ], gasUsed: 0, gasLimit: 0)

    private static func bound(_ hop: Int, _ call: [UInt8]) -> UInt256? {
        let swap = probe.swaps[hop]
        return TargetBound(
            of: way(swap.key, true, swap), probe: probe, call: RouterCalldata.decode(call)
        )?.amount
    }

    @Test("a single swap's bound is its own, a sweep's where that is higher")
    func single() {
        func sale(_ minimum: UInt256) -> [UInt8] {
            SwapRouter.exactInputSingle(
                tokenIn: Self.a, tokenOut: Self.b, fee: 3000, recipient: Self.a, deadline: 1,
                amountIn: 200, amountOutMinimum: minimum, sqrtPriceLimitX96: .zero)
        }
        #expect(Self.bound(0, sale(99)) == 99)
        func sweep(_ token: Address, _ minimum: UInt256) -> [UInt8] {
            Calldata(
                Selector("sweepToken(address,uint256,address)"), token.word, minimum, Self.a.word
            ).bytes
        }
        #expect(Self.bound(0, SwapRouter.multicall([sale(0), sweep(Self.b, 98)])) == 98)
        #expect(Self.bound(0, SwapRouter.multicall([sale(99), sweep(Self.b, 98)])) == 99)
        // Another token's sweep bounds nothing here.
        #expect(Self.bound(0, SwapRouter.multicall([sale(7), sweep(Self.c, 98)])) == 7)
        // The other pool is not in the call.
        #expect(Self.bound(1, sale(99)) == nil)
        #expect(Self.bound(0, [1, 2, 3, 4]) == nil)
    }

    @Test("a hop within a route may be worsened as the route's end may")
    func route() {
        let path = SwapPath(tokens: [Self.a, Self.b, Self.c], feesPips: [3000, 500])
        let sale = SwapRouter.exactInput(
            path: path, recipient: Self.a, deadline: 1, amountIn: 200, amountOutMinimum: 45)
        #expect(Self.bound(1, sale) == 45)
        #expect(Self.bound(0, sale) == 90)
        let backwards = SwapPath(tokens: [Self.c, Self.b, Self.a], feesPips: [500, 3000])
        let purchase = SwapRouter.exactOutput(
            path: backwards, recipient: Self.a, deadline: 1, amountOut: 50, amountInMaximum: 220)
        #expect(Self.bound(0, purchase) == 220)
        #expect(Self.bound(1, purchase) == 110)
    }
}
