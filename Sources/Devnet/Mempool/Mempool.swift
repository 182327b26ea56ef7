import Chain
import Ethereum

/// Transactions that wait for a block: one queue of nonces a sender.
///
/// A transaction replaces another of the same nonce when it pays a tenth more, both at most and as
/// priority, as on mainnet. Later nonces wait until the earlier ones are there.
public struct Mempool: Sendable {
    /// Why a transaction is not taken; what the RPC answers.
    public enum Refusal: Error, Equatable, Sendable, CustomStringConvertible {
        case alreadyKnown
        case wrongChain(transaction: UInt64?, chain: UInt64)
        case nonceTooLow(state: UInt64, transaction: UInt64)
        case insufficientFunds(balance: UInt256, needed: UInt256)
        case intrinsicGas(gasLimit: UInt64, needed: UInt64)
        case gasLimitAboveBlock(gasLimit: UInt64, block: UInt64)
        case replacementUnderpriced(needed: UInt256)
        case queueFull(limit: Int)
        case tipAboveFeeCap
        case typeNotSupported(TransactionType)
        /// EIP-3860.
        case initCodeTooLarge(bytes: Int)
        /// As other nodes do, which count a transaction's bytes before anything else.
        case tooLarge(bytes: Int, limit: Int)

        /// In the words of geth, which clients look for.
        public var description: String {
            switch self {
            case .alreadyKnown: "already known"
            case .wrongChain(let transaction, let chain):
                "invalid chain id for signer: have \(transaction.map(String.init) ?? "none") "
                    + "want \(chain)"
            case .nonceTooLow(let state, let transaction):
                "nonce too low: next nonce \(state), tx nonce \(transaction)"
            case .insufficientFunds(let balance, let needed):
                "insufficient funds for gas * price + value: balance \(balance), "
                    + "tx cost \(needed), overshot \(needed &- balance)"
            case .intrinsicGas(let limit, let needed):
                "intrinsic gas too low: gas \(limit), minimum needed \(needed)"
            case .gasLimitAboveBlock(let limit, let block):
                "exceeds block gas limit: \(limit), limit \(block)"
            case .replacementUnderpriced(let needed):
                "replacement transaction underpriced: needs a maxFeePerGas of \(needed)"
            case .queueFull(let limit): "txpool is full: the sender has \(limit) transactions"
            case .tipAboveFeeCap: "max priority fee per gas higher than max fee per gas"
            case .typeNotSupported(let type): "transaction type not supported: \(type.rawValue)"
            case .tooLarge(let bytes, let limit):
                "oversized data: transaction size \(bytes), limit \(limit)"
            case .initCodeTooLarge(let bytes):
                "max initcode size exceeded: code size \(bytes), limit "
                    + "\(TransactionLimit.initCodeBytes)"
            }
        }
    }

    /// A waiting transaction.
    public struct Entry: Sendable {
        public var signed: SignedTransaction
        public var sender: Address
        /// The order of arrival.
        public var arrival: UInt64
    }

    /// Transactions of one sender at most.
    public static let senderLimit = 256
    /// Bytes of one transaction at most.
    public static let transactionLimit = 128 << 10

    private var queues: [Address: [UInt64: Entry]] = [:]
    private var hashes: [Hash32: (Address, UInt64)] = [:]
    private var arrivals: UInt64 = 0

    public init() {}

    /// The waiting transaction with this hash.
    public func entry(_ hash: Hash32) -> Entry? {
        hashes[hash].flatMap { queues[$0.0]?[$0.1] }
    }

    /// Number of waiting transactions.
    public var count: Int { hashes.count }

    /// What waits of one sender by nonce: what a block could take one behind the other, and what
    /// waits for a nonce that is missing.
    public func waiting(
        of sender: Address, stateNonce: UInt64
    ) -> (pending: [Entry], queued: [Entry]) {
        let next = nextNonce(of: sender, stateNonce: stateNonce)
        let entries = (queues[sender] ?? [:]).sorted { $0.key < $1.key }
        return (
            entries.filter { $0.key < next }.map(\.value),
            entries.filter { $0.key >= next }.map(\.value)
        )
    }

    /// Those of whom something waits.
    public var senders: [Address] { queues.keys.sorted() }

    /// All waiting transactions in the order of arrival.
    public var entries: [Entry] {
        queues.values.flatMap(\.values).sorted { $0.arrival < $1.arrival }
    }

    /// The nonce after a sender's last waiting transaction without a gap.
    public func nextNonce(of sender: Address, stateNonce: UInt64) -> UInt64 {
        var nonce = stateNonce
        let queue = queues[sender] ?? [:]
        while queue[nonce] != nil { nonce += 1 }
        return nonce
    }

