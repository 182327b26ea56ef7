import Ethereum

/// What code sees of accounts, the transaction and the block (Yellow Paper H.2, 0x30 and 0x40).
enum Environment {
    @inline(__always)
    static func push(_ frame: FramePointer, _ word: UInt256) -> Status {
        frame.pointee.sp += 1
        frame.pointee.sp[0] = word
        return .running
    }

    /// A word that the block's builder chooses or its slot brings: that it was asked for is noted.
    static func pushOfBuilder(
        _ machine: MachinePointer, _ frame: FramePointer, _ word: UInt256
    ) -> Status {
        machine.pointee.readsBuilder = true
        return push(frame, word)
    }

    /// Pays what a cold account costs above a warm one (EIP-2929); false when out of gas.
    @inline(__always)
    static func access(
        _ machine: MachinePointer, _ frame: FramePointer, _ address: Address, _ account: Int
    ) -> Bool {
        if machine.pointee.journal.warm(account), !machine.pointee.isPrecompile(address) {
            frame.pointee.gas &-= machine.pointee.rules.coldAccountAccess &- Gas.warmAccess
        }
        return frame.pointee.gas >= 0
    }

    static func balance(_ machine: MachinePointer, _ frame: FramePointer) -> Status {
        let address = Address(word: frame.pointee.sp[0])
        let account = machine.pointee.journal.accounts.index(of: address)
        guard access(machine, frame, address, account) else { return .outOfGas }
        guard machine.pointee.journal.load(account) else {
            return machine.pointee.abandonForMissingState()
        }
        frame.pointee.sp[0] = machine.pointee.journal.record(account).pointee.balance
        return .running
    }

    static func selfbalance(_ machine: MachinePointer, _ frame: FramePointer) -> Status {
        guard machine.pointee.journal.load(frame.pointee.account) else {
            return machine.pointee.abandonForMissingState()
        }
        return push(
            frame, machine.pointee.journal.record(frame.pointee.account).pointee.balance)
    }

    static func extcodesize(_ machine: MachinePointer, _ frame: FramePointer) -> Status {
        let address = Address(word: frame.pointee.sp[0])
        let account = machine.pointee.journal.accounts.index(of: address)
        guard access(machine, frame, address, account) else { return .outOfGas }
        guard machine.pointee.journal.load(account),
            let code = machine.pointee.journal.codeView(account)
        else { return machine.pointee.abandonForMissingState() }
        frame.pointee.sp[0] = UInt256(UInt64(code.count))
        return .running
    }

    /// 0 for an account that is dead by EIP-161 (EIP-1052).
    static func extcodehash(_ machine: MachinePointer, _ frame: FramePointer) -> Status {
        let address = Address(word: frame.pointee.sp[0])
        let account = machine.pointee.journal.accounts.index(of: address)
        guard access(machine, frame, address, account) else { return .outOfGas }
        guard machine.pointee.journal.load(account) else {
            return machine.pointee.abandonForMissingState()
        }
        let record = machine.pointee.journal.record(account)
        frame.pointee.sp[0] = record.pointee.isEmpty ? .zero : record.pointee.codeHash.word
        return .running
    }

    /// 0 beyond the transaction's blobs (EIP-4844).
    static func blobhash(_ machine: MachinePointer, _ frame: FramePointer) -> Status {
        let index = frame.pointee.sp[0]
        let count = UInt64(machine.pointee.transaction.blobHashes.count)
        if let small = index.asUInt64, small < count {
            frame.pointee.sp[0] = machine.pointee.transaction.blobHashes[Int(small)].word
        } else {
            frame.pointee.sp[0] = .zero
        }
        return .running
    }

    /// 0 unless the block is one of the 256 before this one.
    static func blockhash(_ machine: MachinePointer, _ frame: FramePointer) -> Status {
        let current = machine.pointee.block.number
        guard let number = frame.pointee.sp[0].asUInt64, number < current,
            current &- number <= Limit.blockHashes
        else {
            frame.pointee.sp[0] = .zero
            return .running
        }
        guard let hash = machine.pointee.journal.blockHash(number) else {
            return machine.pointee.abandonForMissingState()
        }
        frame.pointee.sp[0] = hash.word
        return .running
    }
}
