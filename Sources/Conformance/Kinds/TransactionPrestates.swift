import Chain
import EVM
import Ethereum
import JSON

/// Single real transactions with their block's context and all state that they touch. What came of
/// them is not recorded: judged are the bytes, the hash and the sender, and, where mainnet's fork
/// of that time is executed here, that the transaction is valid on the state and can be simulated.
enum TransactionPrestates: ConformanceKind {
    static let name = "transaction with state"

    private static let chainId: UInt64 = 1

    static func recognises(_ content: VectorContent) -> Bool {
        guard case .json(let object) = content else { return false }
        return object.has("raw", "context", "pre")
    }

    static func judge(_ cases: [VectorCase], into report: inout FileReport) {
        for item in cases {
            report.record(verdict(item.object), kind: name, case: item.name)
        }
    }

    private static func verdict(_ fields: JSONObject) -> Verdict {
        do throws(Difference) {
            let (raw, hash, type, context): ([UInt8], Hash32, UInt64, JSONObject)
            let state: RecordedState
            do throws(FieldError) {
                raw = try fields.bytes("raw")
                hash = try fields.hash("hash")
                type = try fields.uint64("type")
                context = try fields.object("context")
                state = try RecordedState(
                    accounts: try fields.object("pre"), codes: JSONObject(),
                    parent: (try fields.uint64("parent_number"), .zero))
            } catch { throw Difference(error) }
            let signed = try RawTransactions.decode(raw)
            try requireEqual("hash", hash, signed.hash)
            try requireEqual("type", type, UInt64(signed.transaction.type.rawValue))
            let sender: Address
            // Before Homestead the larger of both possible signatures was allowed.
            do throws(SignatureError) { sender = try signed.sender(fork: .frontier) } catch {
                throw Difference("sender", expected: "a signer", actual: "\(error)")
            }
            guard state.account(sender) != nil else {
                throw Difference("sender", expected: "an account of pre", actual: "\(sender)")
            }
            return try execute(signed.transaction, sender, context, state)
        } catch { return .failed(error) }
    }

    private static func execute(
        _ transaction: Transaction, _ sender: Address, _ context: JSONObject,
        _ state: RecordedState
    ) throws(Difference) -> Verdict {
        let block: BlockEnvironment?
        do throws(FieldError) { block = try environment(context) } catch {
            throw Difference(error)
        }
        guard let block else { return .passed }
        do throws(ExecutionError) {
            _ = try VirtualMachine(block: block, state: state).execute(
                transaction, sender: sender)
            return .passed
        } catch {
            throw Difference("execution", expected: "an outcome", actual: "\(error)")
        }
    }

    /// The block around the transaction; nil where its fork is older than what is executed here.
    private static func environment(
        _ context: JSONObject
    ) throws(FieldError) -> BlockEnvironment? {
        let number = try context.uint64("number")
        let timestamp = try context.uint64("timestamp")
        guard
            let active = ForkSchedule.mainnet.active(number: number, timestamp: timestamp),
            active.canBeExecuted
        else { return nil }
        return BlockEnvironment(
            fork: active.fork, chainId: chainId, number: number, timestamp: timestamp,
            coinbase: try context.address("miner"), gasLimit: try context.uint64("gasLimit"),
            baseFeePerGas: try context.word("baseFeePerGas"),
            prevRandao: Hash32(word: try context.word("difficulty")),
            blobBaseFee: BlobBaseFee.minimum)
    }
}
