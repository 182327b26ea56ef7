import Ethereum

/// Instructions that copy bytes into memory (Yellow Paper H.2; EIP-211, 5656).
enum Copying {
    /// Takes (memory offset, source offset, count) from the top: pays and makes room; nil when out
    /// of gas.
    @inline(__always)
    private static func target(
        _ machine: MachinePointer, _ frame: FramePointer
    ) -> (range: MemoryRange, source: UInt256)? {
        let sp = frame.pointee.sp
        guard let range = FrameMemory.reach(machine, frame, sp[0], sp[-2]) else { return nil }
        frame.pointee.gas &-= Gas.copyWord &* FrameMemory.words(range.count)
        if frame.pointee.gas < 0 { return nil }
        frame.pointee.sp = sp - 3
        return (range, sp[-1])
    }

    static func calldatacopy(_ machine: MachinePointer, _ frame: FramePointer) -> Status {
        guard let (range, source) = target(machine, frame) else { return .outOfGas }
        FrameMemory.copy(
            machine, frame, to: range,
            from: UnsafeRawPointer(machine.pointee.memory + frame.pointee.inputOffset),
            available: frame.pointee.inputSize, sourceOffset: source)
        return .running
    }

    static func codecopy(_ machine: MachinePointer, _ frame: FramePointer) -> Status {
        guard let (range, source) = target(machine, frame) else { return .outOfGas }
        FrameMemory.copy(
            machine, frame, to: range, from: UnsafeRawPointer(frame.pointee.bytes),
            available: frame.pointee.codeSize, sourceOffset: source)
        return .running
    }

    static func extcodecopy(_ machine: MachinePointer, _ frame: FramePointer) -> Status {
        let address = Address(word: frame.pointee.sp[0])
        frame.pointee.sp -= 1
        guard let (range, source) = target(machine, frame) else { return .outOfGas }
        let account = machine.pointee.journal.accounts.index(of: address)
        guard Environment.access(machine, frame, address, account) else { return .outOfGas }
        guard machine.pointee.journal.load(account),
            let code = machine.pointee.journal.codeView(account)
        else { return machine.pointee.abandonForMissingState() }
        FrameMemory.copy(
            machine, frame, to: range, from: UnsafeRawPointer(code.padded),
            available: code.count, sourceOffset: source)
        return .running
    }

    /// Unlike the other sources, return data may not be read beyond their end.
    static func returndatacopy(_ machine: MachinePointer, _ frame: FramePointer) -> Status {
        let sp = frame.pointee.sp
        let available = UInt256(UInt64(machine.pointee.returnData.count))
        let (end, overflow) = sp[-1].addingReportingOverflow(sp[-2])
        if overflow || available < end { return .returnDataOutOfBounds }
        guard let (range, source) = target(machine, frame) else { return .outOfGas }
        FrameMemory.copy(
            machine, frame, to: range, from: UnsafeRawPointer(machine.pointee.returnData.base),
            available: machine.pointee.returnData.count, sourceOffset: source)
        return .running
    }

    /// The ranges may overlap; both are paid for as memory.
    static func mcopy(_ machine: MachinePointer, _ frame: FramePointer) -> Status {
        let sp = frame.pointee.sp
        guard let source = FrameMemory.reach(machine, frame, sp[-1], sp[-2]),
            let (range, _) = target(machine, frame)
        else { return .outOfGas }
        if range.count > 0 {
            FrameMemory.pointer(machine, frame, range).copyMemory(
                from: FrameMemory.pointer(machine, frame, source), byteCount: range.count)
        }
        return .running
    }
}
