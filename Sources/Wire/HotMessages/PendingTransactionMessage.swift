import Ethereum

/// A transaction of the mempool as a node describes it, encoded anew and found to be the one whose
/// hash is stated.
public struct PendingTransactionMessage: Equatable, Sendable {
    public let signed: SignedTransaction
    /// Whom the node says it is from. The node has recovered it; here it is not checked.
    public let statedFrom: Address

    public init(signed: SignedTransaction, statedFrom: Address) {
        self.signed = signed
        self.statedFrom = statedFrom
    }

    /// Reads the object that the scanner is at.
    static func read(
        _ scanner: inout HotScanner
    ) throws(HotMessageError) -> PendingTransactionMessage {
        let start = scanner.offset
        var fields = TransactionFields()
        try scanner.object { (scanner, key) throws(HotMessageError) in
            if try !fields.read(key, &scanner) { try scanner.skipValue() }
        }
        let (transaction, signature) = try fields.transaction(at: start)
        let signed = SignedTransaction(transaction, signature: signature)
        let stated = try required(fields.hash, "hash", at: start)
        guard signed.hash == stated else {
            throw HotMessageError(
                offset: start, cause: .hashMismatch(stated: stated, computed: signed.hash))
        }
        return PendingTransactionMessage(
            signed: signed, statedFrom: try required(fields.from, "from", at: start))
    }
}
