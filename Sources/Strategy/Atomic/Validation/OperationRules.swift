import Contracts
import EVM
import Ethereum

/// A rule that an operation's validation breaks (ERC-7562): by it the same operation could be valid
/// here and void in the block.
public enum OperationRule: Equatable, Sendable {
    /// An instruction whose answer a builder chooses, or that destroys or creates.
    case opcode(String)
    /// `GAS` that does not go straight into a call.
    case gasWithoutCall
    /// Storage that is neither the account's nor tied to its address, nor a staked party's own.
    case storage(contract: Address, slot: UInt256)
    /// A call of an address without code.
    case noCode(Address)
    /// Ether that goes elsewhere than to the EntryPoint.
    case valueTo(Address)
    /// A call ran out of gas, so that the outcome goes by the gas there is.
    case outOfGas(Address)
    /// A paymaster without a stake wants to be called behind the operation.
    case contextWithoutStake(Address)
}

extension OperationRule: CustomStringConvertible {
    public var description: String {
        switch self {
        case .opcode(let name): "uses the opcode \(name) in validation"
        case .gasWithoutCall: "uses GAS other than for a call in validation"
        case .storage(let contract, let slot):
            "touches slot \(slot.hexQuantity) of \(contract) in validation, which is not tied to "
                + "the account"
        case .noCode(let address): "calls \(address), which has no code, in validation"
        case .valueTo(let address): "sends ether to \(address) in validation"
        case .outOfGas(let address): "lets a call of \(address) run out of gas in validation"
        case .contextWithoutStake(let paymaster):
            "has a paymaster, \(paymaster), that wants to be called again and has no stake"
        }
    }
}

/// Who takes part in an operation's validation, and who of them has a stake at the EntryPoint.
struct OperationParties {
    var account: Address
    var entryPoint: Address
    var factory: Address?
    var paymaster: Address?
    var staked: Set<Address> = []

    /// The least stake that counts, and how long it must be locked (ERC-7562's
    /// `MIN_UNSTAKE_DELAY`; the value is each network's).
    static let leastStakeWei: UInt256 = 1_000_000_000_000_000_000
    static let leastDelaySeconds: UInt64 = 86_400
}

/// Watches `handleOps` with one operation from the outside and notes the first rule that what the
/// EntryPoint calls breaks before execution begins.
///
/// A slot is tied to an address where it is a mapping's entry of it, the mapping at one of the
/// first slots in Solidity's or Vyper's layout; a layout that is not recognised is refused. A
/// stake gives what ERC-7562 gives: a factory's lets a new account use what is tied to it
/// elsewhere, and a factory's or paymaster's lets it use its own storage and what is tied to that.
final class OperationRuleTracer: ExecutionTracer {
    private(set) var broken: OperationRule?
    /// Whether the EntryPoint has said that validation is over.
    private(set) var hasEnded = false

    private let parties: OperationParties
    private var frames: [Address] = []
    /// Who was called by the EntryPoint, behind which all else counts as its doing.
    private var acting: Address?
    private var gasPending = false
    private var creations = 0
    private lazy var tiedToAccount = Self.mappingEntries(of: parties.account)
    private lazy var tiedToActing = acting.map(Self.mappingEntries) ?? []

    /// Mappings whose entries are known, and words behind each entry that belong to it.
    private static let mappings = 64
    private static let structWords: UInt256 = 128

    init(_ parties: OperationParties) { self.parties = parties }

    private static func mappingEntries(of address: Address) -> [UInt256] {
        (0..<mappings).flatMap { index in
            let slot = UInt256(index)
            return [
                Keccak256.hash(address.word, slot).word, Keccak256.hash(slot, address.word).word,
            ]
        }
    }

    private static func isEntry(
        _ slot: UInt256, _ entries: [UInt256], of address: Address
    ) -> Bool {
        slot == address.word
            || entries.contains { slot >= $0 && slot &- $0 <= structWords }
    }

    var wantsSteps: Bool { !hasEnded && broken == nil }

    func begin(_ call: TracedCall, on machine: VirtualMachine) { frames = [call.to ?? .zero] }

