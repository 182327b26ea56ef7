import Ethereum

/// What the executor tells of itself: calls and their answers.
public enum JitExecutorViews {
    /// Calldata for the address of the V3 factory.
    public static let factory = Calldata(Selector("FACTORY()")).bytes
    /// Calldata for the address of WETH.
    public static let weth = Calldata(Selector("WETH()")).bytes
    /// Calldata for the owner's address.
    public static let owner = Calldata(Selector("owner()")).bytes
    private static let poolsSelector = Selector("pools(address)")

    /// Calldata for what is stored of a pool: `PoolState`.
    public static func poolState(_ pool: Address) -> [UInt8] {
        Calldata(poolsSelector, pool.word).bytes
    }

    /// What is stored of a pool: the owner's terms, and the opening that stands.
    public struct PoolState: Equatable, Sendable {
        public var bandLower: Int32
        public var bandUpper: Int32
        /// Raw units in one opening at most.
        public var maxDeposit0: UInt256
        public var maxDeposit1: UInt256
        /// Openings' worth in one block; 0 forbids the pool.
        public var blockMultiple: UInt64
        /// The digest of the opening that stands; zero for none.
        public var digest: UInt256
        /// What the last opening paid of those that store it.
        public var paid: JitExecutor.Paid

        /// The answer of `pools`: three words, whose fields stand at the contract's `PoolState`;
        /// nil where it is malformed.
        public init?(_ output: [UInt8]) {
            let words = ABIWords(output)
            guard words.count == 3, let terms = words[0], let ledger = words[1], let paid = words[2]
            else { return nil }
            func field(_ bit: UInt64, _ bits: UInt64) -> UInt256 {
                terms >> bit & (.max >> (256 - bits))
            }
            bandLower = Int32(field(0, 24).limb0) - 887_272
            bandUpper = Int32(field(24, 24).limb0) - 887_272
            maxDeposit0 = field(48, 96)
            maxDeposit1 = field(144, 96)
            blockMultiple = field(240, 16).limb0
            digest = ledger >> 88
            self.paid = JitExecutor.Paid(amount0: UInt256(paid.low128), amount1: paid >> 128)
        }

        /// Whether an opening of these positions, in this order, stands in the pool; `paid` as in
        /// the closing's settlement.
        public func isOpen(_ positions: [JitPosition], paid: JitExecutor.Paid?) -> Bool {
            var encoded = UInt256(64 as UInt64).bigEndianBytes
            encoded += (paid ?? self.paid).word.bigEndianBytes
            encoded += UInt256(positions.count).bigEndianBytes
            for position in positions { encoded += position.word.bigEndianBytes }
            return digest == Keccak256.hash(encoded).word >> 88
        }
    }
}
