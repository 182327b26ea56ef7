import Ethereum

/// What a pool says of a position that shrinks: `Burn` credits its principal, `Collect` pays it out
/// with the fees.
public enum PositionEvents {
    /// `Mint(address sender, address indexed owner, int24 indexed, int24 indexed, uint128, uint256,
    /// uint256)`.
    public static let mintTopic = eventTopic(
        "Mint(address,address,int24,int24,uint128,uint256,uint256)")
    private static let burnTopic = eventTopic("Burn(address,int24,int24,uint128,uint256,uint256)")
    private static let collectTopic = eventTopic(
        "Collect(address,address,int24,int24,uint128,uint128)")

    /// Raw units of fees that `owner` collected from `pool` in these logs: all that was collected,
    /// less the principal of what was burned.
    public static func feesCollected(
        in logs: [Log], pool: Address, owner: Address
    ) -> (amount0: UInt256, amount1: UInt256) {
        var collected = (UInt256.zero, UInt256.zero)
        var principal = (UInt256.zero, UInt256.zero)
        for log in logs where log.address == pool && log.topics.count == 4 {
            guard Address(word: log.topics[1].word) == owner else { continue }
            let words = ABIWords(log.data)
            guard let amount0 = words[1], let amount1 = words[2] else { continue }
            if log.topics[0] == burnTopic {
                principal = (principal.0 &+ amount0, principal.1 &+ amount1)
            } else if log.topics[0] == collectTopic {
                collected = (collected.0 &+ amount0, collected.1 &+ amount1)
            }
        }
        return (
            collected.0.subtractingChecked(principal.0) ?? .zero,
            collected.1.subtractingChecked(principal.1) ?? .zero
        )
    }

    private static let managerTopics = [
        eventTopic("IncreaseLiquidity(uint256,uint128,uint256,uint256)"),
        eventTopic("DecreaseLiquidity(uint256,uint128,uint256,uint256)"),
    ]

    /// Whether a pool tells of a position that grew, shrank or was paid out.
    public static func isPoolPosition(_ log: Log) -> Bool {
        guard let topic = log.topics.first else { return false }
        return topic == mintTopic || topic == burnTopic || topic == collectTopic
    }

    /// Whether a position manager tells of a position, or a token that cannot be divided, as
    /// positions are, changes hands.
    public static func isManagedPosition(_ log: Log) -> Bool {
        guard let topic = log.topics.first else { return false }
        return managerTopics.contains(topic)
            || topic == ERC20.transferTopic && log.topics.count == 4
    }
}
