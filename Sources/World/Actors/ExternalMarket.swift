import Ethereum
import Foundation

/// The price of ether in dollars outside the chain: a random walk that the pools follow.
public struct ExternalMarket: Sendable {
    /// USDC for one WETH.
    public private(set) var usdcPerWeth: Double
    /// The deviation of the logarithm of the price over one block.
    public let volatilityPerBlock: Double
    private var random: SeededRandom

    public init(usdcPerWeth: Double, volatilityPerBlock: Double, seed: UInt64) {
        self.usdcPerWeth = usdcPerWeth
        self.volatilityPerBlock = volatilityPerBlock
        random = SeededRandom(seed: seed, purpose: "external market")
    }

    /// Moves the price by one block.
    public mutating func step() {
        usdcPerWeth *= 1 + volatilityPerBlock * random.gaussian()
    }

    /// The root price in Q64.96 of a pool of the two tokens, raw units of 6 and 18 decimals.
    public func sqrtPriceX96(wethIsToken0: Bool) -> UInt256 {
        let rawUsdcPerRawWeth = usdcPerWeth * 1e-12
        let price = wethIsToken0 ? rawUsdcPerRawWeth : 1 / rawUsdcPerRawWeth
        return Self.sqrtPriceX96(ofRawPrice: price)
    }

    /// The root of a ratio of raw units in Q64.96, to a double's precision.
    public static func sqrtPriceX96(ofRawPrice price: Double) -> UInt256 {
        let root = price.squareRoot()
        // 53 bits of mantissa, shifted to 96 fractional bits.
        let exponent = Int(root.exponent)
        let mantissa = UInt64(root.significand * 0x1p52)
        let shift = exponent - 52 + 96
        return shift >= 0
            ? UInt256(mantissa) << UInt64(shift) : UInt256(mantissa) >> UInt64(-shift)
    }
}
