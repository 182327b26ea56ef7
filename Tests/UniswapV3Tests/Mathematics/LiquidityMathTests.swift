import Testing
import UniswapV3

@Suite("LiquidityMath")
struct LiquidityMathTests {
    @Test(
        "the bound per tick of the four fees is the deployed pools' own",
        arguments: [
            (100 as UInt32, 1 as Tick, "191757530477355301479181766273477"),
            (500, 10, "1917569901783203986719870431555990"),
            (3000, 60, "11505743598341114571880798222544994"),
            (10_000, 200, "38350317471085141830651933667504588"),
        ])
    func bound(feePips: UInt32, tickSpacing: Tick, expected: String) {
        #expect(TickSpacing.of(feePips: feePips) == tickSpacing)
        #expect(
            LiquidityMath.maxLiquidityPerTick(tickSpacing: tickSpacing).map(String.init)
                == expected)
    }

    @Test("an unknown fee has no spacing, and no bound goes with a spacing of 0")
    func unknown() {
        #expect(TickSpacing.of(feePips: 2500) == nil)
        #expect(LiquidityMath.maxLiquidityPerTick(tickSpacing: 0) == nil)
        #expect(LiquidityMath.maxLiquidityPerTick(tickSpacing: -10) == nil)
    }

    @Test("a sum within 128 bits is taken, one beyond is refused")
    func sums() {
        #expect(LiquidityMath.adding(5, -5) == 0)
        #expect(LiquidityMath.adding(5, 7) == 12)
        #expect(LiquidityMath.adding(5, -6) == nil)
        #expect(LiquidityMath.adding(.max, 1) == nil)
        #expect(LiquidityMath.adding(1 << 127, .min) == 0)
    }

    @Test("a tick is rounded to the grid towards minus infinity")
    func floor() {
        #expect(TickSpacing.floor(-1, 60) == -60)
        #expect(TickSpacing.floor(-60, 60) == -60)
        #expect(TickSpacing.floor(-61, 60) == -120)
        #expect(TickSpacing.floor(59, 60) == 0)
        #expect(TickSpacing.floor(60, 60) == 60)
        #expect(TickSpacing.usableTicks(60) == -887_220...887_220)
    }
}
