import EVM
import Ethereum
import JSON
import Wire

/// The calls that fetch missing keys in one round trip, and what their answers teach.
struct StateQuery {
    private let keys: [StateKey]
    let calls: [JSONRPCCall]

    /// Calls for keys as of a block, named by its hash so that an answer of another block is an
    /// error (EIP-1898).
    init(_ missing: Set<StateKey>, blockHash: Hash32) {
        let block: JSON = ["blockHash": .hash(blockHash)]
        var keys: [StateKey] = []
        var calls: [JSONRPCCall] = []
        for key in missing.sorted(by: { Self.order($0) < Self.order($1) }) {
            switch key {
            case .account(let address):
                let params: JSON = [.address(address), block]
                calls.append(JSONRPCCall("eth_getBalance", params))
                calls.append(JSONRPCCall("eth_getTransactionCount", params))
                calls.append(JSONRPCCall("eth_getCode", params))
            case .storage(let address, let slot):
                calls.append(
                    JSONRPCCall(
                        "eth_getStorageAt", [.address(address), .string(slot.hexWord), block]))
            case .blockHash(let number):
                calls.append(JSONRPCCall("eth_getBlockByNumber", [.quantity(number), false]))
            case .code:
                // Code comes with its account.
                continue
            }
            keys.append(key)
        }
        self.keys = keys
        self.calls = calls
    }

    private static func order(_ key: StateKey) -> String {
        switch key {
        case .account(let address): "0\(address)"
        case .storage(let address, let slot): "1\(address)\(slot.hexWord)"
        case .code(let hash): "2\(hash)"
        case .blockHash(let number): "3\(UInt256(number).hexWord)"
        }
    }

    /// Puts the answers into the state; false where one is missing or malformed.
    func teach(_ state: inout KnownState, _ answers: [Result<JSON, JSONRPCError>]) -> Bool {
        guard answers.count == calls.count else { return false }
        var rest = answers[...]
        func next() -> JSON? { try? rest.removeFirst().get() }
        for key in keys {
            switch key {
            case .account(let address):
                guard let balance = next()?.quantity, let nonce = next()?.quantity64,
                    let code = next()?.data
                else { return false }
                state.learn(
                    Account(
                        nonce: nonce, balance: balance,
                        codeHash: code.isEmpty ? Keccak256.ofEmpty : Keccak256.hash(code)),
                    code: code, at: address)
            case .storage(let address, let slot):
                guard let text = next()?.string, let value = UInt256(hex: text) else {
                    return false
                }
                state.learn(value, at: address, slot: slot)
            case .blockHash(let number):
                guard let hash = next()?["hash"]?.hash else { return false }
                state.learn(blockHash: hash, number: number)
            case .code: continue
            }
        }
        return true
    }
}
