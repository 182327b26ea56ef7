import EVM
import Ethereum

/// What executing a block gave, in the terms of its header.
public struct BlockExecution: Sendable {
    public var transactions: [ExecutedTransaction]
    /// As the header states it: of both dimensions the fuller one (EIP-8037).
    public var gasUsed: UInt64
    public var blobGasUsed: UInt64
    public var receiptsRoot: Hash32
    public var logsBloom: LogsBloom
    /// Nil before Prague.
    public var requestsHash: Hash32?
    /// Nil before Amsterdam (EIP-7928).
    public var accessList: BlockAccessList?
    /// What execution read of the state before the block.
    public var accessed: AccessedState
    public var changes: StateChanges
}

/// Why a block has no execution: no block of its chain can be so, or something is missing here.
public enum BlockFault: Error, Equatable, Sendable {
    case rules(ForkRefusal)
    /// The RLP of the block is larger than its fork allows (EIP-7934).
    case tooLarge(bytes: Int, maximum: Int)
    case signature(index: Int, SignatureError)
    case transaction(index: Int, ExecutionError)
    case tooMuchBlobGas(used: UInt64, maximum: UInt64)
    /// A call of the protocol itself.
    case systemCall(ExecutionError)
    /// A contract that must answer is missing or fails (EIP-7002, 7251, 8282).
    case unansweredRequest(Address)
    /// A deposit's log is not as the deposit contract makes them (EIP-6110).
    case depositLog(index: Int)
    /// The header names ommers that are not given: the reward cannot be known.
    case ommersMissing
    case stateNotLoaded(StateKey)
    /// The block touches more than its gas limit allows (EIP-7928).
    case accessListTooLong(items: Int, maximum: Int)
}

/// Executes blocks of the network again, by the rules of their fork: what is called before and
/// after the transactions, withdrawals, and the reward for the work before Paris.
public struct BlockExecutor: Sendable {
    /// The rules of the block.
    public let activation: ForkActivation
    /// Where deposits to the beacon chain are made, if known.
    public let depositContract: Address?

    /// An executor of blocks under these rules.
    public init(activation: ForkActivation, depositContract: Address?) {
        self.activation = activation
        self.depositContract = depositContract
    }

    /// The most bytes that a block of the network may have from Osaka on: 10 MiB less 2 MiB for
    /// what the beacon chain adds (EIP-7934).
    private static let maximumBytes = 8 << 20

    /// Executes a block on its parent's state.
    public func execute(
        _ block: NetworkBlock, on reader: any StateReader
    ) throws(BlockFault) -> BlockExecution {
        guard activation.canBeExecuted else {
            throw .rules(
                .notExecuted(
                    name: activation.name, chainId: block.chainId, number: block.header.number))
        }
        let size = block.encodedSize
        if activation.fork >= .osaka, size > Self.maximumBytes {
            throw .tooLarge(bytes: size, maximum: Self.maximumBytes)
        }
        let machine = VirtualMachine(block: environment(block), state: reader)
        do throws(ExecutionError) {
            try SystemContracts.open(
                machine, fork: activation.fork, parentHash: block.header.parentHash,
                parentBeaconBlockRoot: block.header.parentBeaconBlockRoot ?? .zero)
        } catch { throw .systemCall(error) }
        var recorder = activation.fork >= .amsterdam ? AccessRecorder() : nil
        try finishStep(&recorder, machine)
        let (sequence, blobGasUsed) = try transactions(block, machine, &recorder)
        let requests = try requests(sequence, machine)
        let rewards = activation.fork < .paris ? try MiningReward.rewards(for: block) : []
        do throws(StateNotLoaded) {
            for withdrawal in block.withdrawals {
                try machine.credit(withdrawal.address, wei: withdrawal.amountWei)
            }
            for reward in rewards { try machine.credit(reward.miner, wei: reward.wei) }
        } catch { throw .stateNotLoaded(error.key) }
        try finishStep(&recorder, machine)
        let accessList = recorder?.list(of: machine)
        try checkLength(accessList, block)
        return BlockExecution(
            transactions: sequence.included, gasUsed: sequence.blockGas.fuller,
            blobGasUsed: blobGasUsed,
            receiptsRoot: sequence.receiptsRoot, logsBloom: sequence.logsBloom,
            requestsHash: requests?.hash, accessList: accessList, accessed: machine.accessed(),
            changes: machine.changes())
    }

