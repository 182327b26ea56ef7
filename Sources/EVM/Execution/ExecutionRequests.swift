import Ethereum

/// What a block's execution asks of the beacon chain, by kind (EIP-7685).
public struct ExecutionRequests: Equatable, Sendable {
    /// Deposits, each 192 bytes (EIP-6110).
    public var deposits: [UInt8]
    /// EIP-7002.
    public var withdrawals: [UInt8]
    /// EIP-7251.
    public var consolidations: [UInt8]
    /// EIP-8282, from Amsterdam on.
    public var builderDeposits: [UInt8]
    public var builderExits: [UInt8]

    public init(
        deposits: [UInt8] = [], withdrawals: [UInt8] = [], consolidations: [UInt8] = [],
        builderDeposits: [UInt8] = [], builderExits: [UInt8] = []
    ) {
        self.deposits = deposits
        self.withdrawals = withdrawals
        self.consolidations = consolidations
        self.builderDeposits = builderDeposits
        self.builderExits = builderExits
    }

    /// SHA-256 of the SHA-256 of each kind that asks for something, with its number in front: what
    /// the header carries.
    public var hash: Hash32 {
        var hashes: [UInt8] = []
        let kinds = [deposits, withdrawals, consolidations, builderDeposits, builderExits]
        for (kind, requests) in kinds.enumerated() where !requests.isEmpty {
            hashes += Self.sha256([UInt8(kind)] + requests).bytes
        }
        return Self.sha256(hashes)
    }

    private static func sha256(_ bytes: [UInt8]) -> Hash32 {
        bytes.withUnsafeBytes { input in
            withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { output in
                let base = output.baseAddress.unsafelyUnwrapped
                SHA256.hash(input, into: base)
                return Hash32(word: UInt256(bigEndianAt: UnsafeRawPointer(base)))
            }
        }
    }
}
