import Ethereum

/// KECCAK256 (Yellow Paper H.2, 0x20).
enum Hashing {
    static func keccak256(_ machine: MachinePointer, _ frame: FramePointer) -> Status {
        let sp = frame.pointee.sp
        guard let range = FrameMemory.reach(machine, frame, sp[0], sp[-1]) else {
            return .outOfGas
        }
        frame.pointee.gas &-= Gas.keccak256Word &* FrameMemory.words(range.count)
        if frame.pointee.gas < 0 { return .outOfGas }
        let bytes = UnsafeRawBufferPointer(
            start: FrameMemory.pointer(machine, frame, range), count: range.count)
        frame.pointee.sp = sp - 1
        sp[-1] = Keccak256.hash(bytes).word
        return .running
    }
}
