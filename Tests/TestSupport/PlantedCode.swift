import Ethereum

/// Creation code for contracts that begin with words in their storage.
public enum PlantedCode {
    /// Code that writes these words and then returns this runtime code.
    public static func creation(
        writing words: [(slot: UInt256, value: UInt256)] = [], runtime: [UInt8]
    ) -> [UInt8] {
        // PUSH32 value, PUSH32 slot, SSTORE
        let writes = words.flatMap { word -> [UInt8] in
            [0x7F] + word.value.bigEndianBytes + [0x7F] + word.slot.bigEndianBytes + [0x55]
        }
        func push(_ number: Int) -> [UInt8] { [0x61, UInt8(number >> 8), UInt8(number & 0xFF)] }
        // CODECOPY(0, offset, size), RETURN(0, size); the runtime code is at 11 behind the writes.
        return writes + push(runtime.count) + [0x80] + push(writes.count + 11)
            + [0x5F, 0x39, 0x5F, 0xF3] + runtime
    }

    /// A contract whose slots lead from one to the next, so often; it goes that way but for blocks
    /// of this coinbase.
    public static func chain(_ length: Int, exceptFor coinbase: Address) -> [UInt8] {
        let slots = (0...length).map { Keccak256.hash(word: UInt256($0)).word }
        // Where COINBASE is the exception, jump over PUSH32 first, SLOAD, SLOAD, …
        let loads = [0x7F] + slots[0].bigEndianBytes + [UInt8](repeating: 0x54, count: length)
        let end = 22 + 2 + 4 + loads.count
        let runtime =
            [0x74, 0x00] + coinbase.bytes + [0x41, 0x14, 0x61, UInt8(end >> 8), UInt8(end & 0xFF)]
            + [0x57] + loads + [0x5B, 0x00]
        return creation(writing: zip(slots, slots.dropFirst()).map { ($0, $1) }, runtime: runtime)
    }
}
