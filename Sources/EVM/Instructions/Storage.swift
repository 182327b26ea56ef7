import Ethereum

/// Persistent and transient storage (EIP-2200, 2929, 3529, 1153).
enum Storage {
    static func sload(_ machine: MachinePointer, _ frame: FramePointer) -> Status {
        let sp = frame.pointee.sp
        let slot = machine.pointee.journal.slotIndex(frame.pointee.account, sp[0])
        if machine.pointee.journal.warmSlot(slot) {
            frame.pointee.gas &-= Gas.coldSlotAccess &- Gas.warmAccess
            if frame.pointee.gas < 0 { return .outOfGas }
        }
        guard machine.pointee.journal.loadSlot(slot) else {
            return machine.pointee.abandonForMissingState()
        }
        sp[0] = machine.pointee.journal.slot(slot).pointee.current
        return .running
    }

    static func sstore(_ machine: MachinePointer, _ frame: FramePointer) -> Status {
        if frame.pointee.isStatic { return .staticCallViolation }
        if frame.pointee.gas <= Gas.storageStipend { return .outOfGas }
        let sp = frame.pointee.sp
        let value = sp[-1]
        let slot = machine.pointee.journal.slotIndex(frame.pointee.account, sp[0])
        if machine.pointee.journal.warmSlot(slot) { frame.pointee.gas &-= Gas.coldSlotAccess }
        guard machine.pointee.journal.loadSlot(slot) else {
            return machine.pointee.abandonForMissingState()
        }
        let original = machine.pointee.journal.original(slot)
        let current = machine.pointee.journal.slot(slot).pointee.current
        if value == current {
            frame.pointee.gas &-= Gas.warmAccess
            if frame.pointee.gas < 0 { return .outOfGas }
        } else {
            frame.pointee.gas &-= price(original: original, current: current)
            if frame.pointee.gas < 0 { return .outOfGas }
            machine.pointee.journal.refund &+= refund(
                original: original, current: current, value: value)
            machine.pointee.journal.setStorage(slot, value)
        }
        frame.pointee.sp = sp - 2
        return .running
    }

    /// What a write that changes the slot costs beside the access.
    @inline(__always)
    private static func price(original: UInt256, current: UInt256) -> Int64 {
        // The first change in the transaction pays for the trie; later ones write over it.
        if current != original { return Gas.warmAccess }
        return original.isZero ? Gas.storageSet : Gas.storageReset
    }

    /// What a write that changes the slot gives back, or takes back of what was given.
    @inline(__always)
    private static func refund(original: UInt256, current: UInt256, value: UInt256) -> Int64 {
        if current == original {
            return !original.isZero && value.isZero ? Gas.storageClearRefund : 0
        }
        var refund: Int64 = 0
        if !original.isZero {
            // The slot was cleared and is not any more, or is cleared only now.
            if current.isZero { refund &-= Gas.storageClearRefund }
            if value.isZero { refund &+= Gas.storageClearRefund }
        }
        if value == original {
            // Nothing was changed after all: the first write's price but for the warm access.
            refund &+= (original.isZero ? Gas.storageSet : Gas.storageReset) &- Gas.warmAccess
        }
        return refund
    }

    static func tload(_ machine: MachinePointer, _ frame: FramePointer) -> Status {
        let sp = frame.pointee.sp
        let slot = machine.pointee.journal.transients.index(
            account: frame.pointee.account, key: sp[0])
        sp[0] = machine.pointee.journal.transients.value(slot)
        return .running
    }

    static func tstore(_ machine: MachinePointer, _ frame: FramePointer) -> Status {
        if frame.pointee.isStatic { return .staticCallViolation }
        let sp = frame.pointee.sp
        let slot = machine.pointee.journal.transients.index(
            account: frame.pointee.account, key: sp[0])
        machine.pointee.journal.setTransient(slot, sp[-1])
        frame.pointee.sp = sp - 2
        return .running
    }
}
