import Chain
import EVM
import Ethereum

/// Fills a block as a builder does: bundles whole or not at all, those that pay the most first,
/// then single transactions by what they tip.
struct BlockPacker {
    /// What became of one bundle.
    struct BundleResult: Sendable {
        var bundle: PooledBundle
        /// Wei that the coinbase gets by it on the parent's state.
        var paysWei: UInt256
        /// Nil where it is in the block.
        var refusal: BlockBuilder.Refusal?
    }

    /// Packs the builder's block; gives what became of each bundle.
    static func pack(
        _ builder: BlockBuilder, bundles: [PooledBundle], mempool: Mempool, state: WorldState
    ) -> [BundleResult] {
        var results = bundles.map { bundle -> BundleResult in
            do throws(BlockBuilder.Refusal) {
                let pays = try builder.payment(
                    of: bundle.transactions, mayFail: bundle.revertingHashes)
                return BundleResult(bundle: bundle, paysWei: pays, refusal: nil)
            } catch {
                return BundleResult(bundle: bundle, paysWei: .zero, refusal: error)
            }
        }
        let order = results.indices.sorted {
            let (a, b) = (results[$0], results[$1])
            return a.paysWei != b.paysWei
                ? a.paysWei > b.paysWei : a.bundle.arrival < b.bundle.arrival
        }
        var included: Set<Hash32> = []
        for index in order where results[index].refusal == nil {
            do throws(BlockBuilder.Refusal) {
                // What went before may have changed what this one finds.
                try builder.include(
                    bundle: results[index].bundle.transactions,
                    mayFail: results[index].bundle.revertingHashes)
                for candidate in results[index].bundle.transactions {
                    included.insert(candidate.signed.hash)
                }
            } catch {
                results[index].refusal = error
            }
        }
        // A sender whose transaction does not fit is passed over with all that follows it.
        var blocked: Set<Address> = []
        let environment = builder.environment
        for entry in mempool.executable(state: state, baseFeePerGas: environment.baseFeePerGas)
        where !included.contains(entry.signed.hash) && !blocked.contains(entry.sender) {
            do throws(BlockBuilder.Refusal) {
                try builder.include(.init(signed: entry.signed, sender: entry.sender))
            } catch {
                blocked.insert(entry.sender)
            }
        }
        return results
    }
}
