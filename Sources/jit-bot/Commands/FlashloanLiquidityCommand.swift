import ArgumentParser
import Bot
import Ethereum
import Foundation
import JSON
import UniswapV3

/// `jit-bot flashloan liquidity`: what each lender lends of each token now.
struct FlashloanLiquidityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "liquidity",
        abstract:
            "Show what each lender lends of each token: liquidity, fee, whether it is paused.",
        discussion: """
            Lenders are those of FLASH_LENDERS (see `jit-bot run --help`), on a devnet its own, else
            mainnet's. Tokens are --token, else those of POOLS and of the lending pools. Dollars
            become a token's amount at the present price of one of these pools.
            Exit codes: 0 each token can be borrowed somewhere, 1 one cannot, 2 usage, 3 settings,
            5 the node does not answer.
            """)

    @OptionGroup var node: NodeOptions

    @Option(help: "A token's address; may be repeated.")
    var token: [String] = []

    @Option(help: "Whole dollars that are to be borrowed.")
    var amountUsd: UInt64?

    @Option(help: "The token that is taken for a dollar.")
    var usdToken: String?

    @Flag(help: "Print one JSON object and nothing else.")
    var json = false

    func validate() throws {
        for text in token + (usdToken.map { [$0] } ?? []) where Address(hex: text) == nil {
            throw ValidationError("\"\(text)\" is no address.")
        }
    }

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        let pools = try (environment["POOLS"] ?? "").split(separator: ",")
            .map { try RunSettings.pool($0, of: "POOLS") }
        let named = environment["FLASH_LENDERS"].map { !$0.isEmpty } ?? false
        let report = try node.withNode { node in
            var lenders = named ? try LenderOptions.lenders(environment) : []
            if !named, try node.call("eth_chainId").wait().quantity64 == 1 {
                lenders = LenderSetting.mainnet
            }
            return try LiquidityReport.read(
                .init(
                    lenders: lenders, tokens: token.compactMap { Address(hex: $0) },
                    pools: pools,
                    executor: environment["CONTRACT_ADDRESS"].flatMap { Address(hex: $0) },
                    amountUsd: amountUsd, usdToken: usdToken.flatMap { Address(hex: $0) }),
                from: node)
        }
        if json {
            Output.result(report.json.text)
        } else {
            for line in report.lines { Output.result(line) }
        }
        if !report.isUsable { throw ExitCode(1) }
    }
}
