import EVM
import Ethereum

/// Small damage to real code and calldata.
enum CodeMutation {
    /// Code with one to eight bytes changed, left out, put in or copied from elsewhere in it.
    static func code(_ original: [UInt8], _ random: inout FuzzRandom) -> [UInt8] {
        var code = original
        for _ in 0..<(1 + random.below(8)) where !code.isEmpty {
            let place = random.below(code.count)
            switch random.below(6) {
            case 0: code[place] = UInt8(random.below(256))
            case 1: code[place] ^= 1 << UInt8(random.below(8))
            case 2: code.remove(at: place)
            case 3: code.insert(UInt8(random.below(256)), at: place)
            case 4:
                // An instruction of the same family.
                code[place] = code[place] & 0xF0 | UInt8(random.below(16))
            default:
                let count = min(1 + random.below(32), code.count - place)
                let source = random.below(code.count - count + 1)
                let piece = Array(code[source..<source + count])
                code.replaceSubrange(place..<place + count, with: piece)
            }
        }
        return code
    }

    /// Calldata with words or bytes changed, or cut off, or longer.
    static func data(_ original: [UInt8], _ random: inout FuzzRandom) -> [UInt8] {
        var data = original
        for _ in 0..<(1 + random.below(3)) {
            switch random.below(6) {
            case 0 where !data.isEmpty: data[random.below(data.count)] = UInt8(random.below(256))
            case 1: data = Array(data.prefix(random.below(data.count + 1)))
            case 2: data += random.bytes(random.below(64))
            default:
                // A whole argument behind the selector.
                let words = (data.count - 4) / 32
                guard words > 0 else { continue }
                let start = 4 + 32 * random.below(words)
                data.replaceSubrange(start..<start + 32, with: random.word().bigEndianBytes)
            }
        }
        return data
    }
}
