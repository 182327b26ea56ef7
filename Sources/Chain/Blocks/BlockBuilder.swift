import EVM
import Ethereum

/// Builds one block on a parent: executes transactions in the order given, bundles whole or not at
/// all, and seals the result with its roots.
public final class BlockBuilder {
    /// A signed transaction and the account that signed it.
    public struct Candidate: Sendable {
        public var signed: SignedTransaction
        public var sender: Address

        public init(signed: SignedTransaction, sender: Address) {
            self.signed = signed
            self.sender = sender
        }
    }

    /// Why a transaction or bundle is not in the block; the block is as before.
    public enum Refusal: Error, Equatable, Sendable, CustomStringConvertible {
        case cannotExecute(ExecutionError)
        /// A transaction of a bundle failed, which drops the bundle whole.
        case bundleTransactionFails(index: Int, ExecutionStatus, output: [UInt8])

        public var description: String {
            switch self {
            case .cannotExecute(let error): "cannot be executed: \(error)"
            case .bundleTransactionFails(let index, let status, let output):
                "transaction \(index + 1) of the bundle fails: \(status) "
                    + Hex.prefixed(output.prefix(68))
            }
        }
    }

    /// What the block gives to its transactions.
    public let environment: BlockEnvironment
    /// The machine that stands in the state after what was included so far. Whoever looks at it
    /// rolls back what he executes.
    public let machine: VirtualMachine
    private let parent: BlockHeader
    private let parentBeaconBlockRoot: Hash32
    private var sequence: TransactionSequence

    /// A builder on `parent`, whose state `reader` reads. Makes the calls that open a block.
    public init(
        environment: BlockEnvironment, parent: BlockHeader, parentBeaconBlockRoot: Hash32,
        reader: any StateReader
    ) throws(ExecutionError) {
        self.environment = environment
        self.parent = parent
        self.parentBeaconBlockRoot = parentBeaconBlockRoot
        machine = VirtualMachine(block: environment, state: reader)
        sequence = TransactionSequence(machine: machine, gasLimit: environment.gasLimit)
        try SystemContracts.open(
            machine, fork: environment.fork, parentHash: parent.hash,
            parentBeaconBlockRoot: parentBeaconBlockRoot)
    }

    /// Gas that the block still has for a transaction's limit.
    public var gasLeft: UInt64 {
        environment.gasLimit - min(sequence.blockGas.fuller, environment.gasLimit)
    }

    /// Includes one transaction, whether or not its execution succeeds.
    @discardableResult
    public func include(_ candidate: Candidate) throws(Refusal) -> TransactionOutcome {
        let outcome = try execute(candidate, gasBefore: sequence.blockGas)
        sequence.append(candidate.signed, sender: candidate.sender, outcome)
        return outcome
    }

    /// Includes all transactions of a bundle in their order, or none: any that fails drops it,
    /// unless `mayFail` names it.
    @discardableResult
    public func include(
        bundle: [Candidate], mayFail: Set<Hash32> = []
    ) throws(Refusal) -> [TransactionOutcome] {
        let start = machine.checkpoint()
        do throws(Refusal) {
            let outcomes = try execute(bundle: bundle, mayFail: mayFail)
            for (candidate, outcome) in zip(bundle, outcomes) {
                sequence.append(candidate.signed, sender: candidate.sender, outcome)
            }
            return outcomes
        } catch {
            machine.rollback(to: start)
            throw error
        }
    }

    /// Wei that a bundle would bring the coinbase here, fees and payments together; the block stays
    /// as it is.
    public func payment(
        of bundle: [Candidate], mayFail: Set<Hash32> = []
    ) throws(Refusal) -> UInt256 {
        let start = machine.checkpoint()
        defer { machine.rollback(to: start) }
        let before = try coinbaseBalance()
        _ = try execute(bundle: bundle, mayFail: mayFail)
        return try coinbaseBalance().subtractingChecked(before) ?? .zero
    }

    private func coinbaseBalance() throws(Refusal) -> UInt256 {
        do {
            return try machine.account(environment.coinbase)?.balance ?? .zero
        } catch {
            throw .cannotExecute(.unsimulatable(.stateNotLoaded(error.key)))
        }
    }

    private func execute(
        bundle: [Candidate], mayFail: Set<Hash32>
    ) throws(Refusal) -> [TransactionOutcome] {
        var outcomes: [TransactionOutcome] = []
        var gasBefore = sequence.blockGas
        for (index, candidate) in bundle.enumerated() {
            let outcome = try execute(candidate, gasBefore: gasBefore)
            guard outcome.status == .success || mayFail.contains(candidate.signed.hash) else {
                throw .bundleTransactionFails(
                    index: index, outcome.status, output: outcome.output)
            }
            gasBefore += outcome.blockGas
            outcomes.append(outcome)
        }
        return outcomes
    }

    private func execute(
        _ candidate: Candidate, gasBefore: BlockGas
    ) throws(Refusal) -> TransactionOutcome {
        do {
            return try sequence.execute(
                candidate.signed, sender: candidate.sender, gasBefore: gasBefore)
        } catch {
            throw .cannotExecute(error)
        }
    }

    /// The sealed block and the state after it.
    public func seal(on state: WorldState) -> (block: Block, state: WorldState) {
        let changes = machine.changes()
        var after = state
        after.apply(changes)
        var header = BlockHeader(
            parentHash: parent.hash, coinbase: environment.coinbase, stateRoot: after.root(),
            transactionsRoot: BlockRoots.transactionsRoot(of: sequence.included.map(\.signed)),
            receiptsRoot: sequence.receiptsRoot, logsBloom: sequence.logsBloom,
            number: environment.number, gasLimit: environment.gasLimit,
            gasUsed: sequence.blockGas.fuller,
            timestamp: environment.timestamp, prevRandao: environment.prevRandao)
        header.baseFeePerGas = environment.baseFeePerGas
        header.withdrawalsRoot = BlockRoots.withdrawalsRoot(of: [])
        header.blobGasUsed = 0
        header.excessBlobGas = 0
        header.parentBeaconBlockRoot = parentBeaconBlockRoot
        let block = Block(
            header: header, transactions: sequence.included, accessed: machine.accessed(),
            changes: changes)
        return (block, after)
    }
}
