import Ethereum

/// What a set-code transaction does before its message: accounts that signed take over the code of
/// the addresses they name, or none (EIP-7702). It stays done even if the message fails.
enum Authorizations {
    /// For an account that was there already, of the price of a new one.
    private static let existingAccountRefund: Int64 = 12_500

    /// An authorisation that holds: whose, and what it finds.
    struct Accepted {
        var account: Int
        var target: Address
        var nonce: UInt64
        /// Whether the state has the account.
        var exists: Bool
        /// Whether the account runs another's code already.
        var isDelegated: Bool
    }

    /// Applies each authorisation that holds and passes over the others; false where the base state
    /// lacks an account that signed. The price was paid in advance; what was there gets some back.
    static func apply(_ machine: MachinePointer, _ list: [Authorization]) -> Bool {
        for authorization in list {
            guard let authority = authority(machine, authorization) else { continue }
            var accepted: Accepted?
            guard check(machine, authorization, by: authority, &accepted) else { return false }
            guard let accepted else { continue }
            if accepted.exists { machine.pointee.journal.refund &+= existingAccountRefund }
            write(machine, accepted)
        }
        return true
    }

    /// Who signed, where the authorisation is for this chain.
    static func authority(
        _ machine: MachinePointer, _ authorization: Authorization
    ) -> Address? {
        let chainId = authorization.chainId
        guard chainId.isZero || chainId == UInt256(machine.pointee.block.chainId),
            authorization.nonce < Limit.nonce
        else { return nil }
        do throws(SignatureError) { return try authorization.authority() } catch { return nil }
    }

    /// Whether the state allows what an account signed: `accepted` stays nil where it does not.
    /// False where the base state lacks the account.
    static func check(
        _ machine: MachinePointer, _ authorization: Authorization, by authority: Address,
        _ accepted: inout Accepted?
    ) -> Bool {
        let account = machine.pointee.journal.accounts.index(of: authority)
        _ = machine.pointee.journal.warm(account)
        guard machine.pointee.journal.load(account),
            let code = machine.pointee.journal.code(account)
        else { return false }
        let record = machine.pointee.journal.record(account).pointee
        guard code.bytes.isEmpty || code.delegate != nil, record.nonce == authorization.nonce
        else { return true }
        accepted = Accepted(
            account: account, target: authorization.address, nonce: record.nonce,
            exists: record.exists || !record.isEmpty, isDelegated: code.delegate != nil)
        return true
    }

    /// Makes the account point to its target, or to nothing for the address 0.
    static func write(_ machine: MachinePointer, _ accepted: Accepted) {
        machine.pointee.journal.setCode(
            accepted.account,
            accepted.target == .zero ? .empty : Delegation.code(to: accepted.target))
        machine.pointee.journal.setNonce(accepted.account, accepted.nonce &+ 1)
    }
}
