import Ethereum
import UniswapV3

/// The two tokens of a world: WETH, and a token of Centre's code in which it is priced.
public struct TokenPair: Equatable, Sendable {
    public var weth: Address
    public var other: Address

    public init(weth: Address, other: Address) {
        self.weth = weth
        self.other = other
    }

    public var wethIsToken0: Bool { weth < other }
    public var token0: Address { min(weth, other) }
    public var token1: Address { max(weth, other) }
}

/// The contracts of a world, all of them the real ones.
public struct UniswapDeployment: Equatable, Sendable {
    public var factory: Address
    public var swapRouter: Address
    public var positionManager: Address
    public var weth: Address

    /// The pool of two tokens, as every client derives its address.
    public func pool(_ key: PoolKey) -> Address {
        key.address(
            in: Deployment(
                factory: factory, initCodeHash: UniswapArtifacts.mainnetPoolInitCodeHash))
    }
}
