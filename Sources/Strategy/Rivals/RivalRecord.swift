import Ethereum
import UniswapV3

/// What a block's just-in-time liquidity by others earned and paid: what a `TipBook` learns of it.
public enum RivalRecord {
    /// What a block says of one transaction's costs.
    public struct Payment: Equatable, Sendable {
        public var gasUsed: UInt64
        /// Wei by which the block's builder had more behind the transaction.
        public var coinbaseWei: UInt256

        public init(gasUsed: UInt64, coinbaseWei: UInt256) {
            self.gasUsed = gasUsed
            self.coinbaseWei = coinbaseWei
        }
    }

    /// An event with the pool and the transaction that tell of it.
    public struct Observed: Equatable, Sendable {
        public var pool: Address
        /// That of the mint.
        public var transaction: Hash32
        public var event: TipBook.Event

        public init(pool: Address, transaction: Hash32, event: TipBook.Event) {
            self.pool = pool
            self.transaction = transaction
            self.event = event
        }
    }

    /// The events of a block for pools whose fair price is known, in the order of the mints.
    ///
    /// What an attack earned is its inventory's change at the fair price, less the base fee of its
    /// gas. One whose fees were not collected, whose payments are not known, or that lost before
    /// its tip tells nothing of bids and is left out.
    public static func events(
        in block: PoolCallBlock, baseFeePerGas: UInt256, payments: [Hash32: Payment],
        valuations: [Address: WethValuation]
    ) -> [Observed] {
        JitDetector.attacks(in: block).compactMap { attack in
            guard let valuation = valuations[attack.pool], let fees = attack.fees,
                let mint = payments[attack.mintTransaction],
                let burn = payments[attack.burnTransaction]
            else { return nil }
            func change(_ minted: UInt256, _ burned: UInt256, _ fees: UInt256) -> Int256 {
                Int256(from: minted, to: burned &+ fees)
            }
            guard
                let earned = valuation.wei(
                    amount0: change(attack.minted.amount0, attack.burned.amount0, fees.amount0),
                    amount1: change(attack.minted.amount1, attack.burned.amount1, fees.amount1)),
                !earned.isNegative
            else { return nil }
            let gasWei = UInt256(mint.gasUsed + burn.gasUsed) &* baseFeePerGas
            guard let gross = earned.magnitude.subtractingChecked(gasWei), !gross.isZero else {
                return nil
            }
            return Observed(
                pool: attack.pool, transaction: attack.mintTransaction,
                event: .rivalLanded(
                    grossWei: gross, tipWei: mint.coinbaseWei &+ burn.coinbaseWei,
                    deposit: attack.minted))
        }
    }
}
