import Ethereum

/// A range of ticks and the liquidity that we open in it.
public struct JitPosition: Equatable, Hashable, Sendable {
    public var tickLower: Int32
    public var tickUpper: Int32
    public var liquidity: UInt128

    public init(tickLower: Int32, tickUpper: Int32, liquidity: UInt128) {
        self.tickLower = tickLower
        self.tickUpper = tickUpper
        self.liquidity = liquidity
    }

    /// The position as the contracts read it, one word: the liquidity, from bit 128 the lower and
    /// from bit 152 the upper tick, each with 887272 added.
    public var word: UInt256 {
        UInt256(liquidity) | Self.shifted(tickLower) << 128
            | Self.shifted(tickUpper) << 152
    }

    /// The position that a word says; nil for ticks that no pool has.
    public init?(word: UInt256) {
        guard let lower = Self.tick(word >> 128 & 0xFF_FFFF), let upper = Self.tick(word >> 152)
        else { return nil }
        self.init(tickLower: lower, tickUpper: upper, liquidity: word.low128)
    }

    /// Ticks of Uniswap V3 lie within plus and minus so much.
    private static let maxTick: Int64 = 887_272

    private static func tick(_ shifted: UInt256) -> Int32? {
        guard let value = shifted.asUInt64, value <= UInt64(2 * maxTick) else { return nil }
        return Int32(Int64(value) - maxTick)
    }

    static func shifted(_ tick: Int32) -> UInt256 {
        UInt256(UInt64(bitPattern: Int64(tick) + maxTick) & 0xFF_FFFF)
    }
}

/// Calls of `contracts/JitExecutor.vy`: what the operator signs.
public enum JitExecutor {
    /// The tokens and fee that name a pool; the contract derives its address.
    public struct PoolArguments: Equatable, Sendable {
        public var token0: Address
        public var token1: Address
        /// Hundredths of a basis point.
        public var fee: UInt32

        public init(token0: Address, token1: Address, fee: UInt32) {
            self.token0 = token0
            self.token1 = token1
            self.fee = fee
        }
    }

    /// The state on which an `open` was proven; on any other it reverts.
    public struct Guard: Equatable, Sendable {
        public var targetBlock: UInt64
        public var parentHash: Hash32
        /// Unix seconds: a block that replaces the target in a later slot is refused.
        public var maxTimestamp: UInt64
        public var minSqrtPriceX96: UInt256
        public var maxSqrtPriceX96: UInt256
        public var minLiquidity: UInt128
        public var maxLiquidity: UInt128
        /// Raw units of token0 at most.
        public var maxAmount0: UInt256
        /// Raw units of token1 at most.
        public var maxAmount1: UInt256
        /// Whether the opening pays exactly the maximum amounts, as on a guard of one price: it
        /// stores nothing of it then, and the closing says what was paid.
        public var paysMaximum: Bool
        /// Whether the positions stay, for later openings to grow on: nothing is recorded, and only
        /// `unwind` takes them out. The contract allows it for a liquidity of 1000 at most each.
        public var keeps: Bool

        public init(
            targetBlock: UInt64, parentHash: Hash32, maxTimestamp: UInt64,
            minSqrtPriceX96: UInt256, maxSqrtPriceX96: UInt256, minLiquidity: UInt128,
            maxLiquidity: UInt128, maxAmount0: UInt256, maxAmount1: UInt256,
            paysMaximum: Bool = false, keeps: Bool = false
        ) {
            self.targetBlock = targetBlock
            self.parentHash = parentHash
            self.maxTimestamp = maxTimestamp
            self.minSqrtPriceX96 = minSqrtPriceX96
            self.maxSqrtPriceX96 = maxSqrtPriceX96
            self.minLiquidity = minLiquidity
            self.maxLiquidity = maxLiquidity
            self.maxAmount0 = maxAmount0
            self.maxAmount1 = maxAmount1
            self.paysMaximum = paysMaximum
            self.keeps = keeps
        }
    }

    /// How a `close` values what came back, what it must earn and what the block's builder gets.
    public struct Settlement: Equatable, Sendable {
        /// The price at which the other token is valued in WETH.
        public var refSqrtPriceX96: UInt256
        /// Its tick.
        public var refTick: Int32
        /// Wei of WETH, after the tip.
        public var minProfitWei: UInt256
        public var tipWei: UInt256
        /// Whether the profit leaves for the profit recipient at once.
        public var sweep: Bool
        /// The fee of the pool of the same tokens in which the change of the token that is not
        /// WETH is traded back, hundredths of a basis point; 0 for no hedge.
        public var hedgeFee: UInt32
        /// Raw units of the token that the hedge pays, at most.
        public var hedgeMaxIn: UInt256
        /// What the opening paid, raw units; nil where the contract stored it.
        public var paid: Paid?

        public init(
            refSqrtPriceX96: UInt256, refTick: Int32, minProfitWei: UInt256, tipWei: UInt256,
            sweep: Bool, hedgeFee: UInt32 = 0, hedgeMaxIn: UInt256 = .zero, paid: Paid? = nil
        ) {
            self.refSqrtPriceX96 = refSqrtPriceX96
            self.refTick = refTick
            self.minProfitWei = minProfitWei
            self.tipWei = tipWei
            self.sweep = sweep
            self.hedgeFee = hedgeFee
            self.hedgeMaxIn = hedgeMaxIn
            self.paid = paid
        }
    }

