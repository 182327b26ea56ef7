import Ethereum

extension VirtualMachine {
    /// Bytes that the machine holds for its work: stacks, memories, return data, journal and
    /// tables, not the codes, which are shared. What untouched pages of the stacks would take is
    /// counted.
    ///
    /// Gas bounds it during a transaction; `reset` gives back what only an extraordinary one
    /// needed.
    public var heldBytes: Int { machine.pointee.heldBytes }
}

extension Machine {
    var heldBytes: Int {
        memoryCapacity + returnData.heldBytes + journal.heldBytes
            + (Limit.callDepth + 1)
            * (MemoryLayout<Frame>.stride + Limit.stackWords * MemoryLayout<UInt256>.stride)
    }
}

extension Journal {
    var heldBytes: Int {
        accounts.heldBytes + slots.heldBytes + transients.heldBytes + entries.heldBytes
            + logs.heldBytes + logBytes.heldBytes
    }
}

extension PlainBuffer {
    var heldBytes: Int { capacity * MemoryLayout<Element>.stride }
}

extension AccountTable {
    var heldBytes: Int { records.heldBytes + places.heldBytes }
}

extension SlotTable {
    var heldBytes: Int { records.heldBytes + places.heldBytes }
}

extension ProbeTable {
    var heldBytes: Int { (mask + 1) * MemoryLayout<UInt32>.stride }
}
