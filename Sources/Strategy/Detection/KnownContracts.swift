import Contracts
import Ethereum

/// Contracts of which it is known, without executing them, what a call can do.
///
/// What is not in here may do anything: nothing is ever concluded from a contract that is missing.
public struct KnownContracts: Equatable, Sendable {
    /// Uniswap's swap routers, whose calldata says which pools they touch.
    public var routers: Set<Address>
    /// Tokens that call nobody when they are moved or approved, so that no swap hides in that.
    public var plainTokens: Set<Address>

    public init(routers: Set<Address>, plainTokens: Set<Address>) {
        self.routers = routers
        self.plainTokens = plainTokens
    }

    /// Nothing is known.
    public static let none = KnownContracts(routers: [], plainTokens: [])

    /// Those of a chain.
    public static func of(chainId: UInt64) -> KnownContracts { chainId == 1 ? mainnet : none }

    /// Ethereum's mainnet: SwapRouter, SwapRouter02, the Universal Router's versions 1, 1.2, 2 and
    /// 2.1.1 (universal-router, deploy-addresses/mainnet.json); WETH9, USDC, USDT, DAI, WBTC.
    public static let mainnet = KnownContracts(
        routers: addresses([
            "0xE592427A0AEce92De3Edee1F18E0157C05861564",
            "0x68b3465833fb72A70ecDF485E0E4C7bD8665Fc45",
            "0xEf1c6E67703c7BD7107eed8303Fbe6EC2554BF6B",
            "0x3fC91A3afd70395Cd496C647d5a6CC9D4B2b7FAD",
            "0x66a9893cC07D91D95644AEDD05D03f95e1dBA8Af",
            "0x4C82D1fBFe28C977cBB58D8C7FF8FCF9F70a2cCA",
        ]),
        plainTokens: addresses([
            "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2",
            "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48",
            "0xdAC17F958D2ee523a2206206994597C13D831ec7",
            "0x6B175474E89094C44Da98b954EedeAC495271d0F",
            "0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599",
        ]))

    private static func addresses(_ texts: [String]) -> Set<Address> {
        Set(texts.compactMap { Address(hex: $0) })
    }
}

extension KnownContracts {
    /// Functions of a plain token that move, approve, wrap or unwrap, and do nothing else.
    /// Unwrapping pays ether to the caller, who is the transaction's sender.
    private static let tokenSelectors: Set<UInt32> = Set(
        [
            "transfer(address,uint256)", "transferFrom(address,address,uint256)",
            "approve(address,uint256)", "increaseAllowance(address,uint256)",
            "decreaseAllowance(address,uint256)", "increaseApproval(address,uint256)",
            "decreaseApproval(address,uint256)", "deposit()", "withdraw(uint256)",
        ].map { Selector($0).value })

    /// Whether this is a call of a plain token that surely swaps nothing.
    func isPlainTokenCall(_ transaction: Transaction) -> Bool {
        guard let to = transaction.to, plainTokens.contains(to), transaction.data.count >= 4 else {
            return false
        }
        let selector = transaction.data.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return Self.tokenSelectors.contains(selector)
    }
}
