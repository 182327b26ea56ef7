/// An event that a contract wrote (Yellow Paper 4.3.1).
public struct Log: Equatable, Hashable, Sendable {
    /// The contract that wrote it.
    public var address: Address
    /// At most four; the first is usually the hash of the event's signature.
    public var topics: [Hash32]
    public var data: [UInt8]

    public init(address: Address, topics: [Hash32], data: [UInt8]) {
        self.address = address
        self.topics = topics
        self.data = data
    }
}
