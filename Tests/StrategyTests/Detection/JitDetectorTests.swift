import Ethereum
import Strategy
import Testing
import UniswapV3

@Suite("JitDetector")
struct JitDetectorTests {
    static let pool = Address(word: 0x1111)
    static let owner = Address(word: 0x2222)
    static let attacker = Address(word: 0x3333)
    static let user = Address(word: 0x4444)

    static func hash(_ index: UInt64) -> Hash32 { Hash32(word: UInt256(index + 100)) }

    static func call(_ index: UInt64, _ action: PoolCall.Action, pool: Address = pool) -> PoolCall {
        PoolCall(transactionIndex: index, transactionHash: hash(index), pool: pool, action: action)
    }

    static func range(_ liquidity: UInt128 = 1000, lower: Tick = 60) -> RangeLiquidity {
        RangeLiquidity(tickLower: lower, tickUpper: 120, liquidity: liquidity)
    }

    static func amounts(_ a: UInt64, _ b: UInt64) -> TokenAmounts {
        TokenAmounts(amount0: UInt256(a), amount1: UInt256(b))
    }

    static let swap = call(1, .swap(amount0: -400, amount1: 1_000_000))
    static let burn = call(2, .burn(owner: owner, range(), amounts(100, 399)))
    static let collect = collected(100, 1399)

    static func collected(_ amount0: UInt64, _ amount1: UInt64) -> PoolCall {
        call(
            2,
            .collect(owner: owner, tickLower: 60, tickUpper: 120, amounts(amount0, amount1)))
    }

    /// One-sided: the mint takes token0 alone.
    static func mint(owner: Address = owner, range: RangeLiquidity = range()) -> PoolCall {
        call(0, .mint(owner: owner, range, amounts(500, 0)))
    }

    static func block(
        _ calls: [PoolCall], swapper: Address = user, closer: Address = attacker
    ) -> PoolCallBlock {
        let to = Address(word: 0x5555)
        return PoolCallBlock(
            number: 7, calls: calls,
            senders: [
                hash(0): .init(from: attacker, to: to), hash(1): .init(from: swapper, to: to),
                hash(2): .init(from: closer, to: closer == attacker ? to : nil),
            ])
    }

    @Test("a position around another's swap is found, one-sided too, with its fees and share")
    func found() throws {
        let attacks = JitDetector.attacks(
            in: Self.block([Self.mint(), Self.swap, Self.burn, Self.collect]))
        let attack = try #require(attacks.first)
        #expect(attacks.count == 1 && attack.block == 7 && attack.range == Self.range())
        #expect(attack.swapTransactions == [Self.hash(1)])
        #expect(attack.fees == Self.amounts(0, 1000))
        #expect(attack.feeShareMillionths(feePips: 3000) == 333_333)
        // More than such a swap can have paid.
        #expect(attack.feeShareMillionths(feePips: 100) == nil)
    }

    @Test("dust may stay, but not more")
    func dust() throws {
        func attacks(staying: UInt128, _ after: [PoolCall]) -> [JitAttack] {
            let burned = Self.range(1_000_000 - staying)
            return JitDetector.attacks(
                in: Self.block(
                    [
                        Self.mint(range: Self.range(1_000_000)), Self.swap,
                        Self.call(2, .burn(owner: Self.owner, burned, Self.amounts(100, 399))),
                    ] + after))
        }
        for staying: UInt128 in [1, 900] {
            #expect(attacks(staying: staying, [Self.collect]).count == 1)
            #expect(attacks(staying: staying, []).count == 1)
        }
        #expect(attacks(staying: 1000, [Self.collect]).isEmpty)
        // What comes back as it went in, but for the dust, met no swap.
        let unmoved = Self.call(
            2, .burn(owner: Self.owner, Self.range(999_500), Self.amounts(499, 0)))
        let calls = [Self.mint(range: Self.range(1_000_000)), Self.swap, unmoved]
        #expect(JitDetector.attacks(in: Self.block(calls)).isEmpty)
    }

