import ArgumentParser
import JSON
import World

/// `jit-bot strategy examples`: the literature's examples at the fair prices that decide.
struct StrategyExamplesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "examples",
        abstract: "Compute the literature's examples, and again with a market that has moved.",
        discussion:
            "Two tables in Markdown, dollars before gas: the best liquidity over a whole way, and "
            + "the best range under a cap of capital. The first row of each example has the fair "
            + "price of the pool and no share of the protocol, as published.")

    @Flag(help: "Print one JSON array and nothing else.")
    var json = false

    func run() {
        let examples = PublishedExamples()
        if json {
            Output.result(examples.json.text)
        } else {
            for line in examples.lines { Output.result(line) }
        }
    }
}