    /// What the block gives to its transactions.
    private func environment(_ block: NetworkBlock) -> BlockEnvironment {
        let header = block.header
        // Before Paris the instruction that reads the randomness reads the difficulty (EIP-4399).
        let hasWork = activation.fork < .paris
        return BlockEnvironment(
            fork: activation.fork, chainId: block.chainId, number: header.number,
            timestamp: header.timestamp, coinbase: header.coinbase, gasLimit: header.gasLimit,
            baseFeePerGas: header.baseFeePerGas ?? .zero,
            prevRandao: hasWork ? Hash32(word: header.difficulty) : header.prevRandao,
            blobBaseFee: activation.blobs?.weiPerBlobGas(
                excessBlobGas: header.excessBlobGas ?? 0) ?? BlobBaseFee.minimum,
            slotNumber: header.slotNumber ?? 0)
    }

    private func transactions(
        _ block: NetworkBlock, _ machine: VirtualMachine, _ recorder: inout AccessRecorder?
    ) throws(BlockFault) -> (sequence: TransactionSequence, blobGasUsed: UInt64) {
        var sequence = TransactionSequence(machine: machine, gasLimit: block.header.gasLimit)
        var blobGasUsed: UInt64 = 0
        let maximum = activation.blobs?.maximumGas ?? 0
        for (index, signed) in block.transactions.enumerated() {
            let sender: Address
            do throws(SignatureError) { sender = try signed.sender(fork: activation.fork) } catch {
                throw .signature(index: index, error)
            }
            let outcome: TransactionOutcome
            do throws(ExecutionError) {
                outcome = try sequence.execute(
                    signed, sender: sender, gasBefore: sequence.blockGas)
            } catch { throw .transaction(index: index, error) }
            blobGasUsed += outcome.blobGasUsed
            guard blobGasUsed <= maximum else {
                throw .tooMuchBlobGas(used: blobGasUsed, maximum: maximum)
            }
            sequence.append(signed, sender: sender, outcome)
            try finishStep(&recorder, machine)
        }
        return (sequence, blobGasUsed)
    }

    private func finishStep(
        _ recorder: inout AccessRecorder?, _ machine: VirtualMachine
    ) throws(BlockFault) {
        do throws(StateNotLoaded) { try recorder?.finishStep(of: machine) } catch {
            throw .stateNotLoaded(error.key)
        }
    }

    private func checkLength(
        _ list: BlockAccessList?, _ block: NetworkBlock
    ) throws(BlockFault) {
        guard let list else { return }
        let maximum = Int(clamping: block.header.gasLimit / BlockAccessList.gasPerItem)
        guard list.itemCount <= maximum else {
            throw .accessListTooLong(items: list.itemCount, maximum: maximum)
        }
    }

    /// What the block asks of the beacon chain; nil before Prague.
    private func requests(
        _ sequence: TransactionSequence, _ machine: VirtualMachine
    ) throws(BlockFault) -> ExecutionRequests? {
        guard activation.fork >= .prague else { return nil }
        var requests = ExecutionRequests()
        for (index, transaction) in sequence.included.enumerated() {
            for log in transaction.receipt.logs where log.address == depositContract {
                guard let deposit = DepositLog.request(log) else {
                    throw .depositLog(index: index)
                }
                requests.deposits += deposit
            }
        }
        requests.withdrawals = try SystemContracts.requests(
            machine, of: SystemContracts.withdrawalRequests)
        requests.consolidations = try SystemContracts.requests(
            machine, of: SystemContracts.consolidationRequests)
        guard activation.fork >= .amsterdam else { return requests }
        requests.builderDeposits = try SystemContracts.requests(
            machine, of: SystemContracts.builderDepositRequests)
        requests.builderExits = try SystemContracts.requests(
            machine, of: SystemContracts.builderExitRequests)
        return requests
    }
}
