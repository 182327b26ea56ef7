import Ethereum
import UniswapV3
import World

/// A pool of the real bytecode and the model side by side: each operation is done to both, and
/// after it the answers and every word of storage that the model knows must be equal.
public final class PoolDifferential {
    /// What differed, and where in which run.
    public struct Mismatch: Error, CustomStringConvertible {
        public let description: String
    }

    private let contract: ContractPool
    private var model: PoolState
    private var positions: [Position] = []
    private var random: SeededRandom
    private let run: String
    /// Operations that the contract accepted, and that it refused as the model did.
    public private(set) var accepted: [String: Int] = [:]
    public private(set) var refused: [String: Int] = [:]

    /// The pool of a seed and a number: its fee, price and protocol fees by chance.
    public init(_ world: ContractPoolWorld, seed: UInt64, pool number: Int) throws {
        run = "seed \(seed), pool \(number)"
        random = SeededRandom(seed: seed, purpose: "pool differential \(number)")
        let fee = [UInt32(100), 500, 3000, 10_000].randomElement(using: &random)!
        let centre = Tick.random(in: -300_000...300_000, using: &random)
        let price = TickMath.sqrtPriceX96(atTick: centre)! &+ random.integer(bits: 16)
        contract = try ContractPool(world, feePips: fee, sqrtPriceX96: price)
        model = try PoolState(key: contract.key, initializedAt: price)
        // The pool of the contract counts its observations; the model carries them along.
        model.slot0 = Slot0(word: try contract.storage(PoolStorage.slot0))
        for _ in 0..<8 { try perform(.mint(random.range(in: model))) }
    }

    /// Does so many operations by chance.
    public func perform(_ count: Int) throws {
        for _ in 0..<count {
            try perform(
                random.operation(
                    in: model, positions: positions, balances: try contract.balances()))
        }
    }

    /// Does one operation to both and compares.
    public func perform(_ operation: PoolOperation) throws {
        let data = operation.calldata(recipient: contract.owner)
        let answer =
            operation.isOwners ? try contract.callAsOwner(data) : try contract.call(data)
        let before = (model, positions)
        let expected: [UInt256]?
        var refusal: PoolError?
        do throws(PoolError) {
            expected = try apply(operation)
        } catch {
            (model, positions) = before
            expected = nil
            refusal = error
        }
        guard (answer == nil) == (expected == nil) else {
            throw Mismatch(
                description: "\(run): \(operation): the contract "
                    + (answer == nil ? "reverts" : "does it") + ", the model "
                    + (refusal.map { "says \($0)" } ?? "does it"))
        }
        let name = String("\(operation)".prefix { $0 != "(" })
        guard let answer, let expected else {
            refused[name, default: 0] += 1
            return
        }
        accepted[name, default: 0] += 1
        for (index, value) in expected.enumerated() where answer[index] != value {
            throw Mismatch(
                description: "\(run): \(operation): answer \(index) is "
                    + "\(answer[index].map(\.description) ?? "missing"), the model says \(value)")
        }
        try compareStorage(after: operation)
    }

    // MARK: The model

    private func apply(_ operation: PoolOperation) throws(PoolError) -> [UInt256] {
        func words(_ amounts: TokenAmounts) -> [UInt256] { [amounts.amount0, amounts.amount1] }
        switch operation {
        case .mint(let range):
            let index = position(range.tickLower, range.tickUpper)
            return words(try model.mint(range.liquidity, into: &positions[index]))
        case .burn(let range):
            let index = position(range.tickLower, range.tickUpper)
            return words(try model.burn(range.liquidity, from: &positions[index]))
        case .collect(let lower, let upper, let amount0, let amount1):
            let index = position(lower, upper)
            return words(
                positions[index].collect(amount0Requested: amount0, amount1Requested: amount1))
        case .swap(let zeroForOne, let amount, let limit):
            let result = try model.apply(
                zeroForOne: zeroForOne, amountSpecified: amount, sqrtPriceLimitX96: limit)
            return [result.amount0.bitPattern, result.amount1.bitPattern]
        case .flash(let amounts, let paid):
            try model.flash(amounts, paid: paid)
            return []
        case .setFeeProtocol(let part0, let part1):
            try model.setFeeProtocol(part0, part1)
            return []
        case .collectProtocol(let amount0, let amount1):
            return words(
                try model.collectProtocol(amount0Requested: amount0, amount1Requested: amount1))
        }
    }

    private func position(_ lower: Tick, _ upper: Tick) -> Int {
        let known = positions.firstIndex { $0.tickLower == lower && $0.tickUpper == upper }
        if let known { return known }
        positions.append(Position(tickLower: lower, tickUpper: upper))
        return positions.count - 1
    }

    // MARK: Comparison

    private func compareStorage(after operation: PoolOperation) throws {
        let slot0 = Slot0(word: try contract.storage(PoolStorage.slot0))
        // The oracle's counters are the contract's alone.
        model.slot0.observationIndex = slot0.observationIndex
        model.slot0.observationCardinality = slot0.observationCardinality
        model.slot0.observationCardinalityNext = slot0.observationCardinalityNext
        let oracleWords = Set(model.ticks.map { PoolStorage.tick($0.tick) &+ 3 })
        for (slot, value) in model.allWords() where !oracleWords.contains(slot) {
            try compare(slot, value, operation)
        }
        for position in positions {
            let first = PoolStorage.position(
                owner: contract.owner, tickLower: position.tickLower,
                tickUpper: position.tickUpper)
            let words = position.words
            for (index, word) in [words.0, words.1, words.2, words.3].enumerated() {
                try compare(first &+ UInt256(UInt64(index)), word, operation)
            }
            // What a burn cleared is cleared.
            for tick in [position.tickLower, position.tickUpper] where model.index(of: tick) == nil
            {
                for index in 0..<4 as Range<UInt64> {
                    try compare(PoolStorage.tick(tick) &+ UInt256(index), .zero, operation)
                }
            }
        }
    }

    private func compare(
        _ slot: UInt256, _ expected: UInt256, _ operation: PoolOperation
    ) throws {
        let actual = try contract.storage(slot)
        guard actual == expected else {
            throw Mismatch(
                description: "\(run): after \(operation): slot \(slot.hexWord) is "
                    + "\(actual.hexWord), the model says \(expected.hexWord)")
        }
    }
}

extension PoolState {
    /// `storageWords`, and the single values where they are 0.
    fileprivate func allWords() -> [(slot: UInt256, value: UInt256)] {
        let words = storageWords()
        let present = Set(words.map(\.slot))
        let single = [
            PoolStorage.feeGrowthGlobal0X128, PoolStorage.feeGrowthGlobal1X128,
            PoolStorage.protocolFees, PoolStorage.liquidity,
        ]
        return words + single.filter { !present.contains($0) }.map { ($0, UInt256.zero) }
    }
}
