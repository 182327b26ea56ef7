import Ethereum

/// One of our two transactions of a bundle, signed.
public struct OwnTransaction: Hashable, Sendable {
    public var hash: Hash32
    public var nonce: UInt64
    /// The signed bytes, as a relay gets them.
    public var raw: [UInt8]

    public init(hash: Hash32, nonce: UInt64, raw: [UInt8]) {
        self.hash = hash
        self.nonce = nonce
        self.raw = raw
    }
}

/// How a bundle serves its target.
public enum BundleMode: String, Hashable, Sendable {
    /// [open, target, close] from the inventory.
    case inventory
    /// One transaction of ours in which a user's order runs; `open` and `close` are it, and the
    /// target is the order's own hash.
    case atomic
}

/// A signed bundle [open, target, close]: what a restart needs to know which nonces and positions
/// may be live.
public struct BundleRecord: Hashable, Sendable {
    /// keccak256 of the three transactions' hashes: the name at the relays.
    public var bundleHash: Hash32
    public var targetBlock: UInt64
    /// The head on which it was proven.
    public var headHash: Hash32
    /// The row of the opportunity, where one was recorded.
    public var opportunityId: Int64?
    public var operatorAccount: Address
    public var mode: BundleMode
    public var open: OwnTransaction
    public var targetTransactionHash: Hash32
    public var close: OwnTransaction
    /// Wei that `close` pays to the coinbase.
    public var tipWei: UInt256
    /// Wei after gas and tip, at the worst fair price.
    public var expectedNetProfitWei: Int256
    /// The relay's replacement key, a version 4 UUID; nil without one.
    public var replacementUuid: String?
    /// Milliseconds since 1970 by the caller's clock.
    public var builtAtUnixMs: Int64
    /// The signed order that it serves; nil for a pending transaction. The target of an inventory's
    /// bundle is then its submission, which is our own transaction too.
    public var orderHash: Hash32?

    public init(
        bundleHash: Hash32, targetBlock: UInt64, headHash: Hash32, opportunityId: Int64?,
        operatorAccount: Address, open: OwnTransaction, targetTransactionHash: Hash32,
        close: OwnTransaction, tipWei: UInt256, expectedNetProfitWei: Int256,
        replacementUuid: String?, builtAtUnixMs: Int64, mode: BundleMode = .inventory,
        orderHash: Hash32? = nil
    ) {
        self.orderHash = orderHash
        self.bundleHash = bundleHash
        self.targetBlock = targetBlock
        self.headHash = headHash
        self.opportunityId = opportunityId
        self.operatorAccount = operatorAccount
        self.mode = mode
        self.open = open
        self.targetTransactionHash = targetTransactionHash
        self.close = close
        self.tipWei = tipWei
        self.expectedNetProfitWei = expectedNetProfitWei
        self.replacementUuid = replacementUuid
        self.builtAtUnixMs = builtAtUnixMs
    }
}

/// One request to one relay for one bundle, and its answer.
public struct SubmissionRecord: Hashable, Sendable {
    /// What came back.
    public enum Answer: Hashable, Sendable {
        /// The text of the result.
        case accepted(String)
        case refused(code: Int64, message: String)
        /// No answer: the bundle may or may not have arrived.
        case unreachable(detail: String)
    }

    public var bundleHash: Hash32
    /// Name or address of the relay, without credentials.
    public var relay: String
    /// Milliseconds since 1970 by the caller's clock.
    public var requestedAtUnixMs: Int64
    /// Milliseconds since 1970 by the caller's clock, of the answer or of giving up.
    public var answeredAtUnixMs: Int64
    public var answer: Answer

    public init(
        bundleHash: Hash32, relay: String, requestedAtUnixMs: Int64, answeredAtUnixMs: Int64,
        answer: Answer
    ) {
        self.bundleHash = bundleHash
        self.relay = relay
        self.requestedAtUnixMs = requestedAtUnixMs
        self.answeredAtUnixMs = answeredAtUnixMs
        self.answer = answer
    }
}