    /// What an opening paid, raw units.
    public struct Paid: Equatable, Sendable {
        public var amount0: UInt256
        public var amount1: UInt256

        public init(amount0: UInt256, amount1: UInt256) {
            self.amount0 = amount0
            self.amount1 = amount1
        }

        /// Both amounts in one word, 128 bits each.
        public var word: UInt256 {
            amount0.capped(toBits: 128) | amount1.capped(toBits: 128) << 128
        }
    }

    /// An `open` as its calldata says it.
    public struct Opened: Equatable, Sendable {
        public var pool: PoolArguments
        public var positions: [JitPosition]
        /// What it pays, where it stores nothing of it.
        public var paid: Paid?
        public var keeps: Bool
    }

    /// What an account may do, besides the owner.
    public enum Role: UInt64, CaseIterable, Sendable {
        case nobody, `operator`, guardian
    }

    private static let openSelector = Selector(
        "open((address,address,uint256),uint256[],(bytes32,uint256,uint256,uint256,uint256))")
    private static let closeSelector = Selector(
        "close((address,address,uint256),uint256[],(uint256,uint256,uint256,uint256))")
    private static let unwindSelector = Selector(
        "unwind((address,address,uint256),uint256[],uint256)")
    private static let setPoolSelector = Selector(
        "setPool((address,address,uint256),int24,int24,uint96,uint96,uint8)")
    private static let setRoleSelector = Selector("setRole(address,uint256)")
    private static let setProfitRulesSelector = Selector(
        "setProfitRules(uint256,uint256,address)")
    private static let withdrawSelector = Selector("withdraw(address,uint256)")
    private static let emergencyWithdrawSelector = Selector("emergencyWithdraw(address[])")

    /// `JitExecuted(address indexed pool, address indexed numeraire, uint8 mode, uint256 profit,
    /// uint256 tip)`.
    public static let jitExecutedTopic = eventTopic(
        "JitExecuted(address,address,uint8,uint256,uint256)")

    /// Calldata that opens the positions if the chain is in the guarded state.
    public static func open(
        pool: PoolArguments, positions: [JitPosition], guard anchors: Guard
    ) -> [UInt8] {
        var call = Calldata(openSelector)
        append(pool, to: &call)
        call.append(UInt256(9 * 32))
        append(anchors, to: &call)
        append(positions, to: &call)
        return call.bytes
    }

    /// Calldata that closes the positions, checks the profit and pays the tip.
    public static func close(
        pool: PoolArguments, positions: [JitPosition], settlement: Settlement
    ) -> [UInt8] {
        var call = Calldata(closeSelector)
        append(pool, to: &call)
        call.append(UInt256(8 * 32))
        call.append(
            settlement.refSqrtPriceX96.capped(toBits: 160)
                | UInt256(UInt64(settlement.hedgeFee & 0xFF_FFFF)) << 160
                | UInt256(flag: settlement.sweep) << 184
                | JitPosition.shifted(settlement.refTick) << 192)
        call.append(
            settlement.minProfitWei.capped(toBits: 128)
                | settlement.tipWei.capped(toBits: 128) << 128)
        call.append(settlement.hedgeMaxIn)
        call.append(settlement.paid?.word ?? .zero)
        append(positions, to: &call)
        return call.bytes
    }

    /// Calldata that takes positions out without asking for a profit: the rescue of an `open` whose
    /// `close` did not follow. `paid` as in a settlement: without it the positions come, and the
    /// opening still counts as standing.
    public static func unwind(
        pool: PoolArguments, positions: [JitPosition], paid: Paid? = nil
    ) -> [UInt8] {
        var call = Calldata(unwindSelector)
        append(pool, to: &call)
        call.append(UInt256(5 * 32))
        call.append(paid?.word ?? .zero)
        append(positions, to: &call)
        return call.bytes
    }

    /// What an `open` with this calldata opens; nil for other calldata.
    public static func opened(by data: [UInt8]) -> Opened? {
        guard let named = named(by: data, selector: openSelector, countWord: 9) else { return nil }
        let words = ABIWords(Array(data.dropFirst(4)))
        guard let flags = words[6], let amounts = words[8] else { return nil }
        let paysMaximum = !(flags >> 254 & .one).isZero
        return Opened(
            pool: named.pool, positions: named.positions,
            paid: paysMaximum
                ? Paid(amount0: UInt256(amounts.low128), amount1: amounts >> 128) : nil,
            keeps: !(flags >> 255).isZero)
    }

    /// The pool and positions that a `close` or an `unwind` with this calldata takes out; nil for
    /// other calldata.
    public static func closed(
        by data: [UInt8]
    ) -> (pool: PoolArguments, positions: [JitPosition])? {
        named(by: data, selector: closeSelector, countWord: 8)
            ?? named(by: data, selector: unwindSelector, countWord: 5)
    }

