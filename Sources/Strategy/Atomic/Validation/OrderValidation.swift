import Contracts
import EVM
import Ethereum

/// Why a signed order is not taken in.
public enum OrderRefusal: Error, Equatable, Sendable {
    /// Its contract refuses it: a wrong signature, a spent nonce, no funds. The reason is the
    /// contract's where it can be read.
    case refused(reason: String)
    /// Its call succeeds, but what the user asked for fails inside it.
    case failsInside
    case breaksRule(OperationRule)
    /// The owner does not let our contract call this function of this contract.
    case targetNotAllowed(Address)
    /// Validation never ended as an EntryPoint ends it.
    case noValidation
    case dependsOn(ExecutionVariation)
    case tooExpensive(gasUsed: UInt64, limit: UInt64)
    case payloadTooLarge(bytes: Int, limit: Int)
    /// State that is missing, or a fork that is not known.
    case unsimulatable(Unsimulatable)
    case submitterInvalid(InvalidTransaction)
}

extension OrderRefusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .refused(let reason): reason
        case .failsInside: "the call that the order asks for fails"
        case .breaksRule(let rule): "the operation \(rule)"
        case .targetNotAllowed(let target):
            "orders that call this function of \(target) are not taken here"
        case .noValidation: "the contract does not answer as an EntryPoint"
        case .dependsOn(let variation):
            "the order does something else with another \(variation.rawValue)"
        case .tooExpensive(let gas, let limit): "the order uses \(gas) gas, the limit is \(limit)"
        case .payloadTooLarge(let bytes, let limit):
            "the order has \(bytes) bytes, the limit is \(limit)"
        case .unsimulatable(let reason): "cannot be simulated: \(reason)"
        case .submitterInvalid(let reason): "cannot be submitted: \(reason)"
        }
    }
}

/// Executes an order as anybody would submit it and says why it is not taken in, if it is not.
///
/// The contracts themselves check signatures, nonces and validity; what is added is that nothing
/// may depend on what a builder chooses, and what it may cost to find out.
public struct OrderValidation {
    private let head: HeadState
    private let machine: VirtualMachine
    private let submitter: OperatorAccount
    private let terms: AtomicTerms
    private let budget: OrderBudget
    private let gasLimit: UInt64

    /// Gas for reading a stake, which takes a third.
    private static let viewGasLimit: UInt64 = 50_000
    /// Gas that executing an order may use by default.
    public static let standardGasLimit: UInt64 = 3_000_000

    /// `machine` is set to the head, and stands there again afterwards. `gasLimit` is for one
    /// execution, `budget` for all of them.
    public init(
        head: HeadState, machine: VirtualMachine, submitter: OperatorAccount,
        terms: AtomicTerms, budget: OrderBudget, gasLimit: UInt64 = standardGasLimit
    ) {
        self.terms = terms
        self.budget = budget
        self.head = head
        self.machine = machine
        self.submitter = submitter
        self.gasLimit = min(gasLimit, head.nextBlock.gasLimit)
        machine.reset(block: head.nextBlock, state: head.state)
    }

    /// Throws the first reason against an order.
    public func validate(_ order: SignedOrder) throws(OrderRefusal) {
        defer { machine.reset(block: head.nextBlock, state: head.state) }
        guard order.calldata.count <= JitFlash.maxPayloadBytes else {
            throw .payloadTooLarge(
                bytes: order.calldata.count, limit: JitFlash.maxPayloadBytes)
        }
        let isAllowed: Bool
        do throws(ExecutionError) {
            isAllowed = try terms.allows(order, on: machine, budget)
        } catch {
            throw refusal(error)
        }
        guard isAllowed else { throw .targetNotAllowed(order.target) }
        let outcome = try execute(order, varied: nil)
        try requireSuccess(outcome, order)
        let marks = OrderRun.marks(outcome.logs)
        for variation in ExecutionVariation.allCases {
            machine.reset(block: variation.environment(head.nextBlock), state: head.state)
            let varied = try execute(order, varied: variation)
            guard varied.status == .success, OrderRun.marks(varied.logs) == marks else {
                throw .dependsOn(variation)
            }
        }
    }

