import Ethereum
import JSON

extension BlockHeader {
    /// A header of the fields that nodes answer with (eth_getBlockByNumber).
    package init(recorded fields: JSONObject) throws(FieldError) {
        let bloom = try fields.bytes("logsBloom")
        guard let logsBloom = LogsBloom(bytes: bloom) else {
            throw FieldError(
                field: "logsBloom", expected: "256 bytes", found: "\(bloom.count) bytes")
        }
        self.init(
            parentHash: try fields.hash("parentHash"), ommersHash: try fields.hash("sha3Uncles"),
            coinbase: try fields.address("miner"), stateRoot: try fields.hash("stateRoot"),
            transactionsRoot: try fields.hash("transactionsRoot"),
            receiptsRoot: try fields.hash("receiptsRoot"), logsBloom: logsBloom,
            difficulty: try fields.word("difficulty"), number: try fields.uint64("number"),
            gasLimit: try fields.uint64("gasLimit"), gasUsed: try fields.uint64("gasUsed"),
            timestamp: try fields.uint64("timestamp"), extraData: try fields.bytes("extraData"),
            prevRandao: try fields.hash("mixHash"), nonce: try fields.uint64("nonce"))
        if fields.holds("baseFeePerGas") { baseFeePerGas = try fields.word("baseFeePerGas") }
        if fields.holds("withdrawalsRoot") {
            withdrawalsRoot = try fields.hash("withdrawalsRoot")
        }
        if fields.holds("blobGasUsed") { blobGasUsed = try fields.uint64("blobGasUsed") }
        if fields.holds("excessBlobGas") { excessBlobGas = try fields.uint64("excessBlobGas") }
        if fields.holds("parentBeaconBlockRoot") {
            parentBeaconBlockRoot = try fields.hash("parentBeaconBlockRoot")
        }
        if fields.holds("requestsHash") { requestsHash = try fields.hash("requestsHash") }
        if fields.holds("blockAccessListHash") {
            blockAccessListHash = try fields.hash("blockAccessListHash")
        }
        if fields.holds("slotNumber") { slotNumber = try fields.uint64("slotNumber") }
    }

    /// The fork that the fields tell, for a chain whose schedule is not known. Nothing in a header
    /// tells Osaka from Prague.
    var forkOfFields: Fork {
        if blockAccessListHash != nil { return .amsterdam }
        if requestsHash != nil { return .prague }
        if excessBlobGas != nil { return .cancun }
        if withdrawalsRoot != nil { return .shanghai }
        return difficulty.isZero ? .paris : .london
    }
}

extension JSONObject {
    /// Whether there is a member of this name that is not null.
    func holds(_ name: String) -> Bool {
        guard let value = self[name] else { return false }
        return value != .null
    }
}
