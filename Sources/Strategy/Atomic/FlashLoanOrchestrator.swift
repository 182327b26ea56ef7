import Ethereum

/// Why a lender is not asked for a loan.
public enum LenderRefusal: Error, Equatable, Sendable {
    /// The pool in which liquidity is opened is locked while it lends.
    case lenderIsJitPool
    /// The pool that we trade back on is locked while it lends.
    case lenderIsHedgePool
    case closed(FlashLoanOffer.Closure)
    case notEnough(available: UInt256, needed: UInt256)
    /// More than the owner's limit for the token, in raw units.
    case aboveLimit(limit: UInt256, needed: UInt256)
    /// It lends the other token already, and one loan stands inside the other.
    case lendsAlready
    /// Nobody has read what it lends of this token.
    case notRead(token: Address)
    /// The fee does not fit 256 bits.
    case feeOverflows

    /// The name in reports.
    public var label: String {
        switch self {
        case .lenderIsJitPool: "lender_is_jit_pool"
        case .lenderIsHedgePool: "lender_is_hedge_pool"
        case .closed: "closed"
        case .notEnough: "not_enough"
        case .aboveLimit: "above_limit"
        case .lendsAlready: "lends_already"
        case .notRead: "not_read"
        case .feeOverflows: "fee_overflows"
        }
    }
}

extension LenderRefusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .lenderIsJitPool: "it is the pool in which liquidity is opened"
        case .lenderIsHedgePool: "it is the pool that is traded back on"
        case .closed(let closure): "it lends nothing: \(closure.rawValue)"
        case .notEnough(let available, let needed): "it has \(available), needed is \(needed)"
        case .aboveLimit(let limit, let needed):
            "\(needed) is above the owner's limit of \(limit)"
        case .lendsAlready: "it lends the other token already"
        case .notRead(let token): "what it lends of \(token) is not known"
        case .feeOverflows: "its fee does not fit 256 bits"
        }
    }
}

/// A loan as it would be asked for.
public struct FlashLoan: Equatable, Sendable {
    public var lender: FlashLender
    public var token: Address
    /// Raw units.
    public var amount: UInt256
    /// Raw units that the lender asks for it.
    public var fee: UInt256
}

/// Chooses who lends what a range needs.
///
/// A loan is what the range deposits and nothing more: every unit above it would cost a fee and
/// earn nothing.
public struct FlashLoanOrchestrator: Sendable {
    private let offers: [FlashLoanOffer]
    private let limits: [Address: UInt256]

    /// - Parameters:
    ///   - offers: What is known, in the order in which equals are preferred.
    ///   - limits: The owner's most for a loan of a token, in raw units; a token that is missing
    ///     may not be borrowed.
    public init(offers: [FlashLoanOffer], limits: [Address: UInt256]) {
        self.offers = offers
        self.limits = limits
    }

    /// What a loan must stay clear of.
    public struct Surroundings: Equatable, Sendable {
        /// Where liquidity is opened.
        public var jitPool: Address
        /// Where the change is traded back; nil for nowhere.
        public var hedgePool: Address?
        /// Lenders of loans that stand around this one.
        public var lending: Set<Address>

        public init(jitPool: Address, hedgePool: Address?, lending: Set<Address> = []) {
            self.jitPool = jitPool
            self.hedgePool = hedgePool
            self.lending = lending
        }
    }

    /// The loans that could be taken, the cheapest first, and why each other lender is left out.
    public struct Choice: Equatable, Sendable {
        public var loans: [FlashLoan]
        public var refusals: [Refused]
    }

    /// A lender that is left out.
    public struct Refused: Equatable, Sendable {
        public var lender: FlashLender
        public var refusal: LenderRefusal
    }

    /// Who lends raw units of a token, the cheapest first; those that ask the same keep the order
    /// of the offers, which is the order in which one falls back.
    public func choose(
        token: Address, amount: UInt256, beside surroundings: Surroundings
    ) -> Choice {
        var loans: [FlashLoan] = []
        var refusals: [Refused] = []
        for lender in lenders {
            do throws(LenderRefusal) {
                loans.append(try loan(of: lender, token, amount, surroundings))
            } catch {
                refusals.append(Refused(lender: lender, refusal: error))
            }
        }
        let order = loans.indices.sorted {
            loans[$0].fee != loans[$1].fee ? loans[$0].fee < loans[$1].fee : $0 < $1
        }
        return Choice(loans: order.map { loans[$0] }, refusals: refusals)
    }

    /// The most raw units that any one lender would lend of a token, within the owner's limit.
    public func most(of token: Address, beside surroundings: Surroundings) -> UInt256 {
        let limit = limits[token] ?? .zero
        let lent = offers.lazy.filter {
            $0.token == token && $0.closed == nil && $0.lender.address != surroundings.jitPool
                && $0.lender.address != surroundings.hedgePool
                && !surroundings.lending.contains($0.lender.address)
        }.map(\.available)
        return min(lent.max() ?? .zero, limit)
    }

    private var lenders: [FlashLender] {
        var seen: Set<FlashLender> = []
        return offers.map(\.lender).filter { seen.insert($0).inserted }
    }

    private func loan(
        of lender: FlashLender, _ token: Address, _ amount: UInt256, _ surroundings: Surroundings
    ) throws(LenderRefusal) -> FlashLoan {
        guard lender.address != surroundings.jitPool else { throw .lenderIsJitPool }
        guard lender.address != surroundings.hedgePool else { throw .lenderIsHedgePool }
        guard !surroundings.lending.contains(lender.address) else { throw .lendsAlready }
        guard let offer = offers.first(where: { $0.lender == lender && $0.token == token })
        else { throw .notRead(token: token) }
        if let closed = offer.closed { throw .closed(closed) }
        let limit = limits[token] ?? .zero
        guard amount <= limit else { throw .aboveLimit(limit: limit, needed: amount) }
        guard amount <= offer.available else {
            throw .notEnough(available: offer.available, needed: amount)
        }
        guard let fee = offer.fee.fee(of: amount) else { throw .feeOverflows }
        return FlashLoan(lender: lender, token: token, amount: amount, fee: fee)
    }
}
