import Ethereum
import UniswapV3

/// What the atomic mode works with besides the head: our contract, who lends, and how much at most.
public struct AtomicTerms: Equatable, Sendable {
    /// The contract that borrows.
    public var flash: Address
    /// Whom it pays the profit to.
    public var profitRecipient: Address
    /// Who may be asked, in the order in which equals are preferred.
    public var lenders: [FlashLender]
    /// The owner's most for a loan of a token, raw units.
    public var loanLimits: [Address: UInt256]
    /// Pools on which the change may be traded back: genuine ones of the same factory.
    public var hedgePools: [HedgePool]
    /// The EntryPoint whose operations are served; nil where none is.
    public var entryPoint: Address?

    /// A pool on which the change may be traded back.
    public struct HedgePool: Equatable, Sendable {
        public var key: PoolKey
        public var address: Address

        public init(key: PoolKey, address: Address) {
            self.key = key
            self.address = address
        }
    }

    public init(
        flash: Address, profitRecipient: Address, lenders: [FlashLender],
        loanLimits: [Address: UInt256], hedgePools: [HedgePool], entryPoint: Address? = nil
    ) {
        self.entryPoint = entryPoint
        self.flash = flash
        self.profitRecipient = profitRecipient
        self.lenders = lenders
        self.loanLimits = loanLimits
        self.hedgePools = hedgePools
    }
}
