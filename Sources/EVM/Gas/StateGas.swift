/// Gas for bytes that the state grows by (EIP-8037): the second dimension of gas, from Amsterdam
/// on.
///
/// It is taken from a reservoir that the transaction's frames share, and where that is empty from
/// the frame's own gas, which is called a spill. What is given back goes to where it was taken
/// last: to the frame's gas as far as the frame has spilled, then to the reservoir.
package enum StateGas {
    /// Gas per byte.
    package static let byte: Int64 = 1_530
    /// Bytes of a slot, an account, the mark of a delegation.
    private static let slotBytes: Int64 = 64
    private static let accountBytes: Int64 = 120
    private static let delegationBytes: Int64 = 23

    package static let newSlot = slotBytes * byte
    package static let newAccount = accountBytes * byte
    package static let newDelegation = delegationBytes * byte
    /// The reservoir of a system call: 16 new slots (EIP-8037).
    static let systemCall = 16 * newSlot

    /// Takes an amount; false, with nothing taken, where both pools together do not suffice.
    package static func take(
        _ amount: Int64, gas: inout Int64, spilled: inout Int64, reservoir: inout Int64
    ) -> Bool {
        let spill = max(amount &- reservoir, 0)
        if spill > gas { return false }
        reservoir &-= amount &- spill
        gas &-= spill
        spilled &+= spill
        return true
    }

    /// Gives back an amount that was taken before.
    package static func giveBack(
        _ amount: Int64, gas: inout Int64, spilled: inout Int64, reservoir: inout Int64
    ) {
        let unspilled = min(amount, spilled)
        gas &+= unspilled
        spilled &-= unspilled
        reservoir &+= amount &- unspilled
    }

    static func take(
        _ machine: MachinePointer, _ frame: FramePointer, _ amount: Int64
    ) -> Bool {
        take(
            amount, gas: &frame.pointee.gas, spilled: &frame.pointee.spilledStateGas,
            reservoir: &machine.pointee.reservoir)
    }

    static func giveBack(
        _ machine: MachinePointer, _ frame: FramePointer, _ amount: Int64
    ) {
        giveBack(
            amount, gas: &frame.pointee.gas, spilled: &frame.pointee.spilledStateGas,
            reservoir: &machine.pointee.reservoir)
    }
}
