import Ethereum

/// What miners received for a block before Paris (Yellow Paper 11.3).
enum MiningReward {
    /// Wei for a block from Constantinople on (EIP-1234).
    private static let block = UInt256(2_000_000_000_000_000_000)
    /// The miner has this part of the reward for each ommer that the block names.
    private static let perOmmer: UInt256 = 32
    /// An ommer's miner has so many eighths less as it is older.
    private static let ommerParts: UInt64 = 8

    typealias Reward = (miner: Address, wei: UInt256)

    /// The rewards of the block and its ommers, whose headers must match the block's commitment in
    /// number: none are given where the header names none.
    static func rewards(for block: NetworkBlock) throws(BlockFault) -> [Reward] {
        let hasOmmers = block.header.ommersHash != BlockHeader.emptyOmmersHash
        guard hasOmmers == !block.ommers.isEmpty else { throw .ommersMissing }
        let share = Self.block.dividedOrZero(by: perOmmer)
        var rewards: [Reward] = [
            (block.header.coinbase, Self.block &+ share &* UInt256(UInt64(block.ommers.count)))
        ]
        for ommer in block.ommers {
            let age = block.header.number &- ommer.number
            guard age < ommerParts else { throw .ommersMissing }
            let eighths = UInt256(ommerParts - age)
            rewards.append(
                (
                    ommer.miner,
                    (Self.block &* eighths).dividedOrZero(by: UInt256(ommerParts))
                ))
        }
        return rewards
    }
}
