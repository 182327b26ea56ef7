import Ethereum

/// The header of a new head as a node describes it.
public struct HeadMessage: Equatable, Sendable {
    public let header: BlockHeader
    /// The hash that the node states. A fork that appends fields which are unknown here makes it
    /// another than that of `header`.
    public let statedHash: Hash32

    public init(header: BlockHeader, statedHash: Hash32) {
        self.header = header
        self.statedHash = statedHash
    }

    /// Whether the fields hash to what is stated (some 3 µs).
    public var isConsistent: Bool { header.hash == statedHash }

    /// Reads the object that the scanner is at.
    static func read(_ scanner: inout HotScanner) throws(HotMessageError) -> HeadMessage {
        let start = scanner.offset
        var fields = HeadFields()
        try scanner.object { (scanner, key) throws(HotMessageError) in
            let isKnown =
                switch key.count {
                case ..<9: try fields.readShort(key, &scanner)
                case 9...10: try fields.readMedium(key, &scanner)
                default: try fields.readLong(key, &scanner)
                }
            if !isKnown { try scanner.skipValue() }
        }
        return HeadMessage(
            header: try fields.header(at: start),
            statedHash: try required(fields.hash, "hash", at: start))
    }
}

/// Collects the fields of a header object in whatever order they come.
private struct HeadFields {
    private(set) var hash: Hash32?
    private var parentHash: Hash32?
    private var ommersHash: Hash32?
    private var coinbase: Address?
    private var stateRoot: Hash32?
    private var transactionsRoot: Hash32?
    private var receiptsRoot: Hash32?
    private var logsBloom: LogsBloom?
    private var difficulty: UInt256?
    private var number: UInt64?
    private var gasLimit: UInt64?
    private var gasUsed: UInt64?
    private var timestamp: UInt64?
    private var extraData: [UInt8]?
    private var prevRandao: Hash32?
    private var nonce: UInt64?
    private var baseFeePerGas: UInt256?
    private var withdrawalsRoot: Hash32?
    private var blobGasUsed: UInt64?
    private var excessBlobGas: UInt64?
    private var parentBeaconBlockRoot: Hash32?
    private var requestsHash: Hash32?
    private var blockAccessListHash: Hash32?
    private var slotNumber: UInt64?
    private var seen = HotKeysSeen()

    mutating func readShort(
        _ key: HotKey, _ scanner: inout HotScanner
    ) throws(HotMessageError) -> Bool {
        if key.is("hash") {
            try seen.read(0, "hash", into: &hash, &scanner, HotValue.hash)
        } else if key.is("miner") {
            try seen.read(1, "miner", into: &coinbase, &scanner, HotValue.address)
        } else if key.is("nonce") {
            try seen.read(2, "nonce", into: &nonce, &scanner, HotValue.eightBytes)
        } else if key.is("number") {
            try seen.read(3, "number", into: &number, &scanner, HotValue.quantity64)
        } else if key.is("mixHash") {
            try seen.read(4, "mixHash", into: &prevRandao, &scanner, HotValue.hash)
        } else if key.is("gasUsed") {
            try seen.read(5, "gasUsed", into: &gasUsed, &scanner, HotValue.quantity64)
        } else if key.is("gasLimit") {
            try seen.read(6, "gasLimit", into: &gasLimit, &scanner, HotValue.quantity64)
        } else {
            return false
        }
        return true
    }