    func enter(_ call: TracedCall) {
        let context = call.kind == .delegateCall || call.kind == .callCode ? call.from : call.to
        if frames.count == 1 { begins(call.to ?? .zero) }
        frames.append(context ?? .zero)
    }

    /// The EntryPoint calls the account, the paymaster, or, by a contract of its own, the factory.
    private func begins(_ called: Address) {
        let known = called == parties.account || called == parties.paymaster
        acting = known ? called : parties.factory
        tiedToActing = acting.map(Self.mappingEntries) ?? []
    }

    func leave(_ end: TracedEnd) {
        if validates, end.failure == .halted(.outOfGas), let called = frames.last {
            broken = .outOfGas(called)
        }
        if validates, frames.count == 2, let paymaster = parties.paymaster, acting == paymaster,
            end.failure == nil, !parties.staked.contains(paymaster),
            Self.context(in: end.output) != .zero
        {
            broken = .contextWithoutStake(paymaster)
        }
        if frames.count > 1 { frames.removeLast() }
    }

    /// The length of what a paymaster wants to be called again with: `(bytes context, uint256)`.
    private static func context(in answer: [UInt8]) -> UInt256? {
        let words = ABIWords(answer)
        guard let offset = words[0]?.asUInt64, offset % 32 == 0 else { return nil }
        return words[Int(clamping: offset / 32)]
    }

    func finish(_ outcome: TransactionOutcome, on machine: VirtualMachine) {}

    /// Whether what runs was called by the EntryPoint to validate.
    private var validates: Bool { frames.count > 1 && !hasEnded && broken == nil }

    func touch(_ account: Address, on machine: VirtualMachine) {
        guard validates, account != parties.account, account.word > 0x1ff else { return }
        if (try? machine.code(of: account))?.bytes.isEmpty ?? true { broken = .noCode(account) }
    }

    func touch(_ contract: Address, slot: UInt256, on machine: VirtualMachine) {
        guard validates, contract != parties.account else { return }
        if !mayTouch(contract, slot) { broken = .storage(contract: contract, slot: slot) }
    }

    private func mayTouch(_ contract: Address, _ slot: UInt256) -> Bool {
        if Self.isEntry(slot, tiedToAccount, of: parties.account) {
            // Others can stand in the way of an account that does not exist yet; its prefund is
            // the EntryPoint's own business.
            return contract == parties.entryPoint
                || parties.factory.map(parties.staked.contains) ?? true
        }
        guard let acting, parties.staked.contains(acting) else { return false }
        return contract == acting || Self.isEntry(slot, tiedToActing, of: acting)
    }

    func step(_ step: TracedStep) {
        guard !hasEnded, broken == nil else { return }
        if step.depth == 0 {
            // offset, size, topic
            if step.opcode == .log1, step.stack.count >= 3,
                step.stack[step.stack.count - 3] == EntryPointV07.beforeExecutionTopic.word
            {
                hasEnded = true
            }
            return
        }
        let isCall = Self.calls.contains(step.opcode)
        if gasPending, !isCall { return broken = .gasWithoutCall }
        gasPending = step.opcode == .gas
        if Self.forbidden.contains(step.opcode) { return broken = .opcode("\(step.opcode)") }
        if step.opcode == .create2 {
            // A factory makes the account, and nothing else.
            creations += 1
            if parties.factory == nil || creations > 1 { broken = .opcode("create2") }
        }
        if step.opcode == .call, step.stack.count >= 3,
            !step.stack[step.stack.count - 3].isZero
        {
            let to = Address(word: step.stack[step.stack.count - 2])
            if to != parties.entryPoint { broken = .valueTo(to) }
        }
    }

    private static let calls: Set<Opcode> = [.call, .delegatecall, .staticcall, .callcode]
    private static let forbidden: Set<Opcode> = [
        .origin, .gasprice, .blockhash, .coinbase, .timestamp, .number, .prevrandao, .gaslimit,
        .basefee, .blobhash, .blobbasefee, .selfbalance, .balance, .create, .selfdestruct,
        .invalid,
    ]
}
