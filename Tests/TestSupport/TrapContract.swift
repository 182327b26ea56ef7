import Contracts
import EVM
import Ethereum

/// A target made to do the swapper harm where we are there: it forwards a call and does something
/// more, depending on what it sees of the chain.
///
/// Called with an address and bytes, it calls that address with these bytes; before that it
/// computes the condition, after it the harm. It reverts where the call reverts.
public struct TrapContract: Sendable {
    /// What the contract looks at: code that leaves 0 or 1 on the stack.
    public enum Condition: Sendable {
        case never
        /// The account's balance of a token is not this any more.
        case balanceChanged(token: Address, account: Address, from: UInt256)
        /// The coinbase has more ether than this.
        case coinbaseRicher(than: UInt256)
        /// The pool's liquidity in range is not this any more.
        case liquidityChanged(pool: Address, from: UInt128)
        /// The block's coinbase is this one.
        case coinbaseIs(Address)
        /// The block comes behind this one.
        case blockAbove(UInt64)
        /// A contract calls.
        case callerIsContract
        /// The pool's root of the price lies between these, both excluded.
        case priceBetween(pool: Address, UInt256, UInt256)
    }

    /// What the contract does; 1 is on the stack where the condition holds.
    public enum Harm: Sendable {
        /// Takes 1 raw unit from the victim, and 2 where the condition holds: the same events.
        case takeToken(Address, from: Address)
        /// Gives its own ether, 1 wei where the condition holds, to somebody.
        case giveEther(to: Address)
        /// Pays so much of its own tokens to somebody, whether or not the condition holds, and
        /// keeps what there is more: a router with a surplus of its own.
        case pay(Address, to: Address, UInt256)
        /// Writes one event more.
        case log
        case revert
        /// Writes so many `Transfer` events of its own, each of another account.
        case transferEvents(Int)
        /// Runs in a circle until its gas is gone.
        case spin
    }

    public var condition: Condition
    public var harm: Harm

    public init(_ condition: Condition, _ harm: Harm) {
        self.condition = condition
        self.harm = harm
    }

    /// Calldata that has the contract call `target`.
    public static func forward(to target: Address, _ data: [UInt8]) -> [UInt8] {
        target.word.bigEndianBytes + data
    }

    /// Code that deploys the contract.
    public var creationCode: [UInt8] {
        var runtime = conditionCode
        // [flag]; the forwarded call: memory from 0, n = CALLDATASIZE - 32.
        runtime += Self.push(32) + [Op.calldatasize, Op.sub]
        runtime += [Op.dup1] + Self.push(32) + [Op.push0, Op.calldatacopy]
        runtime += [Op.push0, Op.push0, Op.dup3, Op.push0, Op.push0, Op.push0, Op.calldataload]
        runtime += [Op.gas, Op.call]
        runtime = Self.unlessRevert(runtime)
        // [flag, n]
        runtime += [Op.pop] + harmCode(at: runtime.count + 1) + [Op.stop]
        let size = Self.push(UInt256(UInt64(runtime.count)))
        // CODECOPY(0, offset, size), RETURN(0, size); the offset is this prologue's length.
        let length = UInt8(size.count * 2 + 7)
        return size + [0x60, length, Op.push0, Op.codecopy] + size + [Op.push0, Op.return]
            + [UInt8](repeating: Op.stop, count: Int(length) - (size.count * 2 + 6)) + runtime
    }

    private enum Op {
        static let stop: UInt8 = 0x00, add: UInt8 = 0x01, sub: UInt8 = 0x03, eq: UInt8 = 0x14
        static let number: UInt8 = 0x43, caller: UInt8 = 0x33, extcodesize: UInt8 = 0x3B
        static let lt: UInt8 = 0x10, and: UInt8 = 0x16, swap1: UInt8 = 0x90
        static let gt: UInt8 = 0x11, iszero: UInt8 = 0x15, balance: UInt8 = 0x31
        static let calldataload: UInt8 = 0x35, calldatasize: UInt8 = 0x36
        static let calldatacopy: UInt8 = 0x37, codecopy: UInt8 = 0x39, coinbase: UInt8 = 0x41
        static let pop: UInt8 = 0x50, mload: UInt8 = 0x51, mstore: UInt8 = 0x52
        static let jump: UInt8 = 0x56
        static let jumpi: UInt8 = 0x57, gas: UInt8 = 0x5A, jumpdest: UInt8 = 0x5B
        static let push0: UInt8 = 0x5F, dup1: UInt8 = 0x80, dup3: UInt8 = 0x82
        static let log3: UInt8 = 0xA3
        static let log0: UInt8 = 0xA0, call: UInt8 = 0xF1, `return`: UInt8 = 0xF3
        static let staticcall: UInt8 = 0xFA, revert: UInt8 = 0xFD
    }

    private static func push(_ value: UInt256) -> [UInt8] {
        let digits = value.minimalBigEndianBytes
        return [Op.push0 + UInt8(digits.count)] + digits
    }