    mutating func readMedium(
        _ key: HotKey, _ scanner: inout HotScanner
    ) throws(HotMessageError) -> Bool {
        if key.is("logsBloom") {
            try seen.read(7, "logsBloom", into: &logsBloom, &scanner, HotValue.logsBloom)
        } else if key.is("stateRoot") {
            try seen.read(8, "stateRoot", into: &stateRoot, &scanner, HotValue.hash)
        } else if key.is("timestamp") {
            try seen.read(9, "timestamp", into: &timestamp, &scanner, HotValue.quantity64)
        } else if key.is("extraData") {
            try seen.read(10, "extraData", into: &extraData, &scanner, HotValue.data)
        } else if key.is("parentHash") {
            try seen.read(11, "parentHash", into: &parentHash, &scanner, HotValue.hash)
        } else if key.is("sha3Uncles") {
            try seen.read(12, "sha3Uncles", into: &ommersHash, &scanner, HotValue.hash)
        } else if key.is("slotNumber") {
            try seen.read(23, "slotNumber", into: &slotNumber, &scanner, HotValue.quantity64)
        } else if key.is("difficulty") {
            try seen.read(13, "difficulty", into: &difficulty, &scanner, HotValue.quantity)
        } else {
            return false
        }
        return true
    }

    mutating func readLong(
        _ key: HotKey, _ scanner: inout HotScanner
    ) throws(HotMessageError) -> Bool {
        if key.is("receiptsRoot") {
            try seen.read(14, "receiptsRoot", into: &receiptsRoot, &scanner, HotValue.hash)
        } else if key.is("transactionsRoot") {
            try seen.read(15, "transactionsRoot", into: &transactionsRoot, &scanner, HotValue.hash)
        } else if key.is("baseFeePerGas") {
            try seen.read(16, "baseFeePerGas", into: &baseFeePerGas, &scanner, HotValue.quantity)
        } else if key.is("withdrawalsRoot") {
            try seen.read(17, "withdrawalsRoot", into: &withdrawalsRoot, &scanner, HotValue.hash)
        } else if key.is("blobGasUsed") {
            try seen.read(18, "blobGasUsed", into: &blobGasUsed, &scanner, HotValue.quantity64)
        } else if key.is("excessBlobGas") {
            try seen.read(19, "excessBlobGas", into: &excessBlobGas, &scanner, HotValue.quantity64)
        } else if key.is("parentBeaconBlockRoot") {
            try seen.read(
                20, "parentBeaconBlockRoot", into: &parentBeaconBlockRoot, &scanner, HotValue.hash)
        } else if key.is("requestsHash") {
            try seen.read(21, "requestsHash", into: &requestsHash, &scanner, HotValue.hash)
        } else if key.is("blockAccessListHash") {
            try seen.read(
                22, "blockAccessListHash", into: &blockAccessListHash, &scanner, HotValue.hash)
        } else {
            return false
        }
        return true
    }

    func header(at offset: Int) throws(HotMessageError) -> BlockHeader {
        var header = BlockHeader(
            parentHash: try required(parentHash, "parentHash", at: offset),
            ommersHash: try required(ommersHash, "sha3Uncles", at: offset),
            coinbase: try required(coinbase, "miner", at: offset),
            stateRoot: try required(stateRoot, "stateRoot", at: offset),
            transactionsRoot: try required(transactionsRoot, "transactionsRoot", at: offset),
            receiptsRoot: try required(receiptsRoot, "receiptsRoot", at: offset),
            logsBloom: try required(logsBloom, "logsBloom", at: offset),
            difficulty: difficulty ?? .zero,
            number: try required(number, "number", at: offset),
            gasLimit: try required(gasLimit, "gasLimit", at: offset),
            gasUsed: try required(gasUsed, "gasUsed", at: offset),
            timestamp: try required(timestamp, "timestamp", at: offset),
            extraData: try required(extraData, "extraData", at: offset),
            prevRandao: try required(prevRandao, "mixHash", at: offset),
            nonce: nonce ?? 0)
        header.baseFeePerGas = baseFeePerGas
        header.withdrawalsRoot = withdrawalsRoot
        header.blobGasUsed = blobGasUsed
        header.excessBlobGas = excessBlobGas
        header.parentBeaconBlockRoot = parentBeaconBlockRoot
        header.requestsHash = requestsHash
        header.blockAccessListHash = blockAccessListHash
        header.slotNumber = slotNumber
        return header
    }
}
