import ArgumentParser
import Foundation

/// The program: one file a command.
@main
struct JitBot: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jit-bot",
        abstract: "Just-in-time liquidity for Uniswap V3: proven before it is sent.",
        discussion: "The swapper is never worse off: a bundle for which that is not proven, to the "
            + "wei, is not made.",
        version: "0.1.0",
        subcommands: [
            DemoCommand.self, DevnetCommand.self, RunCommand.self, StrategyCommand.self,
            BlockCommand.self,
            PoolCommand.self, DetectCommand.self, BacktestCommand.self,
        ])

    /// Parses, runs and exits: 0 ok, 1 a check failed, 2 usage, 3 configuration, 4 refused for
    /// safety, 5 upstream unreachable. Results are on standard output; messages, with `--json` too,
    /// on standard error.
    static func main() {
        var parsed: (any ParsableCommand)?
        do {
            var command = try parseAsRoot()
            parsed = command
            try command.run()
        } catch {
            end(after: error, in: parsed.map { type(of: $0) } ?? JitBot.self)
        }
    }

    private static func end(after error: any Error, in command: any ParsableCommand.Type) -> Never {
        if let error = error as? ProgramFailure {
            Output.note("jit-bot: \(error)")
            Foundation.exit(error.kind.rawValue)
        }
        if let error = error as? ValidationError, command != JitBot.self {
            // Found while running: the usage is right, a value is not.
            Output.note("jit-bot: \(error.message)")
            Foundation.exit(2)
        }
        let message = command.fullMessage(for: error)
        switch command.exitCode(for: error) {
        case .success:
            // Help and version are what was asked for.
            Output.result(message)
            Foundation.exit(0)
        case .validationFailure:
            Output.note(message)
            Foundation.exit(2)
        default:
            if !message.isEmpty { Output.note(message) }
            Foundation.exit(1)
        }
    }
}
