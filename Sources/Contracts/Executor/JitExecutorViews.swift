import Ethereum

/// What the executor tells of itself: calls and their answers.
public enum JitExecutorViews {
    /// Calldata for the address of the V3 factory.
    public static let factory = Calldata(Selector("FACTORY()")).bytes
    /// Calldata for the address of WETH.
    public static let weth = Calldata(Selector("WETH()")).bytes
    /// Calldata for the owner's address.
    public static let owner = Calldata(Selector("owner()")).bytes
    private static let poolRecordSelector = Selector("poolRecord(address)")

    /// Calldata for the owner's terms of a pool.
    public static func poolRecord(_ pool: Address) -> [UInt8] {
        Calldata(poolRecordSelector, pool.word).bytes
    }

    private static let openingsSelector = Selector("openings(bytes32)")

    /// Calldata for what an opening paid, packed in one word; 0 where it is not open.
    public static func opening(pool: Address, positions: [JitPosition]) -> [UInt8] {
        var encoded = pool.word.bigEndianBytes + UInt256(64 as UInt64).bigEndianBytes
        encoded += UInt256(positions.count).bigEndianBytes
        for position in positions {
            encoded += UInt256(tick: position.tickLower).bigEndianBytes
            encoded += UInt256(tick: position.tickUpper).bigEndianBytes
            encoded += UInt256(position.liquidity).bigEndianBytes
        }
        return Calldata(openingsSelector, Keccak256.hash(encoded).word).bytes
    }

    /// The owner's terms of a pool.
    public struct PoolRecord: Equatable, Sendable {
        public var bandLower: Int32
        public var bandUpper: Int32
        /// Raw units in one opening at most.
        public var maxDeposit0: UInt256
        public var maxDeposit1: UInt256
        /// Openings' worth in one block; 0 forbids the pool.
        public var blockMultiple: UInt64

        /// The answer of `poolRecord`; nil where it is malformed.
        public init?(_ output: [UInt8]) {
            let words = ABIWords(output)
            guard let lower = words[0], let upper = words[1], let cap0 = words[2],
                let cap1 = words[3], let multiple = words[4]?.asUInt64
            else { return nil }
            bandLower = Int32(truncatingIfNeeded: lower.limb0)
            bandUpper = Int32(truncatingIfNeeded: upper.limb0)
            maxDeposit0 = cap0
            maxDeposit1 = cap1
            blockMultiple = multiple
        }
    }
}
