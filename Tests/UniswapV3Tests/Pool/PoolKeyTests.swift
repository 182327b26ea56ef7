import Ethereum
import Testing
import UniswapV3

@Suite("PoolKey")
struct PoolKeyTests {
    static let usdc = Address(hex: "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48")!
    static let weth = Address(hex: "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2")!
    static let wbtc = Address(hex: "0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599")!

    @Test(
        "the address of a mainnet pool follows from its tokens and fee",
        arguments: [
            (usdc, weth, 500 as UInt32, "0x88e6A0c2dDD26FEEb64F039a2c41296FcB3f5640"),
            (weth, usdc, 3000, "0x8ad599c3A0ff1De082011EFDDc58f1908eb6e6D8"),
            (weth, wbtc, 3000, "0xCBCdF9626bC03E24f779434178A73a0B4bad62eD"),
        ])
    func address(a: Address, b: Address, feePips: UInt32, expected: String) throws {
        let key = try #require(PoolKey(sorting: a, b, feePips: feePips))
        #expect(key.token0 < key.token1)
        #expect(key.address(in: .uniswapV3Mainnet).checksummed == expected)
    }

    @Test("mainnet's factory and code hash are the published ones")
    func mainnet() {
        let deployment = Deployment.uniswapV3Mainnet
        #expect(
            deployment.factory.checksummed == "0x1F98431c8aD98523631AE4a59f267346ea31F984")
        #expect(
            deployment.initCodeHash.description
                == "0xe34f199b19b2b4f47f68442619d555527d244f78a3297ea89325f843f87b8b54")
    }

    @Test("another factory or another fee gives another address")
    func otherAddress() throws {
        let other = Deployment(
            factory: Self.usdc, initCodeHash: Deployment.uniswapV3Mainnet.initCodeHash)
        let key = try #require(PoolKey(sorting: Self.usdc, Self.weth, feePips: 500))
        let dearer = try #require(PoolKey(sorting: Self.usdc, Self.weth, feePips: 3000))
        #expect(key.address(in: other) != key.address(in: .uniswapV3Mainnet))
        #expect(key.address(in: .uniswapV3Mainnet) != dearer.address(in: .uniswapV3Mainnet))
    }

    @Test("a token makes no pool with itself")
    func sameToken() {
        #expect(PoolKey(sorting: Self.usdc, Self.usdc, feePips: 500) == nil)
    }

    @Test(
        "SushiSwap's pools of USDC and WETH have their addresses, and not Uniswap's",
        arguments: [
            (UInt32(500), "0x35644Fb61aFBc458bf92B15AdD6ABc1996Be5014"),
            (3000, "0x763D3b7296E7C9718aD5b058Ac2692A19E5b3638"),
            (10_000, "0x1D437AC0a77d9d0Ab6A512A6b054930Aa582A5B7"),
        ])
    func sushiSwap(feePips: UInt32, address: String) throws {
        let key = try #require(PoolKey(sorting: Self.usdc, Self.weth, feePips: feePips))
        #expect(key.address(in: .sushiSwapV3Mainnet) == Address(hex: address))
        #expect(key.address(in: .uniswapV3Mainnet) != Address(hex: address))
        let factory = Deployment.sushiSwapV3Mainnet.factory
        #expect(factory == Address(hex: "0xbACEB8eC6b9355Dfc0269C18bac9d6E2Bdc29C4F"))
    }
}
