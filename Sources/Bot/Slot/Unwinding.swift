import Ethereum

/// What was tried to take one opening out of its pool.
///
/// A transaction that is not mined costs nothing and is sent anew in each block, at that block's
/// fee. One that was mined and left the opening where it is, as where a token is frozen, costs gas
/// each time: the next one waits twice as long as the last.
struct Unwinding {
    /// Blocks between two tries at most: some thirteen minutes.
    static let longestPause: UInt64 = 64

    /// The last transaction, and the nonce that it would use up.
    private var last: (hash: Hash32, nonce: UInt64)?
    /// Transactions that were mined in vain.
    private(set) var failures = 0
    /// The head behind which it is tried again.
    private(set) var nextTry: UInt64 = 0

    /// Whether nothing is to be done behind this head: neither asked nor sent.
    func rests(at block: UInt64) -> Bool { last == nil && failures > 0 && block < nextTry }

    /// The opening still stands behind this block, and so many transactions of its account are
    /// mined. Gives the transaction that was mined in vain, where one was.
    mutating func stillStands(at block: UInt64, nonce: UInt64) -> Hash32? {
        guard let last, nonce > last.nonce else { return nil }
        self.last = nil
        failures += 1
        nextTry = block + (failures < 6 ? 1 << UInt64(failures) : Self.longestPause)
        return last.hash
    }

    /// A transaction was sent.
    mutating func sent(_ hash: Hash32, nonce: UInt64) { last = (hash, nonce) }
}