    /// Takes a transaction whose sender has been recovered. Gives what it replaces, if anything.
    @discardableResult
    public mutating func insert(
        _ signed: SignedTransaction, sender: Address, state: WorldState, chainId: UInt64,
        blockGasLimit: UInt64
    ) throws(Refusal) -> Entry? {
        let transaction = signed.transaction
        guard signed.raw.count <= Self.transactionLimit else {
            throw .tooLarge(bytes: signed.raw.count, limit: Self.transactionLimit)
        }
        guard hashes[signed.hash] == nil else { throw .alreadyKnown }
        // The chain is Cancun's, but there is nobody to carry blobs.
        guard transaction.type != .blob, transaction.type.firstFork <= .cancun else {
            throw .typeNotSupported(transaction.type)
        }
        guard transaction.to != nil || transaction.data.count <= TransactionLimit.initCodeBytes
        else { throw .initCodeTooLarge(bytes: transaction.data.count) }
        guard transaction.chainId == nil || transaction.chainId == chainId else {
            throw .wrongChain(transaction: transaction.chainId, chain: chainId)
        }
        guard transaction.maxPriorityFeePerGas <= transaction.maxFeePerGas else {
            throw .tipAboveFeeCap
        }
        let account = state.account(sender) ?? Account()
        guard transaction.nonce >= account.nonce else {
            throw .nonceTooLow(state: account.nonce, transaction: transaction.nonce)
        }
        let intrinsic = transaction.intrinsicGas(fork: .cancun, sender: sender)
        guard transaction.gasLimit >= intrinsic else {
            throw .intrinsicGas(gasLimit: transaction.gasLimit, needed: intrinsic)
        }
        guard transaction.gasLimit <= blockGasLimit else {
            throw .gasLimitAboveBlock(gasLimit: transaction.gasLimit, block: blockGasLimit)
        }
        let cost =
            transaction.maxFeePerGas.multipliedChecked(by: UInt256(transaction.gasLimit))
            .flatMap { $0.addingChecked(transaction.value) } ?? .max
        guard account.balance >= cost else {
            throw .insufficientFunds(balance: account.balance, needed: cost)
        }
        var queue = queues[sender] ?? [:]
        let replaced = queue[transaction.nonce]
        if let old = replaced?.signed.transaction {
            let fee = Self.raised(old.maxFeePerGas)
            guard transaction.maxFeePerGas >= fee,
                transaction.maxPriorityFeePerGas >= Self.raised(old.maxPriorityFeePerGas)
            else { throw .replacementUnderpriced(needed: fee) }
        } else if queue.count >= Self.senderLimit {
            throw .queueFull(limit: Self.senderLimit)
        }
        arrivals += 1
        queue[transaction.nonce] = Entry(signed: signed, sender: sender, arrival: arrivals)
        queues[sender] = queue
        if let replaced { hashes[replaced.signed.hash] = nil }
        hashes[signed.hash] = (sender, transaction.nonce)
        return replaced
    }

    /// A tenth more, rounded up.
    private static func raised(_ fee: UInt256) -> UInt256 {
        UInt256.mulDivRoundingUp(fee, 11, 10) ?? .max
    }

    /// Forgets what the state has passed: transactions whose nonce is used.
    public mutating func dropUsed(state: WorldState) {
        for (sender, queue) in queues {
            let nonce = state.account(sender)?.nonce ?? 0
            let left = queue.filter { $0.key >= nonce }
            for entry in queue.values where entry.signed.transaction.nonce < nonce {
                hashes[entry.signed.hash] = nil
            }
            queues[sender] = left.isEmpty ? nil : left
        }
    }

    /// Transactions that a block could take now, the best paying first, each sender's in the order
    /// of nonces; ties by arrival.
    public func executable(state: WorldState, baseFeePerGas: UInt256) -> [Entry] {
        var heads: [Entry] = []
        for (sender, queue) in queues {
            if let first = queue[state.account(sender)?.nonce ?? 0] { heads.append(first) }
        }
        var result: [Entry] = []
        func tip(_ entry: Entry) -> UInt256? {
            let transaction = entry.signed.transaction
            return transaction.effectiveGasPrice(baseFeePerGas: baseFeePerGas)
                .subtractingChecked(baseFeePerGas)
        }
        while !heads.isEmpty {
            var best = 0
            for index in heads.indices.dropFirst() {
                let (candidate, champion) = (tip(heads[index]), tip(heads[best]))
                guard let candidate else { continue }
                if champion.map({ candidate > $0 }) ?? true
                    || candidate == champion && heads[index].arrival < heads[best].arrival
                {
                    best = index
                }
            }
            let entry = heads.remove(at: best)
            guard tip(entry) != nil else { continue }
            result.append(entry)
            if let next = queues[entry.sender]?[entry.signed.transaction.nonce + 1] {
                heads.append(next)
            }
        }
        return result
    }
}
