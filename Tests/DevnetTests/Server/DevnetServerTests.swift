import Chain
import Devnet
import Ethereum
import JSON
import NIOCore
import NIOHTTP1
import NIOPosix
import Relay
import Testing
import Wire
import World

@Suite("Devnet on sockets")
struct DevnetServerTests {
    private let loop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()

    /// Runs with a devnet on free ports that builds its blocks itself, and stops it.
    private func withServer(_ body: (DevnetServer) async throws -> Void) async throws {
        let server = try await DevnetServer.start(
            chain: SmallChain.chain(), coinbase: SmallChain.coinbase, seed: 1, unlocked: [],
            .init(port: 0, relayPort: 0, blockTimeSeconds: 0.05), on: loop,
            now: { SmallChain.genesisTime }
        ).get()
        do {
            try await body(server)
        } catch {
            try await server.shutdown().get()
            throw error
        }
        try await server.shutdown().get()
    }

    private func connection(_ port: Int) throws -> HTTPConnection {
        try HTTPConnection(Endpoint("http://127.0.0.1:\(port)"), on: loop)
    }

    /// Asks until there is an answer.
    private func poll(_ client: JSONRPCClient, _ method: String, _ params: JSON) async throws
        -> JSON
    {
        for _ in 0..<500 {
            let answer = try await client.call(method, params).get()
            if !answer.isNull { return answer }
            try await Task.sleep(for: .milliseconds(20))
        }
        return .null
    }

    @Test("a transaction and a bundle are sent over HTTP and mined by the clock")
    func http() async throws {
        try await withServer { server in
            let http = try connection(server.rpcPort)
            let client = JSONRPCClient(http)
            #expect(try await client.call("eth_chainId").get() == "0x7a69")
            let first = try SmallChain.transaction(0)
            let sent = try await client.call(
                "eth_sendRawTransaction", [.data(first.signed.raw)]
            ).get()
            #expect(sent == .hash(first.signed.hash))
            let receipt = try await poll(client, "eth_getTransactionReceipt", [sent])
            #expect(receipt["status"] == "0x1")
            await #expect(throws: JSONRPCError.methodNotFound("eth_noSuchThing")) {
                try await client.call("eth_noSuchThing").get()
            }

            let key = SmallChain.wallet(7).key
            let relayHTTP = try connection(server.relayPort)
            let relay = JSONRPCClient(relayHTTP) { body in
                [
                    FlashbotsSignature.headerName: FlashbotsSignature.headerValue(
                        body: Array(body.readableBytesView), key: key)
                ]
            }
            let bundle = try [SmallChain.transaction(1), SmallChain.transaction(2)]
            // The clock may tick past the block before a busy machine has sent the bundle.
            var target: UInt64 = 0
            var request = SendBundleRequest(transactions: [], blockNumber: 0)
            for attempt in 1... {
                target = (try await client.call("eth_blockNumber").get().quantity64 ?? 0) + 20
                request = SendBundleRequest(
                    transactions: bundle.map(\.signed.raw), blockNumber: target)
                do {
                    _ = try await relay.call("eth_sendBundle", request.params).get()
                    break
                } catch let error as JSONRPCError where attempt < 20 {
                    #expect(error.message.contains("the head is"))
                }
            }
            for candidate in bundle {
                let receipt = try await poll(
                    client, "eth_getTransactionReceipt", [.hash(candidate.signed.hash)])
                #expect(receipt["blockNumber"] == .quantity(target))
            }
            let unsigned = JSONRPCClient(relayHTTP)
            await #expect(throws: JSONRPCError(code: -32600, message: "signature is required")) {
                try await unsigned.call("eth_sendBundle", request.params).get()
            }
            // A relay is no node, and a node no relay.
            await #expect(throws: JSONRPCError.methodNotFound("eth_blockNumber")) {
                try await relay.call("eth_blockNumber").get()
            }
            await #expect(throws: JSONRPCError.methodNotFound("eth_sendBundle")) {
                try await client.call("eth_sendBundle", request.params).get()
            }
            try await http.close().get()
            try await relayHTTP.close().get()
        }
    }

    @Test("subscriptions push heads, pending transactions and logs, until they end")
    func subscriptions() async throws {
        try await withServer { server in
            let (stream, messages) = AsyncStream.makeStream(of: JSON.self)
            let loop = loop
            let endpoint = try Endpoint("ws://127.0.0.1:\(server.rpcPort)")
            let socket = try await loop.flatSubmit {
                JSONRPCSocket.open(
                    endpoint, on: loop,
                    random: { UInt64.random(in: 0 ... .max) },
                    onNotification: { bytes in
                        if let json = try? JSON(parsing: bytes) { messages.yield(json) }
                    },
                    onClose: { _ in messages.finish() })
            }.get()
            let heads = try await socket.subscribe(["newHeads"]).get()
            let pending = try await socket.subscribe(["newPendingTransactions"]).get()
            let whole = try await socket.subscribe(["newPendingTransactions", true]).get()
            let logs = try await socket.subscribe(
                ["logs", ["address": .address(SmallChain.logger)]]
            ).get()
            #expect(Set([heads, pending, whole, logs]).count == 4)
            let candidate = try SmallChain.transaction(0, to: SmallChain.logger)
            let hash = JSON.hash(candidate.signed.hash)
            _ = try await socket.call(
                "eth_sendRawTransaction", [.data(candidate.signed.raw)]
            ).get()

            var received: [String: [JSON]] = [:]
            for await message in stream {
                #expect(message["method"] == "eth_subscription")
                let id = message["params"]?["subscription"]?.string ?? ""
                received[id, default: []].append(message["params"]?["result"] ?? .null)
                if received[logs] != nil, (received[heads]?.count ?? 0) > 1 { break }
            }
            #expect(received[pending] == [hash])
            #expect(received[whole]?.map { $0["hash"] } == [hash])
            #expect(received[logs]?.map { $0["transactionHash"] } == [hash])
            let announced = received[heads] ?? []
            for (parent, child) in zip(announced, announced.dropFirst()) {
                #expect(child["parentHash"] == parent["hash"])
            }
            #expect(try await socket.call("eth_unsubscribe", [.string(heads)]).get() == true)
            #expect(try await socket.call("eth_unsubscribe", [.string(heads)]).get() == false)
            await #expect(throws: JSONRPCError.self) {
                try await socket.subscribe(["noSuchThing"]).get()
            }
            socket.close()
        }
    }
}
