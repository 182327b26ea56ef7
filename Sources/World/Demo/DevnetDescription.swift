import Ethereum
import JSON
import Wire

extension DemoSetup {
    /// What the devnet answers to questions about its world: its factory, and who lends, as
    /// settings name them.
    public var devnetFacts: [String: JSON] {
        let pools = (contracts.pools.reversed() + [atomic.lenderPool]).map {
            "uniswap-v3:\($0.key.token0)/\($0.key.token1)/\($0.key.feePips)"
        }
        return [
            "devnet_factory": .address(contracts.uniswap.factory),
            "devnet_lenders": .string(
                (pools + ["aave-v3:\(atomic.aave.pool)"]).joined(separator: ",")),
        ]
    }
}

/// What a client must know of a running devnet.
public struct DevnetDescription: Sendable {
    private let setup: DemoSetup
    private let host: String
    private let rpcPort: Int
    private let relayPort: Int

    public init(setup: DemoSetup, host: String, rpcPort: Int, relayPort: Int) {
        self.setup = setup
        self.host = host
        self.rpcPort = rpcPort
        self.relayPort = relayPort
    }

    public var rpcURL: String { "http://\(host):\(rpcPort)" }
    public var wsURL: String { "ws://\(host):\(rpcPort)" }
    public var relayURL: String { "http://\(host):\(relayPort)" }

    private var contracts: [(name: String, address: Address)] {
        let contracts = setup.contracts
        return [
            ("weth", contracts.tokens.weth), ("usdc", contracts.tokens.other),
            ("factory", contracts.uniswap.factory), ("swapRouter", contracts.uniswap.swapRouter),
            ("positionManager", contracts.uniswap.positionManager),
            ("pool500", contracts.hedgePool.address), ("pool3000", contracts.secondPool.address),
            ("jitExecutor", contracts.executor), ("jitFlash", setup.atomic.deployment.flash),
            ("jitTrampoline", setup.atomic.deployment.trampoline),
            ("pool100", setup.atomic.lenderPool.address), ("aavePool", setup.atomic.aave.pool),
            ("safe", setup.atomic.safe.address),
        ]
    }

    /// Everything as one JSON object.
    public var json: JSON {
        [
            "rpcURL": .string(rpcURL), "wsURL": .string(wsURL), "relayURL": .string(relayURL),
            "chainId": .integer(LocalChain.chainId),
            "accounts": .array(
                setup.wallets.users.map {
                    [
                        "address": .string($0.address.checksummed),
                        "privateKey": .string($0.publishedKey.description),
                    ]
                }),
            "contracts": .object(
                contracts.map { .init($0.name, .string($0.address.checksummed)) }),
        ]
    }

    /// Everything for people, with lines to copy.
    public var lines: [String] {
        var lines = [
            "JSON-RPC   \(rpcURL)   (WebSocket \(wsURL), chain id \(LocalChain.chainId))",
            "relay      \(relayURL)",
            "",
            "accounts, each with ether, WETH and USDC, and the router approved:",
        ]
        for wallet in setup.wallets.users.prefix(3) {
            lines.append("  \(wallet.address.checksummed)  \(wallet.publishedKey)")
        }
        lines.append("")
        for contract in contracts {
            let name = contract.name + String(repeating: " ", count: 16 - contract.name.count)
            lines.append("  \(name) \(contract.address.checksummed)")
        }
        lines += [
            "",
            "try:",
            "  curl -s \(rpcURL) -H 'content-type: application/json' \\",
            "    -d '{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_blockNumber\",\"params\":[]}'",
            "",
            "Stop with Ctrl-C.",
        ]
        return lines
    }
}
