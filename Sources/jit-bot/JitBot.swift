import ArgumentParser

@main
struct JitBot: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jit-bot", abstract: "Just-in-time liquidity for Uniswap V3, proven before it is sent.")
}
