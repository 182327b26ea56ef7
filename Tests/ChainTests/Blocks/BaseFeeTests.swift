import Chain
import Ethereum
import Testing

/// Vectors by the formula of EIP-1559, computed by hand.
@Suite("nextBaseFeePerGas")
struct BaseFeeTests {
    @Test("a block at its target leaves the fee as it is")
    func target() {
        #expect(next(1_000_000_000, used: 15_000_000) == 1_000_000_000)
        #expect(next(7, used: 15_000_000) == 7)
    }

    @Test("a full block raises the fee by an eighth, an empty one lowers it by an eighth")
    func extremes() {
        #expect(next(1_000_000_000, used: 30_000_000) == 1_125_000_000)
        #expect(next(1_000_000_000, used: 0) == 875_000_000)
        #expect(next(8, used: 0) == 7)
    }

    @Test("in between it moves in proportion, rounded towards zero")
    func proportion() {
        #expect(next(1_000_000_000, used: 18_000_000) == 1_025_000_000)
        #expect(next(1_000_000_000, used: 12_000_000) == 975_000_000)
        // 1049 · 8,000,000 / 15,000,000 / 8 = 69.9…
        #expect(next(1049, used: 23_000_000) == 1118)
        #expect(next(1049, used: 7_000_000) == 980)
    }

    @Test("a rise is at least 1 wei, a fall may be nothing")
    func leastRise() {
        #expect(next(7, used: 15_000_001) == 8)
        #expect(next(0, used: 30_000_000) == 1)
        #expect(next(7, used: 0) == 7)
    }

    private func next(_ fee: UInt256, used: UInt64) -> UInt256 {
        nextBaseFeePerGas(
            parentBaseFeePerGas: fee, parentGasUsed: used, parentGasLimit: 30_000_000)
    }
}
