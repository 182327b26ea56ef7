import Ethereum
import JSON

extension TestState {
    /// The first difference from a test's dump of the state after, by address; nil where all is as
    /// stated.
    func firstDifference(from dump: JSONObject) throws(FieldError) -> Difference? {
        var stated: [Address: JSONObject] = [:]
        for member in dump.members {
            guard let address = Address(hex: member.key), let fields = member.value.asObject else {
                throw FieldError(
                    field: "state", expected: "an address and an object", found: member.key)
            }
            stated[address] = fields
        }
        for address in Set(stated.keys).union(entries.keys).sorted() {
            guard let expected = stated[address] else {
                return Difference("account \(address)", expected: "none", actual: "exists")
            }
            guard let entry = entries[address] else {
                return Difference("account \(address)", expected: "exists", actual: "none")
            }
            if let difference = try firstDifference(address, entry, expected) { return difference }
        }
        return nil
    }

    private func firstDifference(
        _ address: Address, _ entry: Entry, _ expected: JSONObject
    ) throws(FieldError) -> Difference? {
        let balance = try expected.word("balance")
        if balance != entry.account.balance {
            return Difference(
                "balance of \(address)", expected: "\(balance)", actual: "\(entry.account.balance)")
        }
        let nonce = try expected.uint64("nonce")
        if nonce != entry.account.nonce {
            return Difference(
                "nonce of \(address)", expected: "\(nonce)", actual: "\(entry.account.nonce)")
        }
        let code = Keccak256.hash(try expected.bytes("code"))
        if code != entry.account.codeHash {
            return Difference(
                "code hash of \(address)", expected: "\(code)", actual: "\(entry.account.codeHash)")
        }
        let storage = try TestState.storage(try expected.object("storage"))
        for slot in Set(storage.keys).union(entry.storage.keys).sorted() {
            let (stated, found) = (storage[slot] ?? .zero, entry.storage[slot] ?? .zero)
            if stated != found {
                return Difference(
                    "storage of \(address) at \(slot.hexQuantity)", expected: stated.hexQuantity,
                    actual: found.hexQuantity)
            }
        }
        return nil
    }
}
