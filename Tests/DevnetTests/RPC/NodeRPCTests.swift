import Chain
import Devnet
import Ethereum
import JSON
import Testing
import Wire
import World

@Suite("Node's JSON-RPC")
struct NodeRPCTests {
    private let rpc = SmallChain.rpc()
    private let account = JSON.address(SmallChain.wallet(0).address)

    private func failure(_ method: String, _ params: JSON...) -> JSONRPCError? {
        #expect(throws: JSONRPCError.self) {
            try rpc.answer(method: method, params: .array(params))
        }
    }

    private static func word(_ digits: String) -> JSON {
        .string("0x" + String(repeating: "0", count: 64 - digits.count) + digits)
    }

    @Test("an unknown method is -32601, wrong parameters are -32602 and name themselves")
    func errors() {
        #expect(failure("eth_noSuchThing")?.code == -32601)
        #expect(failure("eth_getBalance")?.code == -32602)
        #expect(failure("eth_getBalance", "0x12", "latest")?.message.contains("0x12") == true)
        #expect(failure("eth_getBlockByNumber")?.code == -32602)
        for bad in ["nonsense", "0x", "0xzz", 5, true, [:], []] as [JSON] {
            #expect(failure("eth_getBlockByNumber", bad, false)?.code == -32602, "\(bad)")
            #expect(failure("eth_getBalance", account, bad)?.code == -32602, "\(bad)")
        }
        #expect(failure("eth_call", ["to": account, "data": "0x0"])?.code == -32602)
        #expect(
            failure("eth_call", ["to": account, "data": "0x01", "input": "0x02"])?.code == -32602)
        #expect(failure("eth_call", ["data": "0x01"])?.code == -32602)
        #expect(
            failure("eth_call", ["to": account], "latest", [account.string ?? "": [:]])?.code
                == -32602)
    }

    @Test("what waits is told by sender: what a block could take, and what a nonce is missing for")
    func waiting() throws {
        for nonce in [0, 1, 3] as [UInt64] {
            try rpc.send(
                SmallChain.transaction(0, nonce: nonce, to: SmallChain.wallet(1).address))
        }
        let content = try rpc.ask("txpool_contentFrom", account)
        #expect(content["pending"]?.object?.map(\.key) == ["0", "1"])
        #expect(content["queued"]?.object?.map(\.key) == ["3"])
        #expect(try rpc.ask("txpool_status") == ["pending": "0x2", "queued": "0x1"])
        try rpc.buildBlock()
        let left = try rpc.ask("txpool_contentFrom", account)
        #expect(left["pending"]?.object?.isEmpty == true)
        #expect(left["queued"]?.object?.map(\.key) == ["3"])
        let other = try rpc.ask("txpool_contentFrom", .address(SmallChain.wallet(1).address))
        #expect(other == ["pending": [:], "queued": [:]])
    }

    @Test("a block that is not there is null, and its state an error")
    func unknownBlocks() throws {
        let hash = JSON.hash(Keccak256.ofEmpty)
        for name in ["0x5", "0xffffffffffffffffffff", hash] as [JSON] {
            #expect(try rpc.ask("eth_getBlockByNumber", name, false) == .null)
            #expect(failure("eth_getBalance", account, name)?.message.contains("not found") == true)
        }
        #expect(try rpc.ask("eth_getTransactionReceipt", hash) == .null)
        #expect(try rpc.ask("eth_getTransactionByHash", hash) == .null)
        #expect(try rpc.ask("eth_getTransactionByBlockNumberAndIndex", "0x0", "0x0") == .null)
    }

    @Test("a block is named by number, tag, hash, or as in EIP-1898")
    func blockNames() throws {
        try rpc.send(SmallChain.transaction(0, to: SmallChain.wallet(1).address, value: 5))
        try rpc.buildBlock()
        let hash = JSON.hash(rpc.node.chain.head.hash)
        let balance = try rpc.ask("eth_getBalance", account)
        for name in [
            "latest", "pending", "safe", "finalized", "0x1", "0x0001", hash, ["blockHash": hash],
            ["blockHash": hash, "requireCanonical": true], ["blockNumber": "0x1"],
        ] as [JSON] {
            #expect(try rpc.ask("eth_getBalance", account, name) == balance, "\(name)")
        }
        let before = try rpc.ask("eth_getBalance", account, "earliest")
        #expect(before == .quantity(100 &* SmallChain.ether))
        #expect(before != balance)
    }

    @Test("a transaction waits, is mined, and has a receipt with its place")
    func lifecycle() throws {
        let first = try SmallChain.transaction(1, to: SmallChain.logger, tip: 9 &* SmallChain.gwei)
        let second = try SmallChain.transaction(0, to: SmallChain.logger)
        try rpc.send(second)
        try rpc.send(first)
        let hash = JSON.hash(second.signed.hash)
        #expect(try rpc.ask("eth_getTransactionByHash", hash)["blockHash"] == .null)
        #expect(try rpc.ask("eth_getTransactionReceipt", hash) == .null)
        #expect(try rpc.ask("eth_getTransactionCount", account, "pending") == "0x1")
        #expect(try rpc.ask("eth_getTransactionCount", account, "latest") == "0x0")
        try rpc.buildBlock()
        let block = rpc.node.chain.head
        let receipt = try rpc.ask("eth_getTransactionReceipt", hash)
        #expect(receipt["transactionIndex"] == "0x1")
        #expect(receipt["blockHash"] == .hash(block.hash))
        #expect(receipt["status"] == "0x1")
        #expect(receipt["logs"]?[0]?["logIndex"] == "0x1")
        #expect(receipt["logs"]?[0]?["topics"] == [Self.word("7")])
        let price = (block.header.baseFeePerGas ?? .zero) &+ SmallChain.gwei
        #expect(receipt["effectiveGasPrice"] == .quantity(price))
        let mined = try rpc.ask("eth_getTransactionByHash", hash)
        #expect(mined["gasPrice"] == .quantity(price))
        #expect(mined["transactionIndex"] == "0x1")
        #expect(try rpc.ask("eth_getTransactionByBlockNumberAndIndex", "0x1", "0x1") == mined)
        #expect(
            try rpc.ask("eth_getTransactionByBlockHashAndIndex", .hash(block.hash), "0x1") == mined)
        #expect(try rpc.ask("eth_getTransactionByBlockNumberAndIndex", "0x1", "0x2") == .null)
        #expect(try rpc.ask("eth_getRawTransactionByHash", hash) == .data(second.signed.raw))
        #expect(
            try rpc.ask("eth_getBlockReceipts", "0x1")[1] == receipt)
    }

    @Test("a call returns, or fails with what it reverted with")
    func calls() throws {
        let good = try rpc.ask(
            "eth_call", ["to": .address(SmallChain.counter), "from": account], "latest")
        #expect(good == "0x")
        let call: JSON = ["to": .address(SmallChain.reverter)]
        let failure = failure("eth_call", call, "latest")
        #expect(failure?.code == 3)
        #expect(failure?.message == "execution reverted: no")
        #expect(failure?.data == .data(SmallChain.revertData))
        #expect(self.failure("eth_estimateGas", call)?.code == 3)
        // Nothing of it stays.
        #expect(
            try rpc.ask("eth_getStorageAt", .address(SmallChain.counter), "0x0", "latest")
                == Self.word(""))
    }

    @Test("an estimate is the least gas that suffices")
    func estimates() throws {
        #expect(try rpc.ask("eth_estimateGas", ["from": account, "to": account]) == "0x5208")
        let estimate = try rpc.ask(
            "eth_estimateGas", ["from": account, "to": .address(SmallChain.counter)], "latest")
        let gas = try #require(estimate.quantity64)
        try rpc.send(SmallChain.transaction(0, gasLimit: gas))
        try rpc.send(SmallChain.transaction(1, gasLimit: gas - 1, tip: 2 &* SmallChain.gwei))
        try rpc.buildBlock()
        let statuses = rpc.node.chain.head.transactions.map { $0.outcome.status == .success }
        #expect(statuses == [false, true])
    }

    @Test("the mempool's refusals come in the words of geth, and -32000")
    func refusals() throws {
        let cases: [(BlockBuilder.Candidate, String)] = try [
            (SmallChain.transaction(9), "insufficient funds"),
            (SmallChain.transaction(0, gasLimit: 20_000), "intrinsic gas too low"),
            (SmallChain.transaction(0, chainId: 5), "invalid chain id"),
        ]
        for (candidate, words) in cases {
            let failure = failure("eth_sendRawTransaction", .data(candidate.signed.raw))
            #expect(failure?.code == -32000)
            #expect(failure?.message.hasPrefix(words) == true, "\(String(describing: failure))")
        }
        let noBytes = failure("eth_sendRawTransaction", "0x0201")
        #expect(noBytes?.message.hasPrefix("unable to decode") == true)
        #expect(
            failure("eth_sendTransaction", ["from": .address(SmallChain.wallet(1).address)])?
                .message
                == "unknown account")
    }

    @Test("logs are of the blocks asked for, from beyond the head none")
    func logs() throws {
        try rpc.send(SmallChain.transaction(0, to: SmallChain.logger))
        try rpc.buildBlock()
        try rpc.send(SmallChain.transaction(0, nonce: 1, to: SmallChain.logger))
        try rpc.buildBlock()
        func count(_ filter: JSON) throws -> Int? {
            try rpc.ask("eth_getLogs", filter).array?.count
        }
        #expect(try count(["fromBlock": "0x0", "toBlock": "latest"]) == 2)
        #expect(try count(["fromBlock": "0x1", "toBlock": "0x1"]) == 1)
        #expect(try count([:]) == 1)
        #expect(try count(["fromBlock": "0x2", "toBlock": "0x99"]) == 1)
        #expect(try count(["fromBlock": "0x3"]) == 0)
        #expect(try count(["fromBlock": "earliest", "topics": [Self.word("7")]]) == 2)
        #expect(
            try count(["fromBlock": "earliest", "topics": [[Self.word("7"), Self.word("8")]]]) == 2)
        #expect(try count(["fromBlock": "earliest", "topics": [Self.word("8")]]) == 0)
        #expect(try count(["fromBlock": "earliest", "topics": [.null, .null]]) == 0)
        #expect(try count(["fromBlock": "earliest", "address": account]) == 0)
        #expect(try count(["blockHash": .hash(rpc.node.chain.blocks[1].hash)]) == 1)
        #expect(failure("eth_getLogs", ["fromBlock": "0x2", "toBlock": "0x1"])?.code == -32602)
        #expect(failure("eth_getLogs", ["address": "0x12"])?.code == -32602)
    }

    @Test("the fee history has a fee more than blocks, and rewards where they are asked for")
    func feeHistory() throws {
        try rpc.send(SmallChain.transaction(0, tip: 3))
        try rpc.send(SmallChain.transaction(1, tip: 7))
        try rpc.buildBlock()
        try rpc.buildBlock()
        let history = try rpc.ask("eth_feeHistory", "0x2", "latest", [0, 100])
        #expect(history["oldestBlock"] == "0x1")
        #expect(history["baseFeePerGas"]?.array?.count == 3)
        #expect(history["gasUsedRatio"]?.array?.count == 2)
        #expect(history["reward"] == [["0x3", "0x7"], ["0x0", "0x0"]])
        #expect(try rpc.ask("eth_feeHistory", 2, "latest", [])["reward"] == nil)
        #expect(try rpc.ask("eth_feeHistory", "0x400", "latest")["oldestBlock"] == "0x0")
        #expect(try rpc.ask("eth_feeHistory", "0x0", "latest")["gasUsedRatio"] == [])
        for bad in [[50, 10], [101], [-1], ["half"]] as [JSON] {
            #expect(failure("eth_feeHistory", "0x1", "latest", bad)?.code == -32602, "\(bad)")
        }
        #expect(failure("eth_feeHistory", "0x1", "0x99")?.code == -32000)
    }
}