    /// A pool in the first three words, and positions of which the number stands in this word.
    private static func named(
        by data: [UInt8], selector: Selector, countWord: Int
    ) -> (pool: PoolArguments, positions: [JitPosition])? {
        guard data.starts(with: Calldata(selector).bytes) else { return nil }
        let words = ABIWords(Array(data.dropFirst(4)))
        guard let token0 = words[0], let token1 = words[1], let fee = words[2]?.asUInt64,
            let count = words[countWord]?.asUInt64, (1...4).contains(count)
        else { return nil }
        var positions: [JitPosition] = []
        for index in 0..<Int(count) {
            guard let position = words[countWord + 1 + index].flatMap(JitPosition.init(word:))
            else { return nil }
            positions.append(position)
        }
        let pool = PoolArguments(
            token0: Address(word: token0), token1: Address(word: token1),
            fee: UInt32(truncatingIfNeeded: fee))
        return (pool, positions)
    }

    /// Calldata by which the owner allows a pool: prices inside the band of ticks, deposits up to
    /// the caps for one opening, and `blockMultiple` times them in one block. 0 forbids the pool.
    public static func setPool(
        _ pool: PoolArguments, bandLower: Int32, bandUpper: Int32, maxDeposit0: UInt256,
        maxDeposit1: UInt256, blockMultiple: UInt8
    ) -> [UInt8] {
        var call = Calldata(setPoolSelector)
        append(pool, to: &call)
        call.append(UInt256(tick: bandLower))
        call.append(UInt256(tick: bandUpper))
        call.append(maxDeposit0)
        call.append(maxDeposit1)
        call.append(UInt256(UInt64(blockMultiple)))
        return call.bytes
    }

    /// Calldata by which the owner gives an account a role, or takes it.
    public static func setRole(_ account: Address, _ role: Role) -> [UInt8] {
        Calldata(setRoleSelector, account.word, UInt256(role.rawValue)).bytes
    }

    /// Calldata by which the owner sets the least profit and the largest tip of one `close`, and
    /// where swept profit goes.
    public static func setProfitRules(
        minProfitThresholdWei: UInt256, maxTipWei: UInt256, profitRecipient: Address
    ) -> [UInt8] {
        Calldata(
            setProfitRulesSelector, minProfitThresholdWei, maxTipWei, profitRecipient.word
        ).bytes
    }

    /// Calldata that sends raw units of a token (address 0: ether) to the owner.
    public static func withdraw(token: Address, amount: UInt256) -> [UInt8] {
        Calldata(withdrawSelector, token.word, amount).bytes
    }

    /// Calldata that sends the whole balance of each token (address 0: ether) to the owner.
    public static func emergencyWithdraw(_ tokens: [Address]) -> [UInt8] {
        var call = Calldata(emergencyWithdrawSelector, 32, UInt256(tokens.count))
        for token in tokens { call.append(token.word) }
        return call.bytes
    }

    /// The words after the creation code.
    public static func constructorArguments(
        minProfitThresholdWei: UInt256, maxLoanSize: UInt256, profitRecipient: Address,
        positionManager: Address
    ) -> [UInt8] {
        minProfitThresholdWei.bigEndianBytes + maxLoanSize.bigEndianBytes
            + profitRecipient.word.bigEndianBytes + positionManager.word.bigEndianBytes
    }

    private static let errorSelector = Selector("JitError(uint8)")

    /// The number in the contract's error, whose meanings stand at the top of its source; nil for
    /// output that is not its error.
    public static func errorCode(of output: [UInt8]) -> UInt8? {
        guard output.count == 36, let code = output.last,
            Calldata(errorSelector, UInt256(UInt64(code))).bytes == output
        else { return nil }
        return code
    }

    static func append(_ pool: PoolArguments, to call: inout Calldata) {
        call.append(pool.token0.word)
        call.append(pool.token1.word)
        call.append(UInt256(UInt64(pool.fee)))
    }

    /// Bounds above what their fields hold are the fields' largest: nothing of a pool comes near
    /// them.
    static func append(_ anchors: Guard, to call: inout Calldata) {
        call.append(anchors.parentHash.word)
        call.append(
            anchors.minSqrtPriceX96.capped(toBits: 160) | UInt256(anchors.targetBlock) << 160)
        call.append(
            anchors.maxSqrtPriceX96.capped(toBits: 160) | UInt256(anchors.maxTimestamp) << 160
                | UInt256(flag: anchors.paysMaximum) << 254 | UInt256(flag: anchors.keeps) << 255)
        call.append(UInt256(anchors.minLiquidity) | UInt256(anchors.maxLiquidity) << 128)
        call.append(
            anchors.maxAmount0.capped(toBits: 128) | anchors.maxAmount1.capped(toBits: 128) << 128)
    }

    static func append(_ positions: [JitPosition], to call: inout Calldata) {
        call.append(UInt256(positions.count))
        for position in positions { call.append(position.word) }
    }
}

extension UInt256 {
    /// The number, or the largest of so many bits where it has more.
    func capped(toBits bits: UInt64) -> UInt256 { min(self, .max >> (256 - bits)) }
}
