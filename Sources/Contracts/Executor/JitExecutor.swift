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

        public init(
            targetBlock: UInt64, parentHash: Hash32, maxTimestamp: UInt64,
            minSqrtPriceX96: UInt256, maxSqrtPriceX96: UInt256, minLiquidity: UInt128,
            maxLiquidity: UInt128, maxAmount0: UInt256, maxAmount1: UInt256
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
        }
    }

    /// How a `close` values what came back, what it must earn and what the block's builder gets.
    public struct Settlement: Equatable, Sendable {
        /// The price at which the other token is valued in WETH.
        public var refSqrtPriceX96: UInt256
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

        public init(
            refSqrtPriceX96: UInt256, minProfitWei: UInt256, tipWei: UInt256, sweep: Bool,
            hedgeFee: UInt32 = 0, hedgeMaxIn: UInt256 = .zero
        ) {
            self.refSqrtPriceX96 = refSqrtPriceX96
            self.minProfitWei = minProfitWei
            self.tipWei = tipWei
            self.sweep = sweep
            self.hedgeFee = hedgeFee
            self.hedgeMaxIn = hedgeMaxIn
        }
    }

    /// What an account may do, besides the owner.
    public enum Role: UInt64, CaseIterable, Sendable {
        case nobody, `operator`, guardian
    }

    private static let openSelector = Selector(
        "open((address,address,uint256),(int24,int24,uint128)[],"
            + "(uint256,bytes32,uint256,uint256,uint256,uint256,uint256,uint256,uint256))")
    private static let closeSelector = Selector(
        "close((address,address,uint256),(int24,int24,uint128)[],"
            + "(uint256,uint256,uint256,bool,uint256,uint256))")
    private static let unwindSelector = Selector(
        "unwind((address,address,uint256),(int24,int24,uint128)[])")
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
        call.append(UInt256(13 * 32))
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
        call.append(UInt256(10 * 32))
        call.append(settlement.refSqrtPriceX96)
        call.append(settlement.minProfitWei)
        call.append(settlement.tipWei)
        call.append(UInt256(flag: settlement.sweep))
        call.append(UInt256(UInt64(settlement.hedgeFee)))
        call.append(settlement.hedgeMaxIn)
        append(positions, to: &call)
        return call.bytes
    }

    /// Calldata that takes positions out without asking for a profit: the rescue of an `open` whose
    /// `close` did not follow.
    public static func unwind(pool: PoolArguments, positions: [JitPosition]) -> [UInt8] {
        var call = Calldata(unwindSelector)
        append(pool, to: &call)
        call.append(UInt256(4 * 32))
        append(positions, to: &call)
        return call.bytes
    }

    /// The pool and positions that an `open` with this calldata opens; nil for other calldata.
    public static func opened(
        by data: [UInt8]
    ) -> (pool: PoolArguments, positions: [JitPosition])? {
        named(by: data, selector: openSelector, countWord: 13)
    }

    /// The pool and positions that a `close` or an `unwind` with this calldata takes out; nil for
    /// other calldata.
    public static func closed(
        by data: [UInt8]
    ) -> (pool: PoolArguments, positions: [JitPosition])? {
        named(by: data, selector: closeSelector, countWord: 10)
            ?? named(by: data, selector: unwindSelector, countWord: 4)
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
            let word = countWord + 1 + 3 * index
            guard let lower = words[word], let upper = words[word + 1],
                let liquidity = words[word + 2]?.asUInt128
            else { return nil }
            positions.append(
                JitPosition(
                    tickLower: Int32(truncatingIfNeeded: lower.limb0),
                    tickUpper: Int32(truncatingIfNeeded: upper.limb0), liquidity: liquidity))
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

    static func append(_ anchors: Guard, to call: inout Calldata) {
        call.append(UInt256(anchors.targetBlock))
        call.append(anchors.parentHash.word)
        call.append(UInt256(anchors.maxTimestamp))
        call.append(anchors.minSqrtPriceX96)
        call.append(anchors.maxSqrtPriceX96)
        call.append(UInt256(anchors.minLiquidity))
        call.append(UInt256(anchors.maxLiquidity))
        call.append(anchors.maxAmount0)
        call.append(anchors.maxAmount1)
    }

    static func append(_ positions: [JitPosition], to call: inout Calldata) {
        call.append(UInt256(positions.count))
        for position in positions {
            call.append(UInt256(tick: position.tickLower))
            call.append(UInt256(tick: position.tickUpper))
            call.append(UInt256(position.liquidity))
        }
    }
}
