import Contracts
import Ethereum

/// What a user signed and anybody may submit: a call whose effect does not depend on who makes it.
public struct SignedOrder: Equatable, Sendable {
    /// By which contract's rules it is an order.
    public enum Form: Equatable, Sendable {
        /// `execTransaction` of a Safe.
        case safe(nonce: UInt256)
        /// `handleOps` of an EntryPoint with one operation; its gas is paid back to `beneficiary`.
        case userOperation(entryPoint: Address, paymaster: Address?, beneficiary: Address)

        /// The name in reports.
        public var label: String {
            switch self {
            case .safe: "safe"
            case .userOperation: "user_operation"
            }
        }
    }

    /// What names it: the `safeTxHash`, or the operation's hash.
    public var hash: Hash32
    /// The account whose order it is.
    public var account: Address
    public var form: Form
    /// The contract that is called, and with what.
    public var target: Address
    public var calldata: [UInt8]
    /// Who makes the account in the order; nil where it exists.
    public var factory: Address?
    /// Unix seconds after which it is void; nil for never.
    public var validUntil: UInt64?
    /// Gas that its contract demands to be there, whether it is used or not: an EntryPoint refuses
    /// an operation for whose limits there is not enough.
    public var reservedGas: UInt64

    public init(
        hash: Hash32, account: Address, form: Form, target: Address, calldata: [UInt8],
        factory: Address? = nil, validUntil: UInt64? = nil, reservedGas: UInt64 = 0
    ) {
        self.reservedGas = reservedGas
        self.factory = factory
        self.hash = hash
        self.account = account
        self.form = form
        self.target = target
        self.calldata = calldata
        self.validUntil = validUntil
    }

    /// What of the target is called; nil where the calldata has no selector.
    public var selector: Selector? { Selector(of: calldata) }

    /// Whose doing it is that the order lands or does not: the account, and who makes it or pays
    /// for it.
    public var entities: [Address] {
        var entities = [account]
        if let factory { entities.append(factory) }
        if case .userOperation(_, let paymaster?, _) = form { entities.append(paymaster) }
        return entities
    }
}
