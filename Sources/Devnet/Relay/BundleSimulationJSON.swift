import Chain
import EVM
import Ethereum
import JSON
import Wire

/// The answer of `eth_callBundle`: wei as decimal strings, gas as numbers.
enum BundleSimulationJSON {
    /// Executes the bundle and writes what each transaction did and paid.
    static func run(
        _ candidates: [BlockBuilder.Candidate], hash: Hash32, environment: BlockEnvironment,
        stateBlockNumber: UInt64, machine: VirtualMachine
    ) throws(JSONRPCError) -> JSON {
        var results: [JSON] = []
        var totals = Payment()
        var totalGasUsed: UInt64 = 0
        for candidate in candidates {
            let (gas, left) = (
                candidate.signed.transaction.gasLimit, environment.gasLimit - totalGasUsed
            )
            guard gas <= left else {
                throw JSONRPCError.server(
                    "err: gas limit reached: \(gas), left in the block are \(left); txhash "
                        + "\(candidate.signed.hash)")
            }
            let before = try coinbaseBalance(environment, machine)
            let outcome: TransactionOutcome
            do {
                outcome = try machine.execute(
                    candidate.signed.transaction, sender: candidate.sender)
            } catch {
                throw JSONRPCError.server(
                    "err: \(description(of: error, candidate)); txhash \(candidate.signed.hash)")
            }
            let after = try coinbaseBalance(environment, machine)
            let payment = Payment(
                coinbaseDiff: after.subtractingChecked(before) ?? .zero,
                gasFees: outcome.coinbaseFeeWei)
            totals.add(payment)
            totalGasUsed += outcome.gasUsed
            results.append(result(candidate, outcome, payment))
        }
        return [
            "bundleGasPrice": .string(
                totals.coinbaseDiff.dividedOrZero(by: UInt256(totalGasUsed)).description),
            "bundleHash": .hash(hash),
            "coinbaseDiff": .string(totals.coinbaseDiff.description),
            "ethSentToCoinbase": .string(totals.sent.description),
            "gasFees": .string(totals.gasFees.description),
            "results": .array(results),
            "stateBlockNumber": .integer(stateBlockNumber),
            "totalGasUsed": .integer(totalGasUsed),
        ]
    }

    private struct Payment {
        var coinbaseDiff = UInt256.zero
        var gasFees = UInt256.zero
        /// What came besides the fees.
        var sent: UInt256 { coinbaseDiff.subtractingChecked(gasFees) ?? .zero }

        mutating func add(_ other: Payment) {
            coinbaseDiff = coinbaseDiff &+ other.coinbaseDiff
            gasFees = gasFees &+ other.gasFees
        }
    }

    private static func coinbaseBalance(
        _ environment: BlockEnvironment, _ machine: VirtualMachine
    ) throws(JSONRPCError) -> UInt256 {
        do {
            return try machine.account(environment.coinbase)?.balance ?? .zero
        } catch {
            throw JSONRPCError.internalError("state not loaded: \(error.key)")
        }
    }

    private static func result(
        _ candidate: BlockBuilder.Candidate, _ outcome: TransactionOutcome, _ payment: Payment
    ) -> JSON {
        var members: [JSON.Member] = [
            .init("coinbaseDiff", .string(payment.coinbaseDiff.description)),
            .init("ethSentToCoinbase", .string(payment.sent.description)),
            .init("fromAddress", .address(candidate.sender)),
            .init("gasFees", .string(payment.gasFees.description)),
            .init("gasPrice", .string(outcome.effectiveGasPrice.description)),
            .init("gasUsed", .integer(outcome.gasUsed)),
            .init(
                "toAddress", candidate.signed.transaction.to.map { .address($0) } ?? .null),
            .init("txHash", .hash(candidate.signed.hash)),
        ]
        switch outcome.status {
        case .success: members.append(.init("value", .data(outcome.output)))
        case .revert:
            members.append(.init("error", "execution reverted"))
            members.append(.init("revert", .data(outcome.output)))
        case .halt(let reason): members.append(.init("error", .string(reason.rawValue)))
        }
        return .object(members)
    }

    /// In the words of the relays, which clients look for.
    private static func description(
        of error: ExecutionError, _ candidate: BlockBuilder.Candidate
    ) -> String {
        switch error {
        case .invalid(.nonceTooHigh(let account, let transaction)):
            "nonce too high: address \(candidate.sender), tx: \(transaction) state: \(account)"
        case .invalid(.nonceTooLow(let account, let transaction)):
            "nonce too low: address \(candidate.sender), tx: \(transaction) state: \(account)"
        case .invalid(let reason): "\(reason)"
        case .unsimulatable(let reason): "\(reason)"
        case .budgetSpent(let excess): "\(excess)"
        }
    }
}
