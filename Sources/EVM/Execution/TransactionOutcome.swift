import Ethereum

/// How the outermost call of a transaction ended.
public enum ExecutionStatus: Equatable, Sendable {
    case success
    /// The code reverted; unused gas is given back.
    case revert
    /// The code broke a rule; all gas is spent.
    case halt(HaltReason)
}

/// Why code was stopped with all its gas spent (Yellow Paper 9.4.2).
public enum HaltReason: String, Equatable, Sendable {
    case outOfGas, invalidOpcode, stackUnderflow, stackOverflow, invalidJump, staticCallViolation
    case returnDataOutOfBounds, createCollision, codeSizeLimit, initCodeSizeLimit
    case codeStartsWith0xEF, precompileFailure, nonceOverflow, callDepthExceeded,
        insufficientBalance
}

/// Gas of a block that a transaction uses up. From Amsterdam on it has two dimensions, of which
/// the one with the larger sum fills the block (EIP-8037); before, all is execution.
public struct BlockGas: Equatable, Sendable {
    /// Before Amsterdam what the sender pays for; from then on without the state's growth, without
    /// refunds (EIP-7778), and not below the calldata's floor.
    public var execution: UInt64
    /// For the growth of the state.
    public var state: UInt64

    public init(execution: UInt64 = 0, state: UInt64 = 0) {
        self.execution = execution
        self.state = state
    }

    /// What a block's header states as used, and what its base fee follows.
    public var fuller: UInt64 { max(execution, state) }

    public static func += (a: inout BlockGas, b: BlockGas) {
        a.execution += b.execution
        a.state += b.state
    }
}

/// What executing one transaction did.
public struct TransactionOutcome: Equatable, Sendable {
    public var status: ExecutionStatus
    /// What the sender pays for: after the refund.
    public var gasUsed: UInt64
    /// What the block has less of.
    public var blockGas: BlockGas
    /// What was given back of the gas: at most a fifth (EIP-3529), and not below what the calldata
    /// cost at least (EIP-7623).
    public var gasRefunded: UInt64
    /// What the outermost call returned, or its revert data.
    public var output: [UInt8]
    /// Empty unless the transaction succeeded.
    public var logs: [Log]
    /// The contract that the transaction created, if it did.
    public var createdAddress: Address?
    /// Wei per gas that the sender paid.
    public var effectiveGasPrice: UInt256
    /// Blob gas that the sender paid for.
    public var blobGasUsed: UInt64
    /// Wei that the coinbase received as priority fees.
    public var coinbaseFeeWei: UInt256

    public init(
        status: ExecutionStatus, gasUsed: UInt64, blockGas: BlockGas, gasRefunded: UInt64,
        output: [UInt8], logs: [Log], createdAddress: Address?, effectiveGasPrice: UInt256,
        blobGasUsed: UInt64,
        coinbaseFeeWei: UInt256
    ) {
        self.status = status
        self.gasUsed = gasUsed
        self.blockGas = blockGas
        self.gasRefunded = gasRefunded
        self.output = output
        self.logs = logs
        self.createdAddress = createdAddress
        self.effectiveGasPrice = effectiveGasPrice
        self.blobGasUsed = blobGasUsed
        self.coinbaseFeeWei = coinbaseFeeWei
    }
}

/// A transaction that no block may contain, and why; the state is as before.
public enum InvalidTransaction: Error, Equatable, Sendable {
    case nonceTooLow(account: UInt64, transaction: UInt64)
    case nonceTooHigh(account: UInt64, transaction: UInt64)
    case nonceAtMaximum
    case senderHasCode
    case insufficientFunds(balance: UInt256, needed: UInt256)
    /// The sum that the sender must own does not fit 256 bits.
    case costOverflow
    case maxFeeBelowBaseFee(maxFeePerGas: UInt256, baseFeePerGas: UInt256)
    case priorityFeeAboveMaxFee
    case gasLimitBelowIntrinsic(gasLimit: UInt64, intrinsicGas: UInt64)
    case gasLimitAboveCap(gasLimit: UInt64, cap: UInt64)
    /// What it costs before any code, or at least, is more than may go to execution (EIP-8037).
    case intrinsicGasAboveCap(intrinsicGas: UInt64, cap: UInt64)
    case gasLimitAboveBlock(gasLimit: UInt64, available: UInt64)
    case initCodeTooLarge(bytes: Int)
    case typeNotSupported(TransactionType, fork: Fork)
    case wrongChain(transaction: UInt64?, chain: UInt64)
    case noBlobs
    case tooManyBlobs(count: Int, maximum: Int)
    case blobHashVersion
    case blobCreatesContract
    case blobFeeTooLow(maxFeePerBlobGas: UInt256, blobBaseFee: UInt256)
    case emptyAuthorizationList
    case setCodeCreatesContract
}

/// Why an execution cannot be simulated: what it needs is not there, so that any result would be a
/// guess.
public enum Unsimulatable: Error, Equatable, Sendable {
    case precompileNotAvailable(Address)
    case stateNotLoaded(StateKey)
    case forkNotSupported(Fork)
}

/// Why there is no outcome of a transaction; the state is as before.
public enum ExecutionError: Error, Equatable, Sendable {
    case invalid(InvalidTransaction)
    case unsimulatable(Unsimulatable)
    /// It would take more than the budget that it was given.
    case budgetSpent(ExecutionBudget.Excess)
}
