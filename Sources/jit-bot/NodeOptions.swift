import ArgumentParser
import Foundation
import NIOPosix
import Wire

/// The node that a command asks.
struct NodeOptions: ParsableArguments {
    @Option(help: "The node's JSON-RPC over HTTP (default: $RPC_URL_HTTP).")
    var rpc: String?

    /// Runs `body` with a client of the node; a node that does not answer ends the program with 5.
    func withNode<Result>(_ body: (JSONRPCClient) throws -> Result) throws -> Result {
        guard let text = rpc ?? ProcessInfo.processInfo.environment["RPC_URL_HTTP"], !text.isEmpty
        else {
            throw ProgramFailure(
                .configuration, "no node is named: use --rpc URL or set RPC_URL_HTTP.")
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        do {
            let endpoint = try Endpoint(text)
            return try body(
                JSONRPCClient(
                    try HTTPConnection(
                        endpoint, on: group.next(), .init(requestTimeout: .seconds(30)))))
        } catch let error as EndpointError {
            throw ProgramFailure(.configuration, "--rpc: \(error)")
        } catch {
            throw ProgramFailure(error, doing: "asking the node")
        }
    }
}
