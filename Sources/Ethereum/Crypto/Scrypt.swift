/// A key from a password that takes memory as well as time to find (RFC 7914).
package struct Scrypt {
    /// Blocks of `blockSize` · 128 bytes that are kept at once: a power of two, at least 2.
    var cost: Int
    /// r: how many pairs of 64 bytes a block has.
    var blockSize: Int
    /// p: how often, one after another.
    var parallelization: Int

    package init(cost: Int, blockSize: Int, parallelization: Int) {
        self.cost = cost
        self.blockSize = blockSize
        self.parallelization = parallelization
    }

    /// `count` bytes. The parameters are in the bounds that `Keystore` checks.
    package func derive(password: [UInt8], salt: [UInt8], count: Int) -> [UInt8] {
        let hmac = HMACSHA256(key: password)
        let words = 32 * blockSize
        var mixed = hmac.derive(salt: salt, rounds: 1, count: 4 * words * parallelization)
        let memory = UnsafeMutablePointer<UInt32>.allocate(capacity: words * cost)
        let block = UnsafeMutablePointer<UInt32>.allocate(capacity: words)
        let scratch = UnsafeMutablePointer<UInt32>.allocate(capacity: words)
        defer {
            memory.deallocate()
            block.deallocate()
            scratch.deallocate()
        }
        mixed.withUnsafeMutableBytes { bytes in
            for part in 0..<parallelization {
                let start = 4 * words * part
                for index in 0..<words {
                    let word = bytes.loadUnaligned(
                        fromByteOffset: start + 4 * index, as: UInt32.self)
                    (block + index).initialize(to: UInt32(littleEndian: word))
                }
                mix(block, memory, scratch, words: words)
                for index in 0..<words {
                    bytes.storeBytes(
                        of: block[index].littleEndian, toByteOffset: start + 4 * index,
                        as: UInt32.self)
                }
            }
        }
        return hmac.derive(salt: mixed, rounds: 1, count: count)
    }

    /// scryptROMix: fills the memory with a chain of blocks, then adds blocks chosen by the data.
    private func mix(
        _ block: UnsafeMutablePointer<UInt32>, _ memory: UnsafeMutablePointer<UInt32>,
        _ scratch: UnsafeMutablePointer<UInt32>, words: Int
    ) {
        for step in 0..<cost {
            (memory + step &* words).update(from: block, count: words)
            mixBlock(block, scratch, words: words)
        }
        for _ in 0..<cost {
            // The last 64 bytes choose; the cost is a power of two.
            let chosen = Int(block[words &- 16]) & (cost &- 1)
            let source = memory + chosen &* words
            var index = 0
            while index < words {
                block[index] ^= source[index]
                index &+= 1
            }
            mixBlock(block, scratch, words: words)
        }
    }

    /// scryptBlockMix: Salsa20/8 over the pairs, results of even steps first.
    private func mixBlock(
        _ block: UnsafeMutablePointer<UInt32>, _ scratch: UnsafeMutablePointer<UInt32>, words: Int
    ) {
        var state = SIMD16<UInt32>()
        for index in 0..<16 { state[index] = block[words &- 16 &+ index] }
        let pairs = words &>> 4
        for pair in 0..<pairs {
            let source = UnsafeRawPointer(block + 16 &* pair)
            state ^= source.loadUnaligned(as: SIMD16<UInt32>.self)
            state = Salsa20.core(state)
            let place = (pair & 1) &* (pairs &>> 1) &+ pair &>> 1
            UnsafeMutableRawPointer(scratch + 16 &* place).storeBytes(
                of: state, as: SIMD16<UInt32>.self)
        }
        block.update(from: scratch, count: words)
    }
}

/// The core of Salsa20 with 8 rounds (RFC 7914, section 3).
private enum Salsa20 {
    static func core(_ input: SIMD16<UInt32>) -> SIMD16<UInt32> {
        // Four diagonals of the 4 × 4 words as vectors: a quarter round works on all columns.
        var a = SIMD4(input[0], input[5], input[10], input[15])
        var b = SIMD4(input[4], input[9], input[14], input[3])
        var c = SIMD4(input[8], input[13], input[2], input[7])
        var d = SIMD4(input[12], input[1], input[6], input[11])
        for _ in 0..<4 {
            quarterRounds(&a, &b, &c, &d)
            // The rows stand where the columns stood.
            (b, c, d) = (rotateLanes(d, 1), rotateLanes(c, 2), rotateLanes(b, 3))
            quarterRounds(&a, &b, &c, &d)
            (b, c, d) = (rotateLanes(d, 1), rotateLanes(c, 2), rotateLanes(b, 3))
        }
        let mixed = SIMD16<UInt32>(
            a[0], d[1], c[2], b[3], b[0], a[1], d[2], c[3], c[0], b[1], a[2], d[3], d[0], c[1],
            b[2], a[3])
        return input &+ mixed
    }

    @inline(__always)
    private static func quarterRounds(
        _ a: inout SIMD4<UInt32>, _ b: inout SIMD4<UInt32>, _ c: inout SIMD4<UInt32>,
        _ d: inout SIMD4<UInt32>
    ) {
        b ^= rotate(a &+ d, 7)
        c ^= rotate(b &+ a, 9)
        d ^= rotate(c &+ b, 13)
        a ^= rotate(d &+ c, 18)
    }

    @inline(__always)
    private static func rotate(_ x: SIMD4<UInt32>, _ bits: UInt32) -> SIMD4<UInt32> {
        x &<< SIMD4(repeating: bits) | x &>> SIMD4(repeating: 32 &- bits)
    }

    /// Lane i takes the value of lane i + count.
    @inline(__always)
    private static func rotateLanes(_ x: SIMD4<UInt32>, _ count: Int) -> SIMD4<UInt32> {
        SIMD4(x[count & 3], x[(count &+ 1) & 3], x[(count &+ 2) & 3], x[(count &+ 3) & 3])
    }
}