    private static func push2(_ value: Int) -> [UInt8] {
        [0x61, UInt8(value >> 8), UInt8(value & 0xFF)]
    }

    /// The code, and a revert where it leaves 0.
    private static func unlessRevert(_ code: [UInt8]) -> [UInt8] {
        let destination = code.count + 4 + 3
        return code + push2(destination) + [Op.jumpi, Op.push0, Op.push0, Op.revert, Op.jumpdest]
    }

    /// Writes calldata to memory from 0 on: whole words, the last one padded.
    private static func store(_ data: [UInt8]) -> [UInt8] {
        var code: [UInt8] = []
        for start in stride(from: 0, to: data.count, by: 32) {
            let chunk = Array(data[start..<min(start + 32, data.count)])
            let word = chunk + [UInt8](repeating: 0, count: 32 - chunk.count)
            code += [0x7F] + word + push(UInt256(UInt64(start))) + [Op.mstore]
        }
        return code
    }

    /// The first word that a static call answers.
    private static func ask(_ target: Address, _ data: [UInt8]) -> [UInt8] {
        store(data) + push(32) + [Op.push0] + push(UInt256(UInt64(data.count))) + [Op.push0]
            + push(target.word) + [Op.gas, Op.staticcall, Op.pop, Op.push0, Op.mload]
    }

    private var conditionCode: [UInt8] {
        switch condition {
        case .never: return [Op.push0]
        case .balanceChanged(let token, let account, let value):
            return Self.ask(token, ERC20.balanceOf(account)) + Self.push(value)
                + [Op.eq, Op.iszero]
        case .coinbaseRicher(let value):
            return Self.push(value) + [Op.coinbase, Op.balance, Op.gt]
        case .coinbaseIs(let address):
            return [Op.coinbase] + Self.push(address.word) + [Op.eq]
        case .blockAbove(let number):
            return Self.push(UInt256(number)) + [Op.number, Op.gt]
        case .callerIsContract:
            return [Op.caller, Op.extcodesize, Op.iszero, Op.iszero]
        case .liquidityChanged(let pool, let liquidity):
            return Self.ask(pool, Calldata(Selector("liquidity()")).bytes)
                + Self.push(UInt256(liquidity)) + [Op.eq, Op.iszero]
        case .priceBetween(let pool, let low, let high):
            return Self.ask(pool, Calldata(Selector("slot0()")).bytes)
                + [Op.dup1] + Self.push(low) + [Op.lt, Op.swap1] + Self.push(high)
                + [Op.gt, Op.and]
        }
    }

    /// Code that finds the flag on the stack; `start` is its place.
    private func harmCode(at start: Int) -> [UInt8] {
        switch harm {
        case .takeToken(let token, let victim):
            // transferFrom(victim, this, 1 + flag): its last word is written over the zeros.
            let data = Calldata(
                Selector("transferFrom(address,address,uint256)"), victim.word, 0xD1E, .zero
            ).bytes
            return Self.store(data) + Self.push(1) + [Op.add] + Self.push(68) + [Op.mstore]
                + [Op.push0, Op.push0] + Self.push(100) + [Op.push0, Op.push0]
                + Self.push(token.word) + [Op.gas, Op.call, Op.pop]
        case .pay(let token, let recipient, let amount):
            let data = ERC20.transfer(to: recipient, amount: amount)
            return [Op.pop] + Self.store(data) + [Op.push0, Op.push0]
                + Self.push(UInt256(data.count)) + [Op.push0, Op.push0]
                + Self.push(token.word) + [Op.gas, Op.call, Op.pop]
        case .giveEther(let recipient):
            // CALL(gas, recipient, flag, 0, 0, 0, 0): the flag is brought to its place by memory.
            return [Op.push0, Op.mstore, Op.push0, Op.push0, Op.push0, Op.push0, Op.push0]
                + [Op.mload] + Self.push(recipient.word) + [Op.gas, Op.call, Op.pop]
        case .log:
            return [Op.iszero] + Self.push2(start + 8)
                + [Op.jumpi, Op.push0, Op.push0, Op.log0, Op.jumpdest]
        case .transferEvents(let count):
            // POP the flag; the counter n is both accounts: LOG3(0, 0, topic, n, n), n - 1, again.
            let loop = start + 1 + 3
            return [Op.pop] + Self.push2(count) + [Op.jumpdest, Op.dup1, Op.dup1, 0x7F]
                + ERC20.transferTopic.bytes + [Op.push0, Op.push0, Op.log3]
                + Self.push(1) + [Op.swap1, Op.sub, Op.dup1] + Self.push2(loop) + [Op.jumpi]
        case .spin:
            return [Op.iszero] + Self.push2(start + 10)
                + [Op.jumpi, Op.jumpdest] + Self.push2(start + 5) + [Op.jump, Op.jumpdest]
        case .revert:
            return [Op.iszero] + Self.push2(start + 8)
                + [Op.jumpi, Op.push0, Op.push0, Op.revert, Op.jumpdest]
        }
    }
}
