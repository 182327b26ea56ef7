import Contracts
import EVM
import Ethereum
import Strategy
import TestSupport
import Testing
import World

/// The comparison of two runs by itself: what it lets pass and what not.
@Suite("SwapperOutcome.prove")
struct SwapperProofTests {
    private static let swapper = PoolWorld.address(.swapper)
    private static let weth = Address(word: 0xE)
    private static let dollar = Address(word: 0xD)
    private static let pool = Address(word: 0xF00)
    private static let wethHolding = Holding(account: swapper, token: weth)
    private static let dollarHolding = Holding(account: swapper, token: dollar)

    /// A sale of 1 ether for dollars, at a price of one.
    private static func run() throws -> TargetRun {
        let words = [
            PoolWorld.ether, UInt256.zero &- PoolWorld.ether, UInt256.one << 96, 1, .zero,
        ]
        let log = Log(
            address: pool, topics: [UniswapV3PoolContract.swapTopic],
            data: words.flatMap(\.bigEndianBytes))
        return TargetRun(
            outcome: TransactionOutcome(
                status: .success, gasUsed: 100_000, blockGas: BlockGas(execution: 100_000),
                gasRefunded: 0, output: [], logs: [log], createdAddress: nil,
                effectiveGasPrice: 10, blobGasUsed: 0, coinbaseFeeWei: .zero),
            swaps: [try #require(UniswapV3PoolContract.Swap(log))],
            balances: [wethHolding: 0, dollarHolding: 1_000_000_000_000])
    }

    private static func prove(
        exempt: Set<Address> = [], coinbase: Address = Address(word: 0xC01B),
        gasLimit: UInt64 = 200_000,
        both: (inout TargetRun) throws -> Void = { _ in },
        alone changeAlone: (inout TargetRun) throws -> Void = { _ in },
        _ change: (inout TargetRun) throws -> Void
    ) throws -> Result<SwapperOutcome, Rejection> {
        var alone = try run()
        try both(&alone)
        var bundled = alone
        try changeAlone(&alone)
        try change(&bundled)
        var wallet = PoolWorld.wallet(.swapper)
        let candidate = try wallet.sign(
            to: pool, gasLimit: gasLimit, chainId: 1, maxFeePerGas: 10,
            maxPriorityFeePerGas: .zero)
        return Result { () throws(Rejection) in
            try SwapperOutcome.prove(
                alone: alone, bundled: bundled,
                target: PendingTransaction(signed: candidate.signed, sender: candidate.sender),
                exempt: exempt, coinbase: coinbase,
                valuation: WethValuation(wethIsToken0: false, sqrtPriceX96: .one << 96),
                tokens: (dollar, weth), weth: weth)
        }
    }

    @Test("the same twice is unharmed, without a gain")
    func same() throws {
        #expect(try Self.prove { _ in }.get().gainWei.isZero)
    }

    @Test("a gain in tokens and in ether is counted together, against what was given")
    func gain() throws {
        let outcome = try Self.prove {
            $0.balances[Self.dollarHolding]! = 1_000_000_000_000 &+ 5_000_000_000_000_000
            $0.balances[Self.wethHolding] = 5_000_000_000_000_000
        }.get()
        #expect(outcome.gainWei == 10_000_000_000_000_000)
        #expect(outcome.gainPips == 10_000)
    }

    @Test("one unit less of anything is a loss; our own accounts and the pool do not count")
    func loss() throws {
        let less: (inout TargetRun) -> Void = { $0.balances[Self.dollarHolding]! = 999_999_999_999 }
        let loss = Rejection.swapperWorseOff(
            account: Self.swapper, token: Self.dollar, lossRaw: 1)
        #expect(try Self.prove(less) == .failure(loss))
        #expect(try Self.prove(exempt: [Self.swapper], less).get().gainWei.isZero)
    }

    @Test("the coinbase's ether goes by gas and does not count; its tokens and a sender's ether do")
    func coinbase() throws {
        func less(_ holding: Holding) throws -> Result<SwapperOutcome, Rejection> {
            try Self.prove(
                coinbase: holding.account, both: { $0.balances[holding] = 5 },
                { $0.balances[holding] = 4 })
        }
        let coinbase = Address(word: 0xC0)
        #expect(try less(Holding(account: coinbase, token: nil)).get().gainWei.isZero)
        #expect(
            try less(Holding(account: coinbase, token: Self.dollar))
                == .failure(
                    .swapperWorseOff(account: coinbase, token: Self.dollar, lossRaw: 1)))
        #expect(
            try less(Holding(account: Self.swapper, token: nil))
                == .failure(.swapperWorseOff(account: Self.swapper, token: nil, lossRaw: 1)))
    }

    @Test("a great gain of one account does not make up for a small loss of another")
    func noSetOff() throws {
        let third = Holding(account: Address(word: 0x3), token: nil)
        let decision = try Self.prove {
            $0.balances[Self.dollarHolding] = .max >> 1
            $0.balances[third] = .zero
        }
        // And a balance that can be read in one run only proves nothing.
        #expect(
            decision
                == .failure(.swapperWorseOff(account: third.account, token: nil, lossRaw: .zero)))
    }

    @Test("another status, other events or another fill are rejected, each by its name")
    func changed() throws {
        #expect(try Self.prove { $0.outcome.status = .revert } == .failure(.targetStatusChanged))
        #expect(
            try Self.prove { $0.outcome.logs.append($0.outcome.logs[0]) }
                == .failure(.targetLogsChanged))
        #expect(
            try Self.prove { $0.outcome.logs[0].topics[0] = .zero } == .failure(.targetLogsChanged))
        #expect(
            try Self.prove { $0.outcome.logs[0].address = .zero } == .failure(.targetLogsChanged))
        // Data may differ: that is the better price.
        #expect(try Self.prove { $0.outcome.logs[0].data = [] }.get().gainWei.isZero)
        let both = try Self.prove {
            $0.swaps[0].amount0 &+= 1
            $0.swaps[0].amount1 &-= 1
        }
        #expect(both == .failure(.partialFillChanged))
        #expect(try Self.prove { $0.swaps[0].amount1 &-= 1 }.get().gainWei.isZero)
    }

    @Test("a twentieth of the gas limit stays free, refunds counted")
    func headroom() throws {
        let rich: (inout TargetRun) -> Void = {
            $0.balances[Self.dollarHolding]! = PoolWorld.ether
        }
        func used(_ gas: UInt64, refunded: UInt64) throws -> Rejection? {
            let decision = try Self.prove {
                rich(&$0)
                ($0.outcome.gasUsed, $0.outcome.gasRefunded) = (gas, refunded)
            }
            if case .failure(let rejection) = decision { return rejection }
            return nil
        }
        #expect(try used(190_000, refunded: 0) == nil)
        #expect(
            try used(190_001, refunded: 0) == .gasHeadroom(gasUsed: 190_001, allowed: 190_000))
        #expect(
            try used(180_000, refunded: 10_001) == .gasHeadroom(gasUsed: 190_001, allowed: 190_000))
    }

    @Test("a target that alone uses its whole gas limit may do so with us, and no unit more")
    func headroomAlone() throws {
        #expect(try Self.prove(gasLimit: 100_000) { _ in }.get().gasDelta == 0)
        let more = try Self.prove(gasLimit: 100_000) { $0.outcome.gasUsed += 1 }
        #expect(more == .failure(.gasHeadroom(gasUsed: 100_001, allowed: 95_000)))
    }

    @Test("extra gas may cost half of the gain and no more; less gas costs nothing")
    func gasShare() throws {
        func decision(gain: UInt64) throws -> Result<SwapperOutcome, Rejection> {
            try Self.prove {
                $0.outcome.gasUsed += 1000
                $0.balances[Self.wethHolding] = UInt256(gain)
            }
        }
        // 1000 gas at 10 wei.
        #expect(try decision(gain: 20_000).get().gasDelta == 1000)
        #expect(
            try decision(gain: 19_999)
                == .failure(.gasShareOfGain(gasCostWei: 10_000, gainWei: 19_999)))
        #expect(try Self.prove { $0.outcome.gasUsed -= 1000 }.get().gasDelta == -1000)
    }

    @Test("another's gain pays for nobody's gas, and is told apart from the sender's")
    func othersGain() throws {
        let other = Holding(account: Address(word: 0x3), token: Self.dollar)
        func prove(_ holding: Holding, gas: UInt64) throws -> Result<SwapperOutcome, Rejection> {
            try Self.prove(
                both: { $0.balances[other] = 1 },
                {
                    $0.outcome.gasUsed += gas
                    $0.balances[holding]! = $0.balances[holding]! &+ 1_000_000
                })
        }
        // Half of a million wei pays for 50,000 gas at 10 wei.
        let own = try prove(Self.dollarHolding, gas: 50_000).get()
        #expect(own.gainWei == 1_000_000 && own.othersGainWei.isZero)
        #expect(
            try prove(other, gas: 50_000)
                == .failure(.gasShareOfGain(gasCostWei: 500_000, gainWei: .zero)))
        let harmless = try prove(other, gas: 0).get()
        #expect(harmless.gainWei.isZero && harmless.gainPips == 0)
        #expect(harmless.othersGainWei == 1_000_000)
    }

    @Test("a target that opens or closes positions is refused, whoever holds them")
    func positions() throws {
        let mint = Log(
            address: Self.pool, topics: [PositionEvents.mintTopic, .zero, .zero, .zero], data: [])
        func prove(_ log: Log) throws -> Result<SwapperOutcome, Rejection> {
            try Self.prove(exempt: [Self.pool], both: { $0.outcome.logs.append(log) }, { _ in })
        }
        #expect(try prove(mint) == .failure(.targetProvidesLiquidity(contract: Self.pool)))
        // On a pool that is not exempt the balances tell.
        var elsewhere = mint
        elsewhere.address = Address(word: 0xF01)
        #expect(try prove(elsewhere).get().gainWei.isZero)
        let manager = Address(word: 0xF02)
        let token = Log(
            address: manager, topics: [ERC20.transferTopic, .zero, .zero, .zero], data: [])
        #expect(try prove(token) == .failure(.targetProvidesLiquidity(contract: manager)))
        let transfer = Log(address: manager, topics: [ERC20.transferTopic, .zero, .zero], data: [])
        #expect(try prove(transfer).get().gainWei.isZero)
    }

    @Test("nobody pays more for a user operation, even where another pays less")
    func operations() throws {
        let topic = eventTopic(
            "UserOperationEvent(bytes32,address,address,uint256,bool,uint256,uint256)")
        func log(_ operation: UInt64, cost: UInt64) -> Log {
            let words: [UInt256] = [0, 1, UInt256(cost), 100_000]
            return Log(
                address: Address(word: 0xE9),
                topics: [
                    topic, Hash32(word: UInt256(operation)),
                    Hash32(word: UInt256(operation + 100)), .zero,
                ], data: words.flatMap(\.bigEndianBytes))
        }
        func prove(_ first: UInt64, _ second: UInt64) throws -> Result<SwapperOutcome, Rejection> {
            try Self.prove(
                alone: { $0.outcome.logs += [log(1, cost: 500), log(2, cost: 500)] },
                { $0.outcome.logs += [log(1, cost: first), log(2, cost: second)] })
        }
        #expect(try prove(500, 500).get().gainWei.isZero)
        #expect(try prove(400, 500).get().gainWei.isZero)
        #expect(
            try prove(400, 600)
                == .failure(
                    .swapperWorseOff(account: Address(word: 102), token: nil, lossRaw: 100)))
    }
}
