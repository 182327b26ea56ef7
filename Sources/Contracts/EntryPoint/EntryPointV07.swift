import Ethereum

/// An operation of an account, as EntryPoint 0.7 takes it (ERC-4337, `PackedUserOperation`).
public struct PackedUserOperation: Equatable, Hashable, Sendable {
    public var sender: Address
    public var nonce: UInt256
    /// The factory's address and its calldata; empty where the account exists.
    public var initCode: [UInt8]
    public var callData: [UInt8]
    public var verificationGasLimit: UInt128
    public var callGasLimit: UInt128
    public var preVerificationGas: UInt256
    public var maxPriorityFeePerGas: UInt128
    public var maxFeePerGas: UInt128
    /// The paymaster's address, its two gas limits and its data; empty where the account pays.
    public var paymasterAndData: [UInt8]
    public var signature: [UInt8]

    public init(
        sender: Address, nonce: UInt256, initCode: [UInt8] = [], callData: [UInt8],
        verificationGasLimit: UInt128, callGasLimit: UInt128, preVerificationGas: UInt256,
        maxPriorityFeePerGas: UInt128, maxFeePerGas: UInt128, paymasterAndData: [UInt8] = [],
        signature: [UInt8] = []
    ) {
        self.sender = sender
        self.nonce = nonce
        self.initCode = initCode
        self.callData = callData
        self.verificationGasLimit = verificationGasLimit
        self.callGasLimit = callGasLimit
        self.preVerificationGas = preVerificationGas
        self.maxPriorityFeePerGas = maxPriorityFeePerGas
        self.maxFeePerGas = maxFeePerGas
        self.paymasterAndData = paymasterAndData
        self.signature = signature
    }

    /// Who pays in the account's stead; nil where nobody does.
    public var paymaster: Address? {
        paymasterAndData.count >= 20
            ? Address(word: UInt256(bigEndian: Array(paymasterAndData.prefix(20))) ?? .zero) : nil
    }

    /// Who makes the account; nil where it exists.
    public var factory: Address? {
        initCode.count >= 20
            ? Address(word: UInt256(bigEndian: Array(initCode.prefix(20))) ?? .zero) : nil
    }

    private static func halves(_ high: UInt128, _ low: UInt128) -> UInt256 {
        (UInt256(high) << 128) | UInt256(low)
    }

    private var accountGasLimits: UInt256 { Self.halves(verificationGasLimit, callGasLimit) }
    private var gasFees: UInt256 { Self.halves(maxPriorityFeePerGas, maxFeePerGas) }

    /// What the account's owner signs, and what names the operation.
    public func hash(entryPoint: Address, chainId: UInt64) -> Hash32 {
        let inner = [
            sender.word, nonce, Keccak256.hash(initCode).word, Keccak256.hash(callData).word,
            accountGasLimits, preVerificationGas, gasFees, Keccak256.hash(paymasterAndData).word,
        ].flatMap(\.bigEndianBytes)
        return Keccak256.hash(
            Keccak256.hash(inner).bytes + entryPoint.word.bigEndianBytes
                + UInt256(chainId).bigEndianBytes)
    }

    /// The operation as the ABI writes it.
    var abi: ABIValue {
        .tuple([
            .address(sender), .uint(nonce), .bytes(initCode), .bytes(callData),
            .fixedBytes(accountGasLimits.bigEndianBytes), .uint(preVerificationGas),
            .fixedBytes(gasFees.bigEndianBytes), .bytes(paymasterAndData), .bytes(signature),
        ])
    }
}

/// Calls and events of EntryPoint 0.7.
public enum EntryPointV07 {
    /// Its address on every network.
    public static let canonical = Address(hex: "0x0000000071727De22E5E9d8BAf0edAc6f37da032")!

    private static let handleOpsSignature =
        "handleOps((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes)[],address)"
    private static let getNonceSelector = Selector("getNonce(address,uint192)")
    /// What `handleOps` is called by: what the owner of our contract allows.
    public static let handleOpsSelector = Selector(handleOpsSignature)

    /// Calldata that executes one operation; its gas is paid back to `beneficiary`.
    public static func handleOp(
        _ operation: PackedUserOperation, beneficiary: Address
    ) throws(ABIEncodingError) -> [UInt8] {
        try ABI.encode(
            handleOpsSignature, [.array([operation.abi]), .address(beneficiary)])
    }

    /// Calldata for an account's next nonce of a key.
    public static func nonce(of account: Address, key: UInt256) -> [UInt8] {
        Calldata(getNonceSelector, account.word, key).bytes
    }

    private static let depositInfoSelector = Selector("getDepositInfo(address)")

    /// Calldata for what an account has at the EntryPoint, a `DepositInfo`.
    public static func depositInfo(of account: Address) -> [UInt8] {
        Calldata(depositInfoSelector, account.word).bytes
    }

    /// What an account has at the EntryPoint.
    public struct DepositInfo: Equatable, Sendable {
        /// Wei that its operations' gas is paid from.
        public var depositWei: UInt256
        /// Wei that are locked; zero counts where they are being unlocked.
        public var stakeWei: UInt256
        public var unstakeDelaySeconds: UInt64

        /// The answer to `depositInfo`; nil where it is none.
        public init?(_ answer: [UInt8]) {
            let words = ABIWords(answer)
            guard let deposit = words[0], let staked = words[1], let stake = words[2],
                let delay = words[3]?.asUInt64
            else { return nil }
            depositWei = deposit
            stakeWei = staked.isZero ? .zero : stake
            unstakeDelaySeconds = delay
        }
    }

    /// `BeforeExecution()`: validation is over, execution begins.
    public static let beforeExecutionTopic = eventTopic("BeforeExecution()")
    private static let operationTopic = eventTopic(
        "UserOperationEvent(bytes32,address,address,uint256,bool,uint256,uint256)")

    /// What the EntryPoint says of an operation that it executed.
    public struct Executed: Equatable, Sendable {
        public var hash: Hash32
        public var sender: Address
        public var paymaster: Address
        public var nonce: UInt256
        public var success: Bool
        /// Wei that whoever pays has paid.
        public var actualGasCostWei: UInt256
        public var actualGasUsed: UInt256

        /// The event that a log holds; nil where it is another.
        public init?(_ log: Log, entryPoint: Address) {
            let words = ABIWords(log.data)
            guard log.address == entryPoint, log.topics.count == 4,
                log.topics[0] == operationTopic, let nonce = words[0], let success = words[1],
                let cost = words[2], let gas = words[3]
            else { return nil }
            hash = log.topics[1]
            sender = Address(word: log.topics[2].word)
            paymaster = Address(word: log.topics[3].word)
            self.nonce = nonce
            self.success = !success.isZero
            actualGasCostWei = cost
            actualGasUsed = gas
        }
    }

    private static let failedOpSelector = Selector("FailedOp(uint256,string)")
    private static let failedOpWithRevertSelector = Selector(
        "FailedOpWithRevert(uint256,string,bytes)")

    /// Why the EntryPoint refused an operation (`AA25 invalid account nonce`), by its revert data;
    /// nil for another error.
    public static func failure(in output: [UInt8]) -> String? {
        let types: [ABIType]
        if output.starts(with: Calldata(failedOpSelector).bytes) {
            types = [.uint(bits: 256), .string]
        } else if output.starts(with: Calldata(failedOpWithRevertSelector).bytes) {
            types = [.uint(bits: 256), .string, .bytes]
        } else {
            return nil
        }
        guard let values = try? ABI.decode(Array(output.dropFirst(4)), as: types),
            case .string(let reason) = values[1]
        else { return nil }
        return reason
    }
}