    private func requireSuccess(
        _ outcome: TransactionOutcome, _ order: SignedOrder
    ) throws(OrderRefusal) {
        switch outcome.status {
        case .success: break
        case .revert: throw .refused(reason: Self.reason(outcome.output))
        case .halt(.outOfGas):
            throw .tooExpensive(gasUsed: outcome.gasUsed, limit: gasLimit)
        case .halt(let reason): throw .refused(reason: reason.rawValue)
        }
        switch order.result(in: outcome.logs) {
        case .succeeded: return
        case .failedInside: throw .failsInside
        case .absent: throw .refused(reason: "the contract does not tell of this order")
        }
    }

    /// The text of a revert: of `Error(string)`, of an EntryPoint's `FailedOp`, or its bytes.
    static func reason(_ output: [UInt8]) -> String {
        if let failure = EntryPointV07.failure(in: output) { return failure }
        let error = Calldata(Selector("Error(string)")).bytes
        if output.starts(with: error),
            let values = try? ABI.decode(Array(output.dropFirst(4)), as: [.string]),
            case .string(let text) = values[0]
        {
            return String(text.prefix(256))
        }
        return "reverts with " + Hex.prefixed(output.prefix(68))
    }

    private func execute(
        _ order: SignedOrder, varied: ExecutionVariation?
    ) throws(OrderRefusal) -> TransactionOutcome {
        // What an operation's limits reserve is there besides what it may use.
        let limit = min(gasLimit + order.reservedGas, head.nextBlock.gasLimit)
        let plain = Transaction(
            type: .feeMarket, chainId: head.nextBlock.chainId, nonce: submitter.nonce,
            maxFeePerGas: head.nextBlock.baseFeePerGas, maxPriorityFeePerGas: .zero,
            gasLimit: varied == .gasLimit ? limit - gasLimit / 5 : limit, to: order.target,
            data: order.calldata)
        let transaction = varied == .gasPrice ? varied!.transaction(plain) : plain
        let outcome: TransactionOutcome
        var tracer: OperationRuleTracer?
        do throws(ExecutionError) {
            tracer = varied == nil ? try self.tracer(of: order) : nil
            outcome = try budget.execute(machine, atMost: gasLimit) {
                [tracer] (budget) throws(ExecutionError) in
                if let tracer {
                    return try machine.execute(
                        transaction, sender: submitter.address, tracer: tracer, budget: budget)
                }
                return try machine.execute(
                    transaction, sender: submitter.address, budget: budget)
            }
        } catch {
            throw refusal(error)
        }
        if let broken = tracer?.broken { throw .breaksRule(broken) }
        if let tracer, outcome.status == .success, !tracer.hasEnded { throw .noValidation }
        return outcome
    }

    /// What watches an operation's validation; nil for an order of another form.
    private func tracer(of order: SignedOrder) throws(ExecutionError) -> OperationRuleTracer? {
        guard case .userOperation(let entryPoint, let paymaster, _) = order.form else {
            return nil
        }
        var parties = OperationParties(
            account: order.account, entryPoint: entryPoint, factory: order.factory,
            paymaster: paymaster)
        for party in [order.factory, paymaster] {
            guard let party else { continue }
            let answer = try machine.call(
                from: .zero, to: entryPoint, value: .zero,
                data: EntryPointV07.depositInfo(of: party), gasLimit: Self.viewGasLimit)
            try budget.spend(answer.gasUsed)
            if answer.status == .success,
                let info = EntryPointV07.DepositInfo(answer.output),
                info.stakeWei >= OperationParties.leastStakeWei,
                info.unstakeDelaySeconds >= OperationParties.leastDelaySeconds
            {
                parties.staked.insert(party)
            }
        }
        return OperationRuleTracer(parties)
    }

    private func refusal(_ error: ExecutionError) -> OrderRefusal {
        switch error {
        case .invalid(let reason): .submitterInvalid(reason)
        case .unsimulatable(let reason): .unsimulatable(reason)
        case .budgetSpent: .tooExpensive(gasUsed: budget.gasUsed, limit: gasLimit)
        }
    }
}
