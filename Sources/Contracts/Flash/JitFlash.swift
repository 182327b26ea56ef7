import Ethereum

/// Calls of `contracts/JitFlash.vy`: the atomic mode, and what its owner sets.
public enum JitFlash {
    /// How a lender is asked and repaid. The numbers are the contract's.
    public enum LenderKind: UInt64, CaseIterable, Sendable {
        case forbidden, uniswapV3, balancerV2, aaveV3, morpho
    }

    /// A loan of one of the pool's two tokens.
    public struct Loan: Equatable, Sendable {
        public var lender: Address
        public var token: Address
        /// Raw units of the token.
        public var amount: UInt256
        /// Raw units of the token, exactly what the lender asks: more is given away or refused,
        /// less fails.
        public var fee: UInt256

        public init(lender: Address, token: Address, amount: UInt256, fee: UInt256) {
            self.lender = lender
            self.token = token
            self.amount = amount
            self.fee = fee
        }
    }

    /// What the operation must earn, what the block's builder gets, and how the change of the token
    /// that is not WETH is traded back.
    public struct Settlement: Equatable, Sendable {
        /// Wei of WETH, after the loan's fee and the tip.
        public var minProfitWei: UInt256
        public var tipWei: UInt256
        /// The fee of the hedge's pool of the same tokens, hundredths of a basis point; 0 for no
        /// hedge, which only a gain of the other token allows.
        public var hedgeFee: UInt32
        /// Raw units of the token that the hedge pays, at most.
        public var hedgeMaxIn: UInt256

        public init(
            minProfitWei: UInt256, tipWei: UInt256, hedgeFee: UInt32, hedgeMaxIn: UInt256
        ) {
            self.minProfitWei = minProfitWei
            self.tipWei = tipWei
            self.hedgeFee = hedgeFee
            self.hedgeMaxIn = hedgeMaxIn
        }
    }

    /// All that one transaction of the atomic mode does.
    public struct Operation: Equatable, Sendable {
        public var pool: JitExecutor.PoolArguments
        /// One to four.
        public var positions: [JitPosition]
        /// The state on which the operation was proven.
        public var anchors: JitExecutor.Guard
        /// One or two, taken in this order, each inside the one before.
        public var loans: [Loan]
        public var settlement: Settlement
        /// Whom the trampoline calls, with what: the user's signed order.
        public var target: Address
        /// At most `maxPayloadBytes`.
        public var payload: [UInt8]

        public init(
            pool: JitExecutor.PoolArguments, positions: [JitPosition],
            anchors: JitExecutor.Guard, loans: [Loan], settlement: Settlement, target: Address,
            payload: [UInt8]
        ) {
            self.pool = pool
            self.positions = positions
            self.anchors = anchors
            self.loans = loans
            self.settlement = settlement
            self.target = target
            self.payload = payload
        }
    }

    public static let maxPayloadBytes = 4096
    public static let maxLoans = 2

    private static let flashJitSelector = Selector(
        "flashJit((address,address,uint256),uint256[],(bytes32,uint256,uint256,uint256,uint256),"
            + "(address,address,uint256)[],(uint256,uint256),address,bytes)")
    /// By which the trampoline is asked to make an order's call.
    public static let forwardSelector = Selector("forward(address,bytes)")
    private static let setLenderSelector = Selector("setLender(address,uint256)")
    private static let setTargetSelector = Selector("setTarget(address,bytes4,bool)")
    private static let setTokenLimitSelector = Selector("setTokenLimit(address,uint256)")
    /// Words before the first dynamic argument: pool 3, positions 1, guard 5, loans 1,
    /// settlement 2, target 1, payload 1.
    private static let headWords = 14

    /// Calldata of the operation.
    public static func flashJit(_ operation: Operation) -> [UInt8] {
        var call = Calldata(flashJitSelector)
        let positionsAt = headWords
        let loansAt = positionsAt + 1 + operation.positions.count
        let payloadAt = loansAt + 1 + 3 * operation.loans.count
        JitExecutor.append(operation.pool, to: &call)
        call.append(UInt256(positionsAt * 32))
        JitExecutor.append(operation.anchors, to: &call)
        call.append(UInt256(loansAt * 32))
        // Amounts above 128 bits are the largest of them: no pool and no lender has so much.
        call.append(
            operation.settlement.minProfitWei.capped(toBits: 128)
                | operation.settlement.tipWei.capped(toBits: 128) << 128)
        call.append(
            operation.settlement.hedgeMaxIn.capped(toBits: 128)
                | UInt256(UInt64(operation.settlement.hedgeFee)) << 128)
        call.append(operation.target.word)
        call.append(UInt256(payloadAt * 32))
        JitExecutor.append(operation.positions, to: &call)
        call.append(UInt256(operation.loans.count))
        for loan in operation.loans {
            call.append(loan.lender.word)
            call.append(loan.token.word)
            call.append(
                loan.amount.capped(toBits: 128) | loan.fee.capped(toBits: 128) << 128)
        }
        call.append(UInt256(operation.payload.count))
        call.append(padded: operation.payload)
        return call.bytes
    }

    /// Calldata by which the owner allows a lender; the kind `forbidden` takes it back.
    public static func setLender(_ lender: Address, _ kind: LenderKind) -> [UInt8] {
        Calldata(setLenderSelector, lender.word, UInt256(kind.rawValue)).bytes
    }

    /// Calldata by which the owner allows orders to call a function of a target.
    public static func setTarget(
        _ target: Address, selector: Selector, allowed: Bool
    ) -> [UInt8] {
        Calldata(
            setTargetSelector, target.word, UInt256(UInt64(selector.value)) << 224,
            UInt256(flag: allowed)
        ).bytes
    }

    /// Calldata by which the owner bounds a loan of a token, raw units. WETH's bound is the
    /// executor's `maxLoanSize`.
    public static func setTokenLimit(_ token: Address, maxLoan: UInt256) -> [UInt8] {
        Calldata(setTokenLimitSelector, token.word, maxLoan).bytes
    }

    /// The words after the creation code.
    public static func constructorArguments(
        executor: Address, trampoline: Address
    ) -> [UInt8] {
        executor.word.bigEndianBytes + trampoline.word.bigEndianBytes
    }
}
