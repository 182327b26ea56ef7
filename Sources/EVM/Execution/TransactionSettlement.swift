import Ethereum

/// What follows execution: refund, the sender's unused gas, the coinbase's fees, and the accounts
/// that go (Yellow Paper 6.2; EIP-161, 1559, 3529, 7623, 7778, 8037, 8246).
enum TransactionSettlement {
    /// Gives back and pays out; nil where the base state lacks the coinbase.
    ///
    /// - Parameter stateGas: What the state's growth cost, of all gas that was spent.
    static func settle(
        _ machine: MachinePointer, _ result: MessageResult, gasLimit: Int64, stateGas: Int64,
        sender: Int,
        charge: TransactionValidation.Charge, start: Int
    ) -> TransactionOutcome? {
        let spent = gasLimit &- result.gasLeft &- machine.pointee.reservoir
        let refund = min(max(machine.pointee.journal.refund, 0), spent / Gas.refundDivisor)
        let used = max(spent &- refund, charge.floorGas)
        let price = charge.effectiveGasPrice
        let back = UInt256(UInt64(gasLimit &- used)) &* price
        machine.pointee.journal.setBalance(
            sender, machine.pointee.journal.record(sender).pointee.balance &+ back)

        guard let coinbase = machine.pointee.journal.load(machine.pointee.block.coinbase) else {
            return nil
        }
        let fee = UInt256(UInt64(used)) &* (price &- machine.pointee.block.baseFeePerGas)
        machine.pointee.journal.touch(coinbase)
        machine.pointee.journal.setBalance(
            coinbase, machine.pointee.journal.record(coinbase).pointee.balance &+ fee)
        let blockGas =
            machine.pointee.rules.hasStateGas
            ? BlockGas(
                execution: UInt64(clamping: max(spent &- stateGas, charge.floorGas)),
                state: UInt64(clamping: stateGas))
            : BlockGas(execution: UInt64(used))
        let outcome = outcome(
            machine, result, gasUsed: UInt64(used), blockGas: blockGas,
            gasRefunded: UInt64(max(spent &- used, 0)),
            charge: charge, coinbaseFeeWei: fee)
        machine.pointee.journal.settleTransaction(
            from: start, keepingWei: machine.pointee.rules.selfDestructKeepsWei)
        return outcome
    }

    /// The outcome in public terms, before the journal forgets the logs.
    static func outcome(
        _ machine: MachinePointer, _ result: MessageResult, gasUsed: UInt64, blockGas: BlockGas,
        gasRefunded: UInt64, charge: TransactionValidation.Charge, coinbaseFeeWei: UInt256
    ) -> TransactionOutcome {
        let status: ExecutionStatus
        if let reason = result.status.haltReason {
            status = .halt(reason)
        } else {
            status = result.status == .success ? .success : .revert
        }
        let output = UnsafeBufferPointer(
            start: machine.pointee.returnData.base, count: machine.pointee.returnData.count)
        return TransactionOutcome(
            status: status, gasUsed: gasUsed, blockGas: blockGas, gasRefunded: gasRefunded,
            output: Array(output),
            logs: status == .success ? machine.pointee.journal.copyLogs() : [],
            createdAddress: result.createdAddress, effectiveGasPrice: charge.effectiveGasPrice,
            blobGasUsed: charge.blobGas, coinbaseFeeWei: coinbaseFeeWei)
    }
}
