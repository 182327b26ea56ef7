import Ethereum
import UniswapV3

/// Finds just-in-time liquidity in a block's calls of pools.
///
/// An attack is a mint and a burn of the same liquidity over the same range by the same owner, in
/// transactions of their own, with a swap of the same pool in a transaction of another sender
/// between them, when that swap reached the range. Whether one token was deposited or both is of no
/// account; a burn may be spread over several transactions, of which the last one counts as it.
public enum JitDetector {
    /// Uniswap's position manager on mainnet. It owns the positions of many, so that the owner
    /// alone does not tell whose they are.
    public static let positionManager = Address(
        word: UInt256(0x7ABD_D847_AB11_FE88, 0xA452_2E87_1399_CD71, 0xC364_42B4, 0))

    /// The attacks in the order of their mints.
    public static func attacks(in block: PoolCallBlock) -> [JitAttack] {
        let changes = Changes(block)
        var taken: Set<Int> = []
        var attacks: [JitAttack] = []
        for mint in changes.mints {
            // Burns of the position behind its mint; several transactions may share the work.
            var indices: [Int] = []
            var burned: Change?
            for (index, burn) in changes.burns.enumerated() where !taken.contains(index) {
                guard burn.transactionIndex > mint.transactionIndex, burn.place == mint.place
                else { continue }
                if matches(mint, burn, block), let attack = attack(mint, burn, in: block) {
                    taken.insert(index)
                    attacks.append(attack)
                    break
                }
                guard isOfOne(mint, burn, block) else { continue }
                indices.append(index)
                burned = burned.map { $0.joined(by: burn) } ?? burn
                guard let all = burned, indices.count > 1, matches(mint, all, block),
                    let attack = attack(mint, all, in: block)
                else { continue }
                taken.formUnion(indices)
                attacks.append(attack)
                break
            }
        }
        return attacks
    }

    /// Where a position is.
    private struct Place: Hashable {
        var pool: Address
        var owner: Address
        var tickLower: Tick
        var tickUpper: Tick
    }

    /// All that one transaction adds to a position, or takes from it.
    private struct Change {
        var place: Place
        var transactionIndex: UInt64
        var transactionHash: Hash32
        var liquidity: UInt256
        var amounts: TokenAmounts
        /// Transactions before this one that did a part of it.
        var earlier: [Hash32] = []

        /// This and a later one together, in the later one's transaction.
        func joined(by later: Change) -> Change {
            var both = later
            both.earlier = earlier + [transactionHash]
            both.liquidity = liquidity &+ later.liquidity
            both.amounts.amount0 = amounts.amount0 &+ later.amounts.amount0
            both.amounts.amount1 = amounts.amount1 &+ later.amounts.amount1
            return both
        }
    }

    /// Mints and burns, each position's of one transaction taken together.
    private struct Changes {
        var mints: [Change] = []
        var burns: [Change] = []

        init(_ block: PoolCallBlock) {
            for call in block.calls {
                switch call.action {
                case .mint(let owner, let range, let amounts):
                    Self.add(call, owner, range, amounts, to: &mints)
                case .burn(let owner, let range, let amounts) where range.liquidity > 0:
                    Self.add(call, owner, range, amounts, to: &burns)
                default: continue
                }
            }
            mints.sort { $0.transactionIndex < $1.transactionIndex }
            burns.sort { $0.transactionIndex < $1.transactionIndex }
        }

        private static func add(
            _ call: PoolCall, _ owner: Address, _ range: RangeLiquidity, _ amounts: TokenAmounts,
            to changes: inout [Change]
        ) {
            let place = Place(
                pool: call.pool, owner: owner, tickLower: range.tickLower,
                tickUpper: range.tickUpper)
            let known = changes.firstIndex {
                $0.place == place && $0.transactionHash == call.transactionHash
            }
            guard let known else {
                changes.append(
                    Change(
                        place: place, transactionIndex: call.transactionIndex,
                        transactionHash: call.transactionHash,
                        liquidity: UInt256(range.liquidity), amounts: amounts))
                return
            }
            changes[known].liquidity = changes[known].liquidity &+ UInt256(range.liquidity)
            changes[known].amounts.amount0 = changes[known].amounts.amount0 &+ amounts.amount0
            changes[known].amounts.amount1 = changes[known].amounts.amount1 &+ amounts.amount1
        }
    }

    /// The part of a mint that may stay, 1 / 2 ** this: dust keeps ticks and position in use, which
    /// makes the next opening cheaper.
    private static let dustShift: UInt64 = 10

    /// Whether the burn ends what the mint began. A position of the manager must be of one sender
    /// or of one contract, and of exactly that liquidity; any other owner may have had some before,
    /// and may leave dust.
    private static func matches(_ mint: Change, _ burn: Change, _ block: PoolCallBlock) -> Bool {
        guard mint.place.owner == positionManager else {
            return burn.liquidity >= mint.liquidity &- mint.liquidity >> dustShift
        }
        return burn.liquidity == mint.liquidity && isOfOne(mint, burn, block)
    }

