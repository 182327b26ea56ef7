import Ethereum
import JSON
import NIOCore
import Testing
import Wire

@Suite(.serialized) struct HotMessageSpeedTests {
    /// Printed, and held only to a ratio that a busy machine keeps.
    @Test func readingFromTheBytesIsSeveralTimesFasterThanThroughJSON() throws {
        var reader = HotMessageReader()
        reader.register("0x1", as: .newPendingTransactions)
        let signed = try sampleTransactions()[3]
        let message = notification("0x1", transactionJSON(signed, from: .zero)).buffer
        let hot = measure { (try? reader.read(message)) == nil ? 0 : 1 }
        let json = measure { HotMessageSpeedTests.decodedThroughJSON(message) }
        let encoding = measure {
            SignedTransaction(signed.transaction, signature: signed.signature).raw.count
        }
        let scanning = hot > encoding ? hot - encoding : 0
        print(
            "hot message of \(message.readableBytes) bytes: \(hot) ns, of which encoding and"
                + " hashing anew \(encoding) ns, scanning \(scanning) ns; through JSON \(json) ns")
        #expect(json > 3 * scanning)
    }

    /// The same fields by way of a JSON value, without encoding and hashing.
    private static func decodedThroughJSON(_ message: ByteBuffer) -> Int {
        guard let json = try? JSON(parsing: message), let object = json["params"]?["result"],
            object["hash"]?.hash != nil, object["from"]?.address != nil,
            object["to"]?.address != nil, object["nonce"]?.quantity64 != nil,
            object["gas"]?.quantity64 != nil, object["value"]?.quantity != nil,
            object["maxFeePerGas"]?.quantity != nil,
            object["maxPriorityFeePerGas"]?.quantity != nil, object["type"]?.quantity64 != nil,
            object["chainId"]?.quantity64 != nil, object["yParity"]?.quantity64 != nil,
            object["r"]?.quantity != nil, object["s"]?.quantity != nil,
            let list = object["accessList"]?.array
        else { return 0 }
        let keys = list.compactMap { $0["storageKeys"]?.array?.compactMap(\.hash) }
        return (object["input"]?.data?.count ?? 0) + keys.count
    }

    /// The least of several runs, nanoseconds.
    private func measure(_ body: () -> Int) -> Int64 {
        var least = Int64.max
        var sum = 0
        for _ in 0..<20 {
            let start = NIODeadline.now()
            for _ in 0..<500 { sum &+= body() }
            least = min(least, (NIODeadline.now() - start).nanoseconds / 500)
        }
        #expect(sum > 0)
        return least
    }
}
