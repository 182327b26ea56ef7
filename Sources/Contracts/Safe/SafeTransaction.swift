import Ethereum

/// A transaction of a Safe that its owners sign and anybody may submit (Safe 1.3 and 1.4,
/// `execTransaction`).
public struct SafeTransaction: Equatable, Hashable, Sendable {
    public var to: Address
    public var value: UInt256
    public var data: [UInt8]
    /// 0 calls, 1 delegates the call.
    public var operation: UInt8
    /// Gas for the inner call; with 0, and without a refund, its failure reverts the whole.
    public var safeTxGas: UInt256
    public var baseGas: UInt256
    /// What the Safe pays for a gas to who submits; 0 for no refund.
    public var gasPrice: UInt256
    public var gasToken: Address
    public var refundReceiver: Address
    /// The Safe's own count of its transactions.
    public var nonce: UInt256

    public init(
        to: Address, value: UInt256 = .zero, data: [UInt8], operation: UInt8 = 0,
        safeTxGas: UInt256 = .zero, baseGas: UInt256 = .zero, gasPrice: UInt256 = .zero,
        gasToken: Address = .zero, refundReceiver: Address = .zero, nonce: UInt256
    ) {
        self.to = to
        self.value = value
        self.data = data
        self.operation = operation
        self.safeTxGas = safeTxGas
        self.baseGas = baseGas
        self.gasPrice = gasPrice
        self.gasToken = gasToken
        self.refundReceiver = refundReceiver
        self.nonce = nonce
    }

    private static let domainTypeHash = Keccak256.hash(
        Array("EIP712Domain(uint256 chainId,address verifyingContract)".utf8))
    private static let typeHash = Keccak256.hash(
        Array(
            ("SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,"
                + "uint256 baseGas,uint256 gasPrice,address gasToken,address refundReceiver,"
                + "uint256 nonce)").utf8))

    /// What the owners sign (EIP-712), which also names the transaction: the `safeTxHash`.
    public func hash(safe: Address, chainId: UInt64) -> Hash32 {
        let domain = Keccak256.hash(
            Self.words(Self.domainTypeHash.word, UInt256(chainId), safe.word))
        let message = Keccak256.hash(
            Self.words(
                Self.typeHash.word, to.word, value, Keccak256.hash(data).word,
                UInt256(UInt64(operation)), safeTxGas, baseGas, gasPrice, gasToken.word,
                refundReceiver.word, nonce))
        return Keccak256.hash([0x19, 0x01] + domain.bytes + message.bytes)
    }

    /// The signatures of owners as the Safe wants them: 65 bytes each, in the order of the signers'
    /// addresses.
    public func signatures(
        by owners: [PrivateKey], safe: Address, chainId: UInt64
    ) -> [UInt8] {
        let hash = hash(safe: safe, chainId: chainId)
        return owners.sorted { $0.address < $1.address }.flatMap { owner in
            let signature = owner.sign(hash)
            return signature.r.bigEndianBytes + signature.s.bigEndianBytes
                + [UInt8(27 + signature.yParity)]
        }
    }

    /// What the owner of our contract allows of a Safe.
    public static let execSelector = Selector(
        "execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)"
    )

    /// Calldata that has the Safe check the signatures and execute this.
    public func execTransaction(signatures: [UInt8]) -> [UInt8] {
        let dataOffset = 10 * 32
        var call = Calldata(
            Self.execSelector, to.word, value, UInt256(dataOffset), UInt256(UInt64(operation)),
            safeTxGas, baseGas, gasPrice, gasToken.word, refundReceiver.word,
            UInt256(dataOffset + 32 + Self.padded(data).count))
        call.append(payload: data)
        call.append(payload: signatures)
        return call.bytes
    }

    private static func words(_ words: UInt256...) -> [UInt8] {
        words.flatMap(\.bigEndianBytes)
    }

    private static func padded(_ bytes: [UInt8]) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: (32 - bytes.count % 32) % 32)
    }
}

/// Views and events of a Safe.
public enum Safe {
    /// `ExecutionSuccess(bytes32 txHash, uint256 payment)`; the hash is indexed since 1.4.
    public static let executionSuccessTopic = eventTopic("ExecutionSuccess(bytes32,uint256)")
    /// `ExecutionFailure(bytes32 txHash, uint256 payment)`: the inner call failed and the nonce is
    /// spent.
    public static let executionFailureTopic = eventTopic("ExecutionFailure(bytes32,uint256)")

    /// Calldata for the nonce of the Safe's next transaction.
    public static let nonce = Calldata(Selector("nonce()")).bytes
    /// Calldata for the number of owners who must sign.
    public static let threshold = Calldata(Selector("getThreshold()")).bytes

    private static let setupSelector = Selector(
        "setup(address[],uint256,address,bytes,address,address,uint256,address)")
    private static let createProxySelector = Selector(
        "createProxyWithNonce(address,bytes,uint256)")

    /// Calldata of a new Safe's first call: its owners, and how many must sign.
    public static func setup(owners: [Address], threshold: UInt64) -> [UInt8] {
        let ownersEnd = 8 * 32 + 32 * (1 + owners.count)
        var call = Calldata(
            setupSelector, UInt256(8 * 32), UInt256(threshold), .zero, UInt256(ownersEnd), .zero,
            .zero, .zero, .zero)
        call.append(UInt256(owners.count))
        for owner in owners { call.append(owner.word) }
        call.append(.zero)
        return call.bytes
    }

    /// Calldata by which the proxy factory makes a Safe of a singleton and calls it with
    /// `initializer`.
    public static func createProxy(
        singleton: Address, initializer: [UInt8], saltNonce: UInt256
    ) -> [UInt8] {
        var call = Calldata(createProxySelector, singleton.word, UInt256(96), saltNonce)
        call.append(payload: initializer)
        return call.bytes
    }
}

extension Calldata {
    /// Appends a `bytes` in its place: its length, then the bytes padded to whole words.
    mutating func append(payload: [UInt8]) {
        append(UInt256(payload.count))
        append(padded: payload)
    }
}
