import Ethereum

/// What a set-code transaction does before its message: accounts that signed take over the code of
/// the addresses they name, or none (EIP-7702). It stays done even if the message fails.
enum Authorizations {
    /// For an account that was there already, of the price of a new one.
    private static let existingAccountRefund: Int64 = 12_500

    /// Applies each authorisation that holds and passes over the others; false where the base state
    /// lacks an account that signed.
    static func apply(_ machine: MachinePointer, _ list: [Authorization]) -> Bool {
        for authorization in list {
            let chainId = authorization.chainId
            guard chainId.isZero || chainId == UInt256(machine.pointee.block.chainId),
                authorization.nonce < Limit.nonce
            else { continue }
            let authority: Address
            do throws(SignatureError) { authority = try authorization.authority() } catch {
                continue
            }
            guard apply(machine, authorization, by: authority) else { return false }
        }
        return true
    }

    private static func apply(
        _ machine: MachinePointer, _ authorization: Authorization, by authority: Address
    ) -> Bool {
        let account = machine.pointee.journal.accounts.index(of: authority)
        _ = machine.pointee.journal.warm(account)
        guard machine.pointee.journal.load(account),
            let code = machine.pointee.journal.code(account)
        else { return false }
        let record = machine.pointee.journal.record(account).pointee
        guard code.bytes.isEmpty || code.delegate != nil, record.nonce == authorization.nonce
        else { return true }
        if record.exists || !record.isEmpty {
            machine.pointee.journal.refund &+= existingAccountRefund
        }
        machine.pointee.journal.setCode(
            account,
            authorization.address == .zero ? .empty : Delegation.code(to: authorization.address))
        machine.pointee.journal.setNonce(account, record.nonce &+ 1)
        return true
    }
}