    /// Whether mint and burn are one's. Of positions of the manager that is told by the senders.
    private static func isOfOne(_ mint: Change, _ burn: Change, _ block: PoolCallBlock) -> Bool {
        guard mint.place.owner == positionManager else { return true }
        guard let opener = block.senders[mint.transactionHash],
            let closer = block.senders[burn.transactionHash]
        else { return true }
        return opener.from == closer.from
            || (opener.to != nil && opener.to == closer.to && opener.to != positionManager)
    }

    private static func attack(
        _ mint: Change, _ burn: Change, in block: PoolCallBlock
    ) -> JitAttack? {
        var attack = JitAttack(
            block: block.number, pool: mint.place.pool, mintTransaction: mint.transactionHash,
            burnTransaction: burn.transactionHash, swapTransactions: [],
            range: RangeLiquidity(
                tickLower: mint.place.tickLower, tickUpper: mint.place.tickUpper,
                liquidity: mint.liquidity.asUInt128 ?? .max),
            minted: mint.amounts, burned: burn.amounts, fees: nil, swapsIn: .zero, swapsOut: .zero)
        let own = Set(
            [mint, burn].compactMap { block.senders[$0.transactionHash]?.from })
        for call in block.calls where call.pool == attack.pool {
            guard case .swap(let amount0, let amount1) = call.action,
                call.transactionIndex > mint.transactionIndex,
                call.transactionIndex < burn.transactionIndex
            else { continue }
            if let sender = block.senders[call.transactionHash] {
                // His own: he signed it, or it went to the contract that holds the position.
                if own.contains(sender.from) || sender.to == mint.place.owner { continue }
            }
            if attack.swapTransactions.last != call.transactionHash {
                attack.swapTransactions.append(call.transactionHash)
            }
            attack.add(amount0, amount1)
        }
        guard !attack.swapTransactions.isEmpty else { return nil }
        attack.fees = fees(of: mint, burn, in: block)
        return isReached(mint, burn, attack.fees) ? attack : nil
    }

    /// Whether a swap came into the range: the position earned something, or, where nobody
    /// collected, it came back in another composition. A mint is rounded up and a burn down.
    private static func isReached(
        _ mint: Change, _ burn: Change, _ fees: TokenAmounts?
    ) -> Bool {
        if let fees { return fees != .zero }
        // Where dust stays, as much of the amounts may have stayed as well.
        let leavesDust = burn.liquidity < mint.liquidity
        func differs(_ minted: UInt256, _ burned: UInt256) -> Bool {
            let stays = leavesDust ? minted >> dustShift : .zero
            return minted > burned &+ stays &+ .one || burned > minted &+ .one
        }
        return burn.liquidity > mint.liquidity
            || differs(mint.amounts.amount0, burn.amounts.amount0)
            || differs(mint.amounts.amount1, burn.amounts.amount1)
    }

    /// What the burn's transaction, or else a later one of its sender, collected beyond the burned
    /// amounts; nil where less was collected than burned.
    private static func fees(
        of mint: Change, _ burn: Change, in block: PoolCallBlock
    ) -> TokenAmounts? {
        let closer = block.senders[burn.transactionHash]?.from
        func collected(_ isOurs: (PoolCall) -> Bool) -> TokenAmounts? {
            var sum: TokenAmounts?
            for call in block.calls where call.pool == burn.place.pool && isOurs(call) {
                guard
                    case .collect(let owner, let lower, let upper, let amounts) = call.action,
                    owner == burn.place.owner, lower == burn.place.tickLower,
                    upper == burn.place.tickUpper
                else { continue }
                sum = TokenAmounts(
                    amount0: (sum?.amount0 ?? .zero) &+ amounts.amount0,
                    amount1: (sum?.amount1 ?? .zero) &+ amounts.amount1)
            }
            return sum
        }
        let sum =
            collected {
                $0.transactionHash == burn.transactionHash
                    || burn.earlier.contains($0.transactionHash)
            }
            ?? collected {
                $0.transactionIndex > burn.transactionIndex && closer != nil
                    && block.senders[$0.transactionHash]?.from == closer
            }
        guard let sum,
            let fees0 = sum.amount0.subtractingChecked(burn.amounts.amount0),
            let fees1 = sum.amount1.subtractingChecked(burn.amounts.amount1)
        else { return nil }
        return TokenAmounts(amount0: fees0, amount1: fees1)
    }
}

extension JitAttack {
    /// Counts what a swap took in and out.
    fileprivate mutating func add(_ amount0: Int256, _ amount1: Int256) {
        func count(_ amount: Int256, _ into: inout UInt256, _ out: inout UInt256) {
            if amount.isNegative {
                out = out &+ amount.magnitude
            } else {
                into = into &+ amount.magnitude
            }
        }
        count(amount0, &swapsIn.amount0, &swapsOut.amount0)
        count(amount1, &swapsIn.amount1, &swapsOut.amount1)
    }
}
