import Ethereum

extension Storage {
    /// SSTORE from Amsterdam on (EIP-8037, EIP-8038): the access, the transaction's first write,
    /// and a new slot's bytes each have their price.
    static func sstoreWithStateGas(_ machine: MachinePointer, _ frame: FramePointer) -> Status {
        if frame.pointee.isStatic { return .staticCallViolation }
        if frame.pointee.gas <= Gas.storageStipend { return .outOfGas }
        let sp = frame.pointee.sp
        let value = sp[-1]
        let slot = machine.pointee.journal.slotIndex(frame.pointee.account, sp[0])
        frame.pointee.gas &-=
            machine.pointee.journal.warmSlot(slot) ? Gas.coldSlotAccess : Gas.warmAccess
        if frame.pointee.gas < 0 { return .outOfGas }
        guard machine.pointee.journal.loadSlot(slot) else {
            return machine.pointee.abandonForMissingState()
        }
        let original = machine.pointee.journal.original(slot)
        let current = machine.pointee.journal.slot(slot).pointee.current
        frame.pointee.sp = sp - 2
        if value == current { return .running }
        if current == original {
            frame.pointee.gas &-= Gas.storageWrite
            if frame.pointee.gas < 0 { return .outOfGas }
            if original.isZero, !StateGas.take(machine, frame, StateGas.newSlot) {
                return .outOfGas
            }
        } else if value == original {
            // Nothing was written after all.
            machine.pointee.journal.refund &+= Gas.storageWrite
            if original.isZero { StateGas.giveBack(machine, frame, StateGas.newSlot) }
        }
        if !original.isZero {
            // The slot is cleared, or was and is not any more.
            if value.isZero {
                machine.pointee.journal.refund &+= Gas.storageClearRefundAmsterdam
            } else if current.isZero {
                machine.pointee.journal.refund &-= Gas.storageClearRefundAmsterdam
            }
        }
        machine.pointee.journal.setStorage(slot, value)
        return .running
    }
}
