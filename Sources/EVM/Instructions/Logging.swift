import Ethereum

/// LOG0 to LOG4 (Yellow Paper H.2, 0xa0).
enum Logging {
    static func log(
        _ machine: MachinePointer, _ frame: FramePointer, topics: Int
    ) -> Status {
        if frame.pointee.isStatic { return .staticCallViolation }
        let sp = frame.pointee.sp
        guard let range = FrameMemory.reach(machine, frame, sp[0], sp[-1]) else {
            return .outOfGas
        }
        frame.pointee.gas &-= Gas.logByte &* Int64(range.count)
        if frame.pointee.gas < 0 { return .outOfGas }
        var record = LogRecord(
            address: frame.pointee.address, topicCount: topics,
            dataOffset: machine.pointee.journal.logBytes.count, dataCount: range.count)
        if topics > 0 { record.topic0 = sp[-2] }
        if topics > 1 { record.topic1 = sp[-3] }
        if topics > 2 { record.topic2 = sp[-4] }
        if topics > 3 { record.topic3 = sp[-5] }
        if range.count > 0 {
            let target = machine.pointee.journal.logBytes.extend(by: range.count)
            UnsafeMutableRawPointer(target).copyMemory(
                from: FrameMemory.pointer(machine, frame, range), byteCount: range.count)
        }
        machine.pointee.journal.logs.append(record)
        frame.pointee.sp = sp - (2 &+ topics)
        return .running
    }
}
