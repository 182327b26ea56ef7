extension BlockHeader {
    /// The list of the fields.
    public var encoded: [UInt8] {
        var writer = RLPWriter(capacity: 700)
        writer.list { fields in
            fields.append(parentHash)
            fields.append(ommersHash)
            fields.append(coinbase)
            fields.append(stateRoot)
            fields.append(transactionsRoot)
            fields.append(receiptsRoot)
            fields.append(logsBloom.bytes)
            fields.append(difficulty)
            fields.append(number)
            fields.append(gasLimit)
            fields.append(gasUsed)
            fields.append(timestamp)
            fields.append(extraData)
            fields.append(prevRandao)
            fields.append(UInt256(nonce).bigEndianBytes.suffix(8))
            appendForkFields(to: &fields)
        }
        return writer.bytes
    }

    private func appendForkFields(to fields: inout RLPWriter) {
        guard let baseFeePerGas else { return }
        fields.append(baseFeePerGas)
        guard let withdrawalsRoot else { return }
        fields.append(withdrawalsRoot)
        guard let blobGasUsed else { return }
        fields.append(blobGasUsed)
        guard let excessBlobGas else { return }
        fields.append(excessBlobGas)
        guard let parentBeaconBlockRoot else { return }
        fields.append(parentBeaconBlockRoot)
        guard let requestsHash else { return }
        fields.append(requestsHash)
        guard let blockAccessListHash else { return }
        fields.append(blockAccessListHash)
        guard let slotNumber else { return }
        fields.append(slotNumber)
    }

    /// The header that exactly these bytes encode.
    public init(decoding bytes: [UInt8]) throws(RLPDecodingError) {
        var input = RLPReader(bytes)
        self = try BlockHeader(reading: &input)
        try input.finish()
    }

    /// Reads a header from a list that holds more, as a block does.
    public init(reading input: inout RLPReader) throws(RLPDecodingError) {
        var fields = try input.list()
        parentHash = try fields.hash()
        ommersHash = try fields.hash()
        coinbase = try fields.address()
        stateRoot = try fields.hash()
        transactionsRoot = try fields.hash()
        receiptsRoot = try fields.hash()
        logsBloom = try fields.logsBloom()
        difficulty = try fields.uint256()
        number = try fields.uint64()
        gasLimit = try fields.uint64()
        gasUsed = try fields.uint64()
        timestamp = try fields.uint64()
        extraData = Array(try fields.bytes())
        prevRandao = try fields.hash()
        nonce = try fields.blockNonce()
        baseFeePerGas = fields.isAtEnd ? nil : try fields.uint256()
        withdrawalsRoot = fields.isAtEnd ? nil : try fields.hash()
        blobGasUsed = fields.isAtEnd ? nil : try fields.uint64()
        excessBlobGas = fields.isAtEnd ? nil : try fields.uint64()
        parentBeaconBlockRoot = fields.isAtEnd ? nil : try fields.hash()
        requestsHash = fields.isAtEnd ? nil : try fields.hash()
        blockAccessListHash = fields.isAtEnd ? nil : try fields.hash()
        slotNumber = fields.isAtEnd ? nil : try fields.uint64()
        try fields.finish()
    }
}

extension RLPReader {
    /// Exactly 8 bytes.
    fileprivate mutating func blockNonce() throws(RLPDecodingError) -> UInt64 {
        let start = position
        let payload = try bytes()
        guard payload.count == 8 else {
            throw RLPDecodingError(
                offset: start, cause: .wrongSize(bytes: payload.count, expected: 8))
        }
        return payload.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
