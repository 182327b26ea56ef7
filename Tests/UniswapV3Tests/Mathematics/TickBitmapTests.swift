import Ethereum
import Testing
import UniswapV3

@Suite("TickBitmap")
struct TickBitmapTests {
    @Test("a tick below zero lies in a word below zero")
    func position() {
        #expect(TickBitmap.position(compressed: 0) == (0, 0))
        #expect(TickBitmap.position(compressed: 255) == (0, 255))
        #expect(TickBitmap.position(compressed: 256) == (1, 0))
        #expect(TickBitmap.position(compressed: -1) == (-1, 255))
        #expect(TickBitmap.position(compressed: -256) == (-1, 0))
        #expect(TickBitmap.position(compressed: -257) == (-2, 255))
    }

    @Test("a falling price stops at the first tick of its word, a rising one at the last")
    func edges() {
        #expect(TickBitmap.lowEdge(from: 0, tickSpacing: 10) == 0)
        #expect(TickBitmap.lowEdge(from: -1, tickSpacing: 10) == -2560)
        #expect(TickBitmap.lowEdge(from: 2559, tickSpacing: 10) == 0)
        #expect(TickBitmap.highEdge(from: -10, tickSpacing: 10) == 2550)
        #expect(TickBitmap.highEdge(from: -11, tickSpacing: 10) == -10)
        #expect(TickBitmap.highEdge(from: 2549, tickSpacing: 10) == 2550)
        // The next tick of the grid already lies in the next word.
        #expect(TickBitmap.highEdge(from: 2550, tickSpacing: 10) == 5110)
    }

    @Test("the lowest bit of a word is found, and none in 0")
    func lowestBit() {
        for bit in 0..<256 {
            let word = UInt256.one << UInt64(bit)
            #expect(TickBitmap.lowestBit(word) == bit)
            #expect(TickBitmap.lowestBit(word | UInt256.one << 255) == bit)
        }
        #expect(TickBitmap.lowestBit(.zero) == nil)
    }
}
