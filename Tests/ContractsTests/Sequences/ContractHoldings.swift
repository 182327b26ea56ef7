import Ethereum
import TestSupport
import World

/// Who holds what of WETH, the other token and ether, at one moment.
struct ContractHoldings: Equatable {
    enum Holder: CaseIterable {
        case executor, flash, trampoline, owner, `operator`, guardian, stranger, hostile, coinbase
    }

    /// WETH, the other token, ether; in this order.
    var amounts: [Holder: [UInt256]]

    init(_ scene: FlashScene) throws {
        let world = scene.world
        func address(_ holder: Holder) -> Address {
            switch holder {
            case .executor: world.pools.executor
            case .flash: world.flash
            case .trampoline: world.trampoline
            case .owner: PoolWorld.address(.owner)
            case .operator: PoolWorld.address(.operator)
            case .guardian: PoolWorld.address(.guardian)
            case .stranger: PoolWorld.address(.stranger)
            case .hostile: world.hostile
            case .coinbase: scene.scene.builder.environment.coinbase
            }
        }
        let tokens = [world.pools.tokens.weth, world.pools.tokens.other, nil]
        amounts = [:]
        for holder in Holder.allCases {
            amounts[holder] = try tokens.map { try scene.balance($0, of: address(holder)) }
        }
    }

    init(amounts: [Holder: [UInt256]]) { self.amounts = amounts }

    subscript(holder: Holder, token: Int) -> UInt256 {
        get { amounts[holder]?[token] ?? .zero }
        set { amounts[holder, default: [.zero, .zero, .zero]][token] = newValue }
    }
}

/// What a step was, as far as the rules differ.
enum ContractStep: Equatable {
    /// Whoever does whatever has no right to move our money.
    case powerless
    /// A guardian's withdrawal or emergency.
    case withdrawal
    /// Opened: what the pool took of each token, raw units, in the order of the holdings.
    case opening(weth: UInt256, other: UInt256)
    /// Closed what took so much, valued at so many wei for a raw unit of the other token.
    case closing(weth: UInt256, other: UInt256, weiPerUnit: Double)
    /// Took positions out without a check.
    case unwinding
    /// An operation of the atomic mode.
    case operation

    /// The largest tip of the worlds that are tried.
    static let maxTip = 20 &* PoolWorld.ether

    /// What is wrong with a successful step; nothing where the rules hold.
    func violations(before: ContractHoldings, after: ContractHoldings) -> [String] {
        var found: [String] = []
        func change(_ holder: ContractHoldings.Holder, _ token: Int) -> Double {
            Int256(bitPattern: after[holder, token] &- before[holder, token]).approximateDouble
        }
        // Nobody who could be an attacker gains. The hostile contract may be the coinbase: it gains
        // the tip, which the owner bounds.
        for holder in [
            ContractHoldings.Holder.operator, .guardian, .stranger, .hostile, .trampoline,
        ] {
            for token in 0..<3 where after[holder, token] > before[holder, token] {
                let isTip = holder == .hostile && token == 2 && paysTip
                if !isTip || after[holder, token] &- before[holder, token] > Self.maxTip {
                    found.append("\(holder) gained token \(token)")
                }
            }
        }
        for token in 0..<3 {
            let (executor, flash) = (change(.executor, token), change(.flash, token))
            switch self {
            case .powerless, .unwinding, .operation:
                if executor < 0 { found.append("the executor lost token \(token)") }
                if flash < 0 { found.append("the flash contract lost token \(token)") }
                if self == .operation, executor != 0 {
                    found.append("an operation touched the executor")
                }
            case .withdrawal:
                if token < 2, executor + flash + change(.owner, token) != 0 {
                    found.append("a withdrawal of token \(token) went elsewhere than to the owner")
                }
            case .opening(let weth, let other):
                let paid = token == 0 ? weth : token == 1 ? other : .zero
                if before[.executor, token] &- after[.executor, token] != paid {
                    found.append("an opening took other amounts than it told")
                }
            case .closing: break
            }
        }
        if case .operation = self, change(.owner, 0) < 0 {
            found.append("an operation took profit away")
        }
        if case .closing(let weth, let other, let weiPerUnit) = self {
            // What came back, what was swept to the owner and what the coinbase got, against what
            // went in; the last is the tip, which the profit is after.
            let wei =
                change(.executor, 0) + change(.executor, 2) + change(.owner, 0)
                - weth.approximateDouble
            let units = change(.executor, 1) - other.approximateDouble
            if wei + units * weiPerUnit < -1e6 - weth.approximateDouble * 1e-12 {
                found.append("a closing lost \(-(wei + units * weiPerUnit)) wei")
            }
        }
        return found
    }

    private var paysTip: Bool {
        switch self {
        case .closing, .operation: true
        default: false
        }
    }
}
