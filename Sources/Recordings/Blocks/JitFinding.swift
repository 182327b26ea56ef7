import Ethereum
import Strategy
import UniswapV3

/// An attack found in a file of pools' calls, with what other sources add to it.
package struct JitFinding: Equatable, Sendable {
    package var attack: JitAttack
    /// Millionths of the swaps' fees; nil where the fees or the pool's key are not known.
    package var feeShareMillionths: UInt64?
    /// Wei paid to the block's builder by the attack's two transactions; nil without traces.
    package var tipWei: UInt256?

    /// The attacks in a file, block by block.
    package static func all(in file: PoolCallFile, traces: [TraceFile]) -> [JitFinding] {
        file.blocks.flatMap { block in
            let trace = traces.first { $0.block == block.number }
            return JitDetector.attacks(in: block.successfulCalls(trace)).map { attack in
                JitFinding(
                    attack: attack,
                    feeShareMillionths: feePips(attack, block, trace).flatMap {
                        attack.feeShareMillionths(feePips: $0)
                    },
                    tipWei: trace?.tipWei(
                        of: [attack.mintTransaction, attack.burnTransaction]))
            }
        }
    }

    /// The pool's fee, from the tokens that the traces or the calldata of the attack and of its
    /// targets name.
    private static func feePips(
        _ attack: JitAttack, _ block: PoolCallFile.Block, _ trace: TraceFile?
    ) -> UInt32? {
        let hashes =
            [attack.mintTransaction, attack.burnTransaction] + attack.swapTransactions
        var tokens = trace?.callees(of: attack.pool, in: hashes) ?? []
        for transaction in block.transactions where hashes.contains(transaction.hash) {
            for address in PoolKeySearch.addresses(in: transaction.input)
            where !tokens.contains(address) { tokens.append(address) }
        }
        return PoolKeySearch.key(of: attack.pool, among: tokens)?.feePips
    }
}
