import EVM
import Ethereum
import JSON

/// A state test's `env`: the block around the transaction.
struct StateTestEnvironment {
    /// Mainnet's, for which all state tests are.
    static let chainId: UInt64 = 1

    private let fields: JSONObject
    private let config: JSONObject?

    init(_ test: JSONObject) throws(FieldError) {
        fields = try test.object("env")
        config = test["config"]?.asObject
    }

    /// The parent's hash, where the test gives one.
    func parentHash() throws(FieldError) -> (number: UInt64, hash: Hash32)? {
        let number = try fields.uint64("currentNumber")
        guard fields["previousHash"] != nil, number > 0 else { return nil }
        return (number - 1, try fields.hash("previousHash"))
    }

    /// The block under a fork's rules.
    func block(fork: Fork, forkName: String) throws(FieldError) -> BlockEnvironment {
        BlockEnvironment(
            fork: fork, chainId: Self.chainId, number: try fields.uint64("currentNumber"),
            timestamp: try fields.uint64("currentTimestamp"),
            coinbase: try fields.address("currentCoinbase"),
            gasLimit: try fields.uint64("currentGasLimit"),
            baseFeePerGas: try fields.word("currentBaseFee"),
            // Before Paris the instruction that reads the randomness reads the difficulty.
            prevRandao: Hash32(
                word: try fields.word(fork < .paris ? "currentDifficulty" : "currentRandom")),
            blobBaseFee: try blobBaseFee(fork: fork, forkName: forkName),
            slotNumber: fields["slotNumber"] == nil ? 0 : try fields.uint64("slotNumber"))
    }

    private func blobBaseFee(fork: Fork, forkName: String) throws(FieldError) -> UInt256 {
        guard fork >= .cancun, fields["currentExcessBlobGas"] != nil else {
            return BlobBaseFee.minimum
        }
        var fraction =
            fork >= .prague
            ? BlobBaseFee.pragueUpdateFraction : BlobBaseFee.cancunUpdateFraction
        if let schedule = config?["blobSchedule"]?.asObject?[forkName]?.asObject,
            schedule["baseFeeUpdateFraction"] != nil
        {
            fraction = try schedule.uint64("baseFeeUpdateFraction")
        }
        return BlobBaseFee.weiPerBlobGas(
            excessBlobGas: try fields.uint64("currentExcessBlobGas"), updateFraction: fraction)
    }
}
