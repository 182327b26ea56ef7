import Ethereum

/// Runs frames one after another: nested calls use an explicit stack of frames, so that no depth of
/// calls uses up the thread's own stack.
enum FrameLoop {
    /// Runs the frame at depth 0 and all that it calls. Its output is then `Machine.returnData`,
    /// and its remaining gas is in the frame.
    static func run(_ machine: MachinePointer) -> Status {
        if machine.pointee.watch != nil { return run(machine, Watched.self) }
        return machine.pointee.meter == nil
            ? run(machine, Unwatched.self) : run(machine, Metered.self)
    }

    private static func run<W: Watching>(
        _ machine: MachinePointer, _ watching: W.Type
    ) -> Status {
        while true {
            let frame = machine.pointee.frames + machine.pointee.depth
            var status = Interpreter.run(machine, frame, watching)
            if status == .enterFrame {
                machine.pointee.returnData.truncate(to: 0)
                if W.isMetered {
                    machine.pointee.meter?.entered(callerGas: frame.pointee.gas)
                }
                continue
            }
            if status == .abandoned { return status }
            status = leave(machine, frame, status)
            if W.isMetered, machine.pointee.meter?.allows(gas: frame.pointee.gas) == false {
                return .abandoned
            }
            if machine.pointee.depth == 0 { return status }
            if W.isMetered { machine.pointee.meter?.left() }
            if W.isOn {
                machine.pointee.watch?.left(
                    frame, status, output: machine.pointee.returnData.bytes)
            }
            machine.pointee.depth &-= 1
            resume(machine, frame - 1, after: frame, status)
        }
    }

    /// Settles a frame that ended: deployment, rollback, gas and return data.
    private static func leave(
        _ machine: MachinePointer, _ frame: FramePointer, _ ended: Status
    ) -> Status {
        var status = ended
        if frame.pointee.isCreation {
            if status == .success { status = Creations.deploy(machine, frame) }
            machine.pointee.initCodes.removeLast()
        }
        if status != .success {
            machine.pointee.journal.rollback(to: frame.pointee.mark)
            // The state has not grown: what was taken for it is in both pools again.
            frame.pointee.gas &+= frame.pointee.spilledStateGas
            frame.pointee.spilledStateGas = 0
            machine.pointee.reservoir = frame.pointee.reservoirMark
        }
        if status == .success || status == .revert {
            let size = frame.pointee.outputSize
            machine.pointee.returnData.resize(to: size)
            if size > 0 {
                UnsafeMutableRawPointer(machine.pointee.returnData.base).copyMemory(
                    from: machine.pointee.memory + frame.pointee.memoryBase
                        + frame.pointee.outputOffset, byteCount: size)
            }
        } else {
            frame.pointee.gas = 0
            machine.pointee.returnData.truncate(to: 0)
        }
        return status
    }

    /// Gives a caller what its callee left: gas, the result word, the returned bytes.
    private static func resume(
        _ machine: MachinePointer, _ frame: FramePointer, after callee: FramePointer,
        _ status: Status
    ) {
        frame.pointee.gas &+= callee.pointee.gas
        frame.pointee.spilledStateGas &+= callee.pointee.spilledStateGas
        let succeeded = status == .success
        if !succeeded { StateGas.giveBack(machine, frame, callee.pointee.accountStateGas) }
        frame.pointee.sp += 1
        if callee.pointee.isCreation {
            frame.pointee.sp[0] = succeeded ? callee.pointee.address.word : .zero
            // A creation that succeeds returns its address only.
            if succeeded { machine.pointee.returnData.truncate(to: 0) }
        } else {
            frame.pointee.sp[0] = succeeded ? .one : .zero
            Calls.copyResult(
                machine, frame, offset: callee.pointee.resultOffset,
                size: callee.pointee.resultSize)
        }
    }
}
