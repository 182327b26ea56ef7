/// Gas prices by name (Yellow Paper appendix G, with EIP-2929, 2930, 3529, 3860, 4844, 5656, 8037
/// and 8038). What the state's growth costs from Amsterdam on is in `StateGas`.
enum Gas {
    static let zero: Int64 = 0
    static let base: Int64 = 2
    static let veryLow: Int64 = 3
    static let low: Int64 = 5
    static let mid: Int64 = 8
    static let high: Int64 = 10
    static let jumpDestination: Int64 = 1
    static let blockHash: Int64 = 20

    /// EXP, and each byte of its exponent (EIP-160).
    static let exp: Int64 = 10
    static let expByte: Int64 = 50

    static let keccak256: Int64 = 30
    static let keccak256Word: Int64 = 6
    static let copyWord: Int64 = 3
    static let memoryWord: Int64 = 3
    /// Memory of w words costs w²/512 beside the linear part.
    static let memoryQuadraticDivisor: Int64 = 512

    static let log: Int64 = 375
    static let logTopic: Int64 = 375
    static let logByte: Int64 = 8

    /// An account or slot already touched in this transaction (EIP-2929).
    static let warmAccess: Int64 = 100
    static let coldAccountAccess: Int64 = 2600
    static let coldSlotAccess: Int64 = 2100
    /// From Amsterdam (EIP-8038).
    static let coldAccountAccessAmsterdam: Int64 = 3000
    /// For the bytes of another account's code, beside the access (EIP-8038).
    static let codeAccess: Int64 = 100
    /// The first write to an account, or to a slot, in a transaction (EIP-8038).
    static let accountWrite: Int64 = 9000
    static let storageWrite: Int64 = 10000

    static let storageSet: Int64 = 20000
    /// SSTORE_RESET_GAS − COLD_SLOAD_COST (EIP-2929).
    static let storageReset: Int64 = 2900
    /// For a slot that becomes 0 (EIP-3529).
    static let storageClearRefund: Int64 = 4800
    /// From Amsterdam (EIP-8038).
    static let storageClearRefundAmsterdam: Int64 = 11616
    /// SSTORE fails with no more gas than this (EIP-2200).
    static let storageStipend: Int64 = 2300

    static let callValue: Int64 = 9000
    /// From Amsterdam, the stipend included (EIP-8038).
    static let callValueAmsterdam: Int64 = 11300
    static let callStipend: Int64 = 2300
    static let newAccount: Int64 = 25000
    /// A caller keeps at least one part in 64 (EIP-150).
    static let callReserveDivisor: Int64 = 64
    static let selfDestruct: Int64 = 5000

    static let create: Int64 = 32000
    /// From Amsterdam, the account beside it (EIP-8037, EIP-8038).
    static let createAmsterdam: Int64 = 12000
    static let codeDepositByte: Int64 = 200
    /// For the hash of deployed code, from Amsterdam (EIP-8037).
    static let codeHashWord: Int64 = 6
    /// EIP-3860.
    static let initCodeWord: Int64 = 2

    /// Refunds are at most the used gas over this (EIP-3529).
    static let refundDivisor: Int64 = 5
    /// A system call's gas (EIP-4788).
    static let systemCall: Int64 = 30_000_000
    /// Blob gas per blob (EIP-4844).
    static let blob: UInt64 = 131_072
}

/// Limits of the protocol.
enum Limit {
    /// Nested calls below the outermost one (Yellow Paper 8).
    static let callDepth = 1024
    static let stackWords = 1024
    /// EIP-170; from Amsterdam EIP-7954.
    static let codeSize = 24576
    static let codeSizeAmsterdam = 65536
    /// Ancestors that BLOCKHASH knows.
    static let blockHashes: UInt64 = 256
    /// The largest nonce plus one cannot be used (EIP-2681).
    static let nonce = UInt64.max
    /// Memory offsets from here on cost more gas than any block has: 2^32 bytes cost over 2^45.
    static let memoryRange: UInt64 = 1 << 32
    /// All frames' memory together, in bytes; no gas limit below 4·10^9 reaches it.
    static let memoryTotal = 1 << 31
}
