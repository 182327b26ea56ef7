import Chain
import Devnet
import Ethereum
import JSON
import Relay
import Testing
import Wire
import World

@Suite("Relay's JSON-RPC")
struct RelayRPCTests {
    private let node = SmallChain.rpc()
    private let relay: RelayRPC
    private let key = SmallChain.wallet(7).key

    init() { relay = RelayRPC(nodeRPC: node) }

    /// A call with the signature of its body.
    private func ask(_ method: String, _ params: JSON) throws -> JSON {
        let body = Array("any body".utf8)
        return try relay.answer(
            method: method, params: params, body: body,
            signatureHeader: FlashbotsSignature.headerValue(body: body, key: key))
    }

    private func failure(_ method: String, _ params: JSON) -> JSONRPCError? {
        #expect(throws: JSONRPCError.self) { try ask(method, params) }
    }

    private func send(
        _ candidates: [BlockBuilder.Candidate], block: UInt64 = 1, mayFail: [Hash32] = []
    ) throws -> JSON {
        try ask(
            "eth_sendBundle",
            SendBundleRequest(
                transactions: candidates.map(\.signed.raw), blockNumber: block,
                revertingTxHashes: mayFail
            ).params)
    }

    @Test("without the body's signature nothing is answered")
    func signatures() {
        for header in [nil, "", FlashbotsSignature.headerValue(body: [1], key: key)] {
            let failure = #expect(throws: JSONRPCError.self) {
                try relay.answer(
                    method: "flashbots_getUserStatsV2", params: [[:]], body: [2],
                    signatureHeader: header)
            }
            #expect(failure?.code == -32600)
        }
        #expect(failure("eth_blockNumber", [])?.code == -32601)
    }

    @Test("the hash of a bundle is that of its transactions' hashes")
    func bundleHash() throws {
        let bundle = try [SmallChain.transaction(0), SmallChain.transaction(1)]
        let answer = try send(bundle)
        #expect(
            answer["bundleHash"]
                == .hash(Keccak256.hash(bundle.flatMap { $0.signed.hash.bytes })))
        try node.buildBlock()
        #expect(node.node.minedHashes == bundle.map(\.signed.hash))
    }

    @Test("what is simulated is what is mined, to the wei")
    func simulation() throws {
        let bundle = try [
            SmallChain.transaction(0), SmallChain.transaction(1),
            SmallChain.transaction(2, to: SmallChain.coinbase, value: 77),
            SmallChain.transaction(3, to: SmallChain.reverter),
        ]
        let simulated = try ask(
            "eth_callBundle",
            CallBundleRequest(
                transactions: bundle.map(\.signed.raw), blockNumber: 1, stateBlockNumber: 0
            ).params)
        _ = try send(bundle, mayFail: [bundle[3].signed.hash])
        try node.buildBlock()
        let chain = node.node.chain
        let mined = chain.head.transactions
        #expect(mined.count == 4)
        let earned =
            (chain.state.account(SmallChain.coinbase)?.balance ?? .zero)
            &- (chain.state(after: 0)?.account(SmallChain.coinbase)?.balance ?? .zero)
        #expect(simulated["coinbaseDiff"]?.string == earned.description)
        #expect(simulated["ethSentToCoinbase"] == "77")
        #expect(simulated["totalGasUsed"]?.uint64 == chain.head.header.gasUsed)
        #expect(simulated["stateBlockNumber"] == 0)
        for (index, executed) in mined.enumerated() {
            let result = simulated["results"]?[index]
            #expect(result?["gasUsed"]?.uint64 == executed.outcome.gasUsed)
            #expect(result?["gasPrice"]?.string == executed.outcome.effectiveGasPrice.description)
            #expect(result?["txHash"] == .hash(executed.signed.hash))
        }
        #expect(simulated["results"]?[2]?["value"] == "0x")
        #expect(simulated["results"]?[3]?["error"] == "execution reverted")
        #expect(simulated["results"]?[3]?["value"] == nil)
        // A simulation leaves nothing behind.
        #expect(node.node.chain.head.number == 1)
    }

    @Test("what cannot be executed is told in the words of the relays")
    func simulationErrors() throws {
        func error(_ candidate: BlockBuilder.Candidate) -> String? {
            failure(
                "eth_callBundle",
                CallBundleRequest(transactions: [candidate.signed.raw], blockNumber: 1).params
            )?.message
        }
        let high = try #require(error(SmallChain.transaction(0, nonce: 3)))
        #expect(high.contains("nonce too high: address"))
        #expect(high.contains("tx: 3 state: 0"))
        let unknown = failure(
            "eth_callBundle",
            CallBundleRequest(
                transactions: [try SmallChain.transaction(0).signed.raw], blockNumber: 9,
                stateBlockNumber: 8
            ).params)
        #expect(unknown?.message.contains("header not found") == true)
        #expect(
            failure("eth_sendBundle", [["txs": ["0x02"], "blockNumber": "0x1"]])?.message
                .hasPrefix("unable to decode txs") == true)
    }

    @Test("a bundle for a block that is there is refused")
    func lateBundles() throws {
        try node.buildBlock()
        let candidate = try SmallChain.transaction(0)
        #expect(throws: JSONRPCError.self) { try send([candidate], block: 1) }
        _ = try send([candidate], block: 2)
    }

    @Test("a private transaction is tried block after block, unseen, until its last")
    func privateTransactions() throws {
        let waiting = try SmallChain.transaction(0, nonce: 1)
        let answer = try ask(
            "eth_sendPrivateTransaction",
            [["tx": .data(waiting.signed.raw), "maxBlockNumber": 3]])
        #expect(answer == .hash(waiting.signed.hash))
        #expect(node.node.mempool.count == 0)
        try node.buildBlock()
        try node.buildBlock()
        #expect(node.node.minedHashes.isEmpty)
        try node.send(SmallChain.transaction(0))
        try node.buildBlock()
        // Bundles come first: its nonce is there one block later than its time ends.
        #expect(node.node.minedHashes.count == 1)
        try node.buildBlock()
        #expect(node.node.minedHashes.isEmpty)
        _ = try ask("eth_sendPrivateTransaction", [["tx": .data(waiting.signed.raw)]])
        try node.buildBlock()
        #expect(node.node.minedHashes == [waiting.signed.hash])
        #expect(
            failure(
                "eth_sendPrivateTransaction",
                [["tx": .data(waiting.signed.raw), "maxBlockNumber": 5]])?.message
                == "maxBlockNumber is 5, the head is 5")
    }

    @Test("a private transaction is cancelled by its hash, by its sender alone")
    func cancelling() throws {
        let candidate = try SmallChain.transaction(0)
        _ = try ask("eth_sendPrivateTransaction", [["tx": .data(candidate.signed.raw)]])
        let params: JSON = [["txHash": .hash(candidate.signed.hash)]]
        let foreign = SmallChain.wallet(8).key
        #expect(
            try relay.answer(
                method: "eth_cancelPrivateTransaction", params: params, body: [1],
                signatureHeader: FlashbotsSignature.headerValue(body: [1], key: foreign)) == false)
        #expect(try ask("eth_cancelPrivateTransaction", params) == true)
        #expect(try ask("eth_cancelPrivateTransaction", params) == false)
        try node.buildBlock()
        #expect(node.node.minedHashes.isEmpty)
    }

    @Test("the statistics know a bundle after its block, also later")
    func statistics() throws {
        let hash = try send([try SmallChain.transaction(0)])["bundleHash"] ?? .null
        func isSimulated() throws -> JSON? {
            try ask("flashbots_getBundleStatsV2", [["bundleHash": hash, "blockNumber": "0x1"]])[
                "isSimulated"]
        }
        #expect(try isSimulated() == false)
        try node.buildBlock()
        #expect(try isSimulated() == true)
        try node.buildBlock()
        #expect(try isSimulated() == true)
        #expect(try ask("flashbots_getUserStats", [[:]])["isHighPriority"] == false)
    }
}
