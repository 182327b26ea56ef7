import Ethereum
import Wire

/// `jit-bot devnet` as a process of its own, and where it listens.
struct DevnetProcess {
    let program: ChildProgram
    let rpcURL: String
    let wsURL: String
    let relayURL: String

    /// Seconds in which a devnet must be ready.
    private static let startSeconds = 60.0

    /// Starts a devnet of this seed. Its clock is logical where `blockTimeSeconds` is nil: a block
    /// is built when it is asked for.
    init(
        program path: String, artifacts: String, seed: UInt64, blockTimeSeconds: Double? = nil
    ) throws {
        var arguments = [
            "devnet", "--port", "0", "--relay-port", "0", "--seed", "\(seed)", "--json",
            "--with-parent", "--artifacts", artifacts,
        ]
        if let blockTimeSeconds {
            arguments += ["--block-time", "\(blockTimeSeconds)"]
        } else {
            arguments.append("--logical-clock")
        }
        program = try ChildProgram(program: path, arguments: arguments)
        let description = try program.wait(for: "its first line", seconds: Self.startSeconds) {
            $0.first
        }
        guard let rpcURL = description["rpcURL"]?.string, let wsURL = description["wsURL"]?.string,
            let relayURL = description["relayURL"]?.string
        else {
            throw ChildProgram.Failure.notJSON(command: program.name, line: description.text)
        }
        self.rpcURL = rpcURL
        self.wsURL = wsURL
        self.relayURL = relayURL
    }
}
