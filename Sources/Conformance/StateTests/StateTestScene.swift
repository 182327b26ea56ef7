import EVM
import Ethereum
import JSON

/// What all cases of a state test share.
struct StateTestScene {
    let environment: StateTestEnvironment
    private let state: TestState
    private let transaction: StateTestTransaction
    private let sender: Address

    init(_ test: JSONObject) throws(FieldError) {
        environment = try StateTestEnvironment(test)
        state = try TestState(
            accounts: try test.object("pre"), parentHash: try environment.parentHash())
        transaction = try StateTestTransaction(test)
        sender = try transaction.sender()
    }

    /// Why there is nothing to execute: the bytes or the fields are no transaction of any fork.
    private enum Unsendable: Error {
        case reason(String)
    }

    /// Executes one case and compares everything that it states.
    func verdict(
        _ expected: JSON, block: BlockEnvironment, machine: inout VirtualMachine?
    ) -> Verdict {
        guard let expected = expected.asObject else {
            return .failed(
                Difference("post", expected: "an object", actual: expected.excerpt))
        }
        let exception = expected["expectException"]?.string
        do throws(Difference) {
            let sent = try sentTransaction(expected, mayDiffer: exception != nil)
            switch sent {
            case .failure(.reason(let reason)):
                try requireException(exception, refusal: reason)
                try compare(state, logs: [], with: expected)
                return .passed
            case .success(let transaction):
                return try execute(
                    transaction, block: block, exception: exception, expected: expected,
                    machine: &machine)
            }
        } catch { return .failed(error) }
    }

    private func execute(
        _ transaction: Transaction, block: BlockEnvironment, exception: String?,
        expected: JSONObject, machine: inout VirtualMachine?
    ) throws(Difference) -> Verdict {
        let used = machine ?? VirtualMachine(block: block, state: state)
        machine = used
        used.reset(block: block, state: state)
        let outcome: TransactionOutcome
        do throws(ExecutionError) {
            outcome = try used.execute(transaction, sender: sender)
        } catch {
            switch error {
            case .invalid(let invalid):
                try requireException(exception, refusal: "\(invalid)")
                try compare(state.applying(used.changes()), logs: [], with: expected)
                return .passed
            case .unsimulatable(let cause):
                throw Difference("execution", expected: "an outcome", actual: "\(cause)")
            case .budgetSpent(let excess):
                throw Difference("execution", expected: "an outcome", actual: "\(excess)")
            }
        }
        if let exception {
            throw Difference(
                "validity", expected: "refused: \(exception)", actual: "\(outcome.status)")
        }
        // Compared first: a wrong price shows in every balance, and says nothing there.
        if expected["gasUsed"] != nil {
            let gasUsed: UInt64
            do throws(FieldError) { gasUsed = try expected.uint64("gasUsed") } catch {
                throw Difference(error)
            }
            try requireEqual("gas used", gasUsed, outcome.gasUsed)
        }
        try compare(state.applying(used.changes()), logs: outcome.logs, with: expected)
        return .passed
    }

    /// The transaction of the case's fields; where the case has its signed bytes, these must decode
    /// to it, encode again to themselves and recover the sender.
    private func sentTransaction(
        _ expected: JSONObject, mayDiffer: Bool
    ) throws(Difference) -> Result<Transaction, Unsendable> {
        let fromFields: Transaction
        do throws(FieldError) {
            fromFields = try transaction.transaction(try expected.object("indexes"))
        } catch {
            if mayDiffer { return .failure(.reason("field \(error.field)")) }
            throw Difference(error)
        }
        guard expected["txbytes"] != nil else { return .success(withoutChain(fromFields)) }
        let raw: [UInt8]
        do throws(FieldError) { raw = try expected.bytes("txbytes") } catch {
            throw Difference(error)
        }
        let signed: SignedTransaction
        do throws(TransactionDecodingError) {
            signed = try SignedTransaction(decoding: raw)
        } catch { return .failure(.reason("\(error)")) }
        try requireEqual("encoding", Hex.prefixed(raw), Hex.prefixed(signed.encoded))
        do throws(SignatureError) {
            let recovered = try signed.sender()
            guard recovered == sender else {
                return .failure(.reason("signed by \(recovered)"))
            }
        } catch { return .failure(.reason("\(error)")) }
        var stated = fromFields
        if stated.type == .legacy { stated.chainId = signed.transaction.chainId }
        guard mayDiffer || stated == signed.transaction else {
            throw Difference(
                "transaction of txbytes", expected: "\(stated)", actual: "\(signed.transaction)")
        }
        return .success(signed.transaction)
    }

    /// Unsigned legacy fields name no chain.
    private func withoutChain(_ transaction: Transaction) -> Transaction {
        var transaction = transaction
        if transaction.type == .legacy { transaction.chainId = nil }
        return transaction
    }

    private func requireException(_ exception: String?, refusal: String) throws(Difference) {
        guard exception != nil else {
            throw Difference("validity", expected: "accepted", actual: "refused: \(refusal)")
        }
    }

    private func compare(
        _ after: TestState, logs: [Log], with expected: JSONObject
    ) throws(Difference) {
        let (root, logsHash): (Hash32, Hash32)
        var difference: Difference?
        let found = after.root
        do throws(FieldError) {
            root = try expected.hash("hash")
            logsHash = try expected.hash("logs")
            if found != root, expected["state"] != nil {
                difference = try after.firstDifference(from: try expected.object("state"))
            }
        } catch { throw Difference(error) }
        if let difference { throw difference }
        try requireEqual("logs hash", logsHash, Log.hash(of: logs))
        try requireEqual("state root", root, found)
    }
}
