import Ethereum
import JSON
import Relay
import Testing
import Wire

@Suite("Bundle requests")
struct BundleRequestTests {
    static let hash = "0x" + String(repeating: "ab", count: 32)
    static let uuid = "f47ac10b-58cc-4372-a567-0e02b2c3d479"

    /// A request's parameters: the least there can be, and what is given.
    static func params(_ members: (String, JSON)...) -> JSON {
        var object: [JSON.Member] = [.init("txs", ["0x01"]), .init("blockNumber", "0x10")]
        for (key, value) in members {
            object.removeAll { $0.key == key }
            object.append(.init(key, value))
        }
        return .array([.object(object)])
    }

    private func failure(_ params: JSON) -> JSONRPCError? {
        #expect(throws: JSONRPCError.self) { try SendBundleRequest(params) }
    }

    @Test("what is written is read as the same")
    func roundTrip() throws {
        let full = SendBundleRequest(
            transactions: [[1, 2], [3]], blockNumber: 17, minTimestamp: 1, maxTimestamp: 2,
            revertingTxHashes: [Keccak256.ofEmpty], replacementUuid: Self.uuid,
            builders: ["flashbots", "Titan"])
        #expect(try SendBundleRequest(full.params) == full)
        let least = SendBundleRequest(transactions: [[1]], blockNumber: 16)
        #expect(try SendBundleRequest(least.params) == least)
        #expect(least.params == Self.params())
        let call = CallBundleRequest(
            transactions: [[1]], blockNumber: 17, stateBlockNumber: 16, timestamp: 9)
        #expect(try CallBundleRequest(call.params) == call)
        let latest = CallBundleRequest(transactions: [[1]], blockNumber: 17)
        #expect(try CallBundleRequest(latest.params) == latest)
    }

    @Test("0, null and empty lists are what clients send for nothing")
    func nothing() throws {
        let request = try SendBundleRequest(
            Self.params(
                ("minTimestamp", 0), ("maxTimestamp", 0), ("revertingTxHashes", []),
                ("replacementUuid", .null), ("builders", .null)))
        #expect(request == SendBundleRequest(transactions: [[1]], blockNumber: 16))
    }

    @Test("numbers may be quantities or numbers, UUIDs of either case")
    func forms() throws {
        let request = try SendBundleRequest(
            Self.params(
                ("blockNumber", 16), ("minTimestamp", "0x5"), ("maxTimestamp", 7),
                ("replacementUuid", .string(Self.uuid.uppercased()))))
        #expect(
            request
                == SendBundleRequest(
                    transactions: [[1]], blockNumber: 16, minTimestamp: 5, maxTimestamp: 7,
                    replacementUuid: Self.uuid))
    }

    @Test(
        "what is missing or of another kind is named",
        arguments: [
            ([], "expected one object"), ([7], "expected one object"),
            (params(("txs", [])), "missing txs"), (params(("txs", .null)), "missing txs"),
            (params(("txs", ["01"])), "unable to decode txs"),
            (params(("txs", ["0x0"])), "unable to decode txs"),
            (params(("txs", [1])), "unable to decode txs"),
            (params(("blockNumber", .null)), "missing blockNumber"),
            (params(("blockNumber", "16")), "missing blockNumber"),
            (params(("blockNumber", "0x10000000000000000")), "missing blockNumber"),
            (params(("minTimestamp", "soon")), "minTimestamp"),
            (params(("maxTimestamp", -1)), "maxTimestamp"),
            (params(("revertingTxHashes", ["0x12"])), "revertingTxHashes"),
            (params(("replacementUuid", "mine")), "replacementUuid"),
            (params(("replacementUuid", 7)), "replacementUuid"),
            (
                params(("replacementUuid", "f47ac10b-58cc-4372-a567-0e02b2c3d47g")),
                "replacementUuid"
            ),
        ] as [(JSON, String)])
    func refusals(_ params: JSON, _ words: String) {
        let failure = failure(params)
        #expect(failure?.message.contains(words) == true, "\(String(describing: failure))")
    }

    @Test("100 transactions are a bundle, 101 are none")
    func transactions() throws {
        func list(_ count: Int) -> JSON {
            Self.params(("txs", .array(Array(repeating: "0x01", count: count))))
        }
        #expect(try SendBundleRequest(list(100)).transactions.count == 100)
        #expect(failure(list(101))?.message.hasPrefix("invalid bundle body size") == true)
        #expect(throws: JSONRPCError.self) { try CallBundleRequest(list(101)) }
    }

    @Test("300,000 bytes are a bundle, one more is none")
    func bytes() throws {
        func list(_ count: Int) -> JSON {
            Self.params(
                ("txs", ["0x0102", .data(Array(repeating: 1 as UInt8, count: count - 2))]))
        }
        #expect(try SendBundleRequest(list(300_000)).transactions[1].count == 299_998)
        #expect(failure(list(300_001))?.message.hasPrefix("invalid bundle body size") == true)
    }

    @Test("a hash gives a UUID of version 4")
    func names() throws {
        let name = BundleUuid.from(Keccak256.ofEmpty)
        #expect(name == "c5d24601-86f7-433c-927e-7db2dcc703c0")
        let request = try SendBundleRequest(Self.params(("replacementUuid", .string(name))))
        #expect(request.replacementUuid == name)
    }
}
