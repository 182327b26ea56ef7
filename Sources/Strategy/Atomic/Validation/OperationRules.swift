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
    /// Storage that is neither the account's nor tied to its address.
    case storage(contract: Address, slot: UInt256)
    /// A call of an address without code.
    case noCode(Address)
    /// Ether that goes elsewhere than to the EntryPoint.
    case valueTo(Address)
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
        }
    }
}

/// Watches `handleOps` with one operation from the outside and notes the first rule that what the
/// EntryPoint calls breaks before execution begins.
///
/// Nobody is staked here, so that the rules for strangers hold for everybody. A slot is tied to the
/// account where it is a mapping's entry of its address, the mapping at one of the first slots in
/// Solidity's or Vyper's layout; a layout that is not recognised is refused.
final class OperationRuleTracer: ExecutionTracer {
    private(set) var broken: OperationRule?
    /// Whether the EntryPoint has said that validation is over.
    private(set) var hasEnded = false

    private let account: Address
    private let entryPoint: Address
    private let factory: Address?
    private var frames: [Address] = []
    private var gasPending = false
    private var creations = 0
    private lazy var tied: [UInt256] = Self.mappingEntries(of: account)

    /// Mappings whose entries are known, and words behind each entry that belong to it.
    private static let mappings = 64
    private static let structWords: UInt256 = 128

    init(account: Address, entryPoint: Address, factory: Address?) {
        self.account = account
        self.entryPoint = entryPoint
        self.factory = factory
    }

    private static func mappingEntries(of account: Address) -> [UInt256] {
        (0..<mappings).flatMap { index in
            let slot = UInt256(index)
            return [
                Keccak256.hash(account.word, slot).word, Keccak256.hash(slot, account.word).word,
            ]
        }
    }

    var wantsSteps: Bool { !hasEnded && broken == nil }

    func begin(_ call: TracedCall, on machine: VirtualMachine) { frames = [call.to ?? .zero] }

    func enter(_ call: TracedCall) {
        let context = call.kind == .delegateCall || call.kind == .callCode ? call.from : call.to
        frames.append(context ?? .zero)
    }

    func leave(_ end: TracedEnd) { if frames.count > 1 { frames.removeLast() } }

    func finish(_ outcome: TransactionOutcome, on machine: VirtualMachine) {}

    /// Whether what runs was called by the EntryPoint to validate.
    private var validates: Bool { frames.count > 1 && !hasEnded && broken == nil }

    func touch(_ account: Address, on machine: VirtualMachine) {
        guard validates, account != self.account, account.word > 0x1ff else { return }
        if (try? machine.code(of: account))?.bytes.isEmpty ?? true { broken = .noCode(account) }
    }

    func touch(_ contract: Address, slot: UInt256, on machine: VirtualMachine) {
        guard validates, contract != account else { return }
        let isTied =
            slot == account.word
            || tied.contains { slot >= $0 && slot &- $0 <= Self.structWords }
        if !isTied { broken = .storage(contract: contract, slot: slot) }
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
            if factory == nil || creations > 1 { broken = .opcode("create2") }
        }
        if step.opcode == .call, step.stack.count >= 3,
            !step.stack[step.stack.count - 3].isZero
        {
            let to = Address(word: step.stack[step.stack.count - 2])
            if to != entryPoint { broken = .valueTo(to) }
        }
    }

    private static let calls: Set<Opcode> = [.call, .delegatecall, .staticcall, .callcode]
    private static let forbidden: Set<Opcode> = [
        .origin, .gasprice, .blockhash, .coinbase, .timestamp, .number, .prevrandao, .gaslimit,
        .basefee, .blobhash, .blobbasefee, .selfbalance, .balance, .create, .selfdestruct,
        .invalid,
    ]
}
