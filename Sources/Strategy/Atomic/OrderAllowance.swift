import Contracts
import EVM
import Ethereum

extension AtomicTerms {
    /// Gas for one look at the owner's list, which takes a tenth.
    private static let viewGasLimit: UInt64 = 50_000

    /// Whether the owner lets our contract call what an order calls, on a machine's state: one
    /// cheap look before anything of the order is executed.
    func allows(
        _ order: SignedOrder, on machine: VirtualMachine, _ budget: OrderBudget
    ) throws(ExecutionError) -> Bool {
        guard let selector = order.selector else { return false }
        let answer = try machine.call(
            from: .zero, to: flash, value: .zero,
            data: JitFlashViews.isTarget(order.target, selector: selector),
            gasLimit: Self.viewGasLimit)
        try budget.spend(answer.gasUsed)
        return answer.status == .success && ABIWords(answer.output)[0] == .one
    }
}