    @Test("without the fees collected it is found by what came back, and the fees are not known")
    func uncollected() throws {
        let attack = try #require(
            JitDetector.attacks(in: Self.block([Self.mint(), Self.swap, Self.burn])).first)
        #expect(attack.fees == nil && attack.feeShareMillionths(feePips: 3000) == nil)
    }

    @Test("what is no attack is not found")
    func negatives() {
        let (mint, swap, burn, collect) = (Self.mint(), Self.swap, Self.burn, Self.collect)
        let negatives: [(String, PoolCallBlock)] = [
            ("no swap", Self.block([mint, burn, collect])),
            ("no burn", Self.block([mint, swap])),
            (
                "the swap before",
                Self.block([Self.call(0, swap.action), Self.call(1, mint.action), burn, collect])
            ),
            (
                "the burn before",
                Self.block([Self.call(0, burn.action), swap, Self.call(2, mint.action)])
            ),
            (
                "another pool's swap",
                Self.block([mint, Self.call(1, swap.action, pool: Self.user), burn, collect])
            ),
            ("his own swap", Self.block([mint, swap, burn, collect], swapper: Self.attacker)),
            (
                "another range",
                Self.block([Self.mint(range: Self.range(lower: 0)), swap, burn, collect])
            ),
            ("another owner", Self.block([Self.mint(owner: Self.user), swap, burn, collect])),
            ("half of it", Self.block([Self.mint(range: Self.range(2000)), swap, burn, collect])),
            (
                "in the mint's transaction",
                Self.block([mint, Self.call(0, swap.action), burn, collect])
            ),
            (
                "all in one",
                Self.block([mint, Self.call(0, swap.action), Self.call(0, burn.action)])
            ),
            (
                "a poke",
                Self.block([
                    mint, swap, Self.call(2, .burn(owner: Self.owner, Self.range(0), .zero)),
                ])
            ),
            (
                "a range that was not reached",
                Self.block([
                    mint, swap,
                    Self.call(2, .burn(owner: Self.owner, Self.range(), Self.amounts(499, 0))),
                    Self.collected(499, 0),
                ])
            ),
            (
                "the same, not collected",
                Self.block([
                    mint, swap,
                    Self.call(2, .burn(owner: Self.owner, Self.range(), Self.amounts(499, 0))),
                ])
            ),
        ]
        for (name, block) in negatives {
            #expect(JitDetector.attacks(in: block).isEmpty, "\(name)")
        }
    }

    @Test("positions of the manager are one sender's, and of the same size")
    func manager() {
        let manager = JitDetector.positionManager
        #expect(manager == Address(hex: "0xC36442b4a4522E871399CD717aBDD847Ab11FE88"))
        func calls(burned: UInt128) -> [PoolCall] {
            [
                Self.mint(owner: manager), Self.swap,
                Self.call(2, .burn(owner: manager, Self.range(burned), Self.amounts(100, 399))),
            ]
        }
        #expect(JitDetector.attacks(in: Self.block(calls(burned: 1000))).count == 1)
        #expect(JitDetector.attacks(in: Self.block(calls(burned: 1001))).isEmpty)
        #expect(
            JitDetector.attacks(in: Self.block(calls(burned: 1000), closer: Self.user)).isEmpty)
    }

    @Test("several positions of one attacker are several attacks")
    func several() {
        let second = Self.range(5, lower: 0)
        let attacks = JitDetector.attacks(
            in: Self.block([
                Self.mint(), Self.call(0, .mint(owner: Self.owner, second, Self.amounts(9, 0))),
                Self.swap, Self.burn,
                Self.call(2, .burn(owner: Self.owner, second, Self.amounts(3, 4))),
            ]))
        #expect(attacks.map(\.range) == [Self.range(), second])
    }

    /// A block whose transactions are each of one sender to one contract.
    private static func block(
        _ calls: [PoolCall], from senders: [(Address, to: Address?)]
    ) -> PoolCallBlock {
        PoolCallBlock(
            number: 7, calls: calls,
            senders: Dictionary(
                uniqueKeysWithValues: senders.enumerated().map { index, sender in
                    (hash(UInt64(index)), .init(from: sender.0, to: sender.to))
                }))
    }

    @Test("a burn in parts is found with the last one, its fees from all of them")
    func parts() throws {
        let half = Self.range(500)
        let calls = [
            Self.mint(), Self.swap,
            Self.call(2, .burn(owner: Self.owner, half, Self.amounts(50, 200))),
            Self.call(
                2,
                .collect(
                    owner: Self.owner, tickLower: 60, tickUpper: 120, Self.amounts(50, 1200))),
            Self.call(3, .burn(owner: Self.owner, half, Self.amounts(50, 199))),
            Self.call(
                3, .collect(owner: Self.owner, tickLower: 60, tickUpper: 120, Self.amounts(50, 199))
            ),
        ]
        let senders = [
            (Self.attacker, to: Self.owner), (Self.user, to: nil as Address?),
            (Self.attacker, to: Self.owner), (Self.attacker, to: Self.owner),
        ]
        let attack = try #require(
            JitDetector.attacks(in: Self.block(calls, from: senders)).first)
        #expect(attack.burnTransaction == Self.hash(3) && attack.burned == Self.amounts(100, 399))
        #expect(attack.fees == Self.amounts(0, 1000) && attack.swapTransactions == [Self.hash(1)])
        // One part alone is not the end of it.
        let open = Array(calls.dropLast(2))
        #expect(JitDetector.attacks(in: Self.block(open, from: senders)).isEmpty)
    }

    @Test("two attacks on one swap by two owners, and one after the other by one, are each found")
    func twoAttacks() {
        let other = Address(word: 0x9999)
        let around = [
            Self.mint(), Self.call(1, .mint(owner: other, Self.range(77), Self.amounts(40, 0))),
            Self.call(2, Self.swap.action),
            Self.call(3, .burn(owner: other, Self.range(77), Self.amounts(8, 30))),
            Self.call(4, Self.burn.action),
        ]
        let attacks = JitDetector.attacks(
            in: Self.block(
                around,
                from: [
                    (Self.attacker, to: Self.owner), (other, to: nil), (Self.user, to: nil),
                    (other, to: nil), (Self.attacker, to: Self.owner),
                ]))
        #expect(attacks.map(\.range.liquidity) == [1000, 77])
        #expect(attacks.map(\.burnTransaction) == [Self.hash(4), Self.hash(3)])
        let again = [
            Self.mint(), Self.swap, Self.burn, Self.call(3, Self.mint().action),
            Self.call(4, Self.swap.action), Self.call(5, Self.burn.action),
        ]
        let both = JitDetector.attacks(
            in: Self.block(
                again,
                from: (0..<6).map { ($0 % 3 == 1 ? Self.user : Self.attacker, to: Self.owner) }
                    .map { ($0.0, to: $0.0 == Self.user ? nil : $0.to) }))
        #expect(
            both.map(\.swapTransactions) == [[Self.hash(1)], [Self.hash(4)]], "\(both)")
    }

    @Test("every swap between counts, of several senders and several pools, each once")
    func between() throws {
        let calls = [
            Self.mint(), Self.swap, Self.call(1, Self.swap.action),
            Self.call(2, Self.swap.action), Self.call(3, Self.swap.action, pool: Self.user),
            Self.call(4, Self.burn.action),
        ]
        let senders = [
            (Self.attacker, to: Self.owner), (Self.user, to: nil as Address?),
            (Address(word: 0x44), to: nil), (Self.user, to: nil), (Self.attacker, to: Self.owner),
        ]
        let attack = try #require(JitDetector.attacks(in: Self.block(calls, from: senders)).first)
        #expect(attack.swapTransactions == [Self.hash(1), Self.hash(2)])
        #expect(attack.swapsIn == Self.amounts(0, 3_000_000))
        // A swap through the contract that holds the position is his own, whoever signs.
        var own = senders
        own[2] = (Address(word: 0x44), to: Self.owner)
        let rest = try #require(JitDetector.attacks(in: Self.block(calls, from: own)).first)
        #expect(rest.swapTransactions == [Self.hash(1)])
    }

    @Test("his own swap in the mint's transaction does not hide the attack, nor count")
    func sandwiching() throws {
        let calls = [
            Self.call(0, Self.swap.action), Self.mint(), Self.swap, Self.burn,
            Self.call(2, Self.swap.action),
        ]
        let attack = try #require(JitDetector.attacks(in: Self.block(calls)).first)
        #expect(attack.swapTransactions == [Self.hash(1)])
    }
}
