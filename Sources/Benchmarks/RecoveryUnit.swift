import Ethereum

/// A signature whose key is recovered, what a transaction's sender costs: the unit of measured
/// times.
struct RecoveryUnit {
    private let hash: Hash32
    private let signature: Signature

    init() throws {
        hash = Keccak256.hash(Array("a signature".utf8))
        let key = PrivateKey(bytes: Keccak256.hash(Array("a key".utf8)).bytes)
        guard let key else { throw WorkloadError(path: "a key", reason: "is none") }
        signature = key.sign(hash)
    }

    func run() throws { _ = try signature.recoverAddress(messageHash: hash) }

    /// The least of five, in µs of the thread's CPU time.
    func micros() throws -> Double {
        var least = Double.infinity
        for _ in 0..<5 {
            let start = ThreadTime.micros()
            try run()
            least = min(least, ThreadTime.micros() - start)
        }
        return least
    }
}
