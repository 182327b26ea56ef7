/// A payment from the beacon chain to an account (EIP-4895).
public struct Withdrawal: Equatable, Hashable, Sendable {
    /// Counts all withdrawals of the chain.
    public var index: UInt64
    public var validatorIndex: UInt64
    public var address: Address
    /// Gwei, not wei.
    public var amountGwei: UInt64

    public init(index: UInt64, validatorIndex: UInt64, address: Address, amountGwei: UInt64) {
        self.index = index
        self.validatorIndex = validatorIndex
        self.address = address
        self.amountGwei = amountGwei
    }

    /// What the account receives, in wei.
    public var amountWei: UInt256 { UInt256(amountGwei) &* 1_000_000_000 }

    /// rlp([index, validator, address, amount in gwei]).
    public var encoded: [UInt8] {
        var writer = RLPWriter(capacity: 64)
        writer.list { fields in
            fields.append(index)
            fields.append(validatorIndex)
            fields.append(address)
            fields.append(amountGwei)
        }
        return writer.bytes
    }

    /// The withdrawal that exactly these bytes encode.
    public init(decoding bytes: [UInt8]) throws(RLPDecodingError) {
        var input = RLPReader(bytes)
        var fields = try input.list()
        try input.finish()
        index = try fields.uint64()
        validatorIndex = try fields.uint64()
        address = try fields.address()
        amountGwei = try fields.uint64()
        try fields.finish()
    }
}
