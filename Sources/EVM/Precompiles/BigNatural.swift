/// A natural number of any size: 64-bit limbs, least significant first, no zero limb at the top.
///
/// Only what modular exponentiation needs: reading, powers modulo an odd or even modulus, writing.
struct BigNatural {
    private(set) var limbs: [UInt64]

    private init(limbs: [UInt64]) {
        self.limbs = limbs
        while self.limbs.last == 0 { self.limbs.removeLast() }
    }

    /// The number of `length` bytes, most significant first, zeros beyond the input's end.
    init(_ input: UnsafeRawBufferPointer, at offset: Int, length: Int) {
        var limbs = [UInt64](repeating: 0, count: (length &+ 7) / 8)
        let available = max(0, min(length, input.count &- offset))
        for index in 0..<available {
            let place = length &- 1 &- index
            limbs[place &>> 3] |= UInt64(input[offset &+ index]) &<< UInt64(8 &* (place & 7))
        }
        self.init(limbs: limbs)
    }

    /// Writes the number into `length` zero bytes, most significant first.
    func write(to target: UnsafeMutablePointer<UInt8>, length: Int) {
        for place in 0..<min(length, limbs.count &* 8) {
            target[length &- 1 &- place] = UInt8(
                truncatingIfNeeded: limbs[place &>> 3] &>> UInt64(8 &* (place & 7)))
        }
    }

    /// self^exponent mod modulus for a modulus above 1; `byte` gives the exponent's bytes, most
    /// significant first.
    func power(modulus: BigNatural, exponentBytes: Int, _ byte: (Int) -> UInt8) -> BigNatural {
        let n = modulus.limbs.count
        var divider = LimbDivider(modulus.limbs)
        var result = [UInt64](repeating: 0, count: n)
        result[0] = 1
        // One word more than any product, for the divider.
        var product = [UInt64](repeating: 0, count: max(2 &* n, limbs.count) &+ 1)
        var base = [UInt64](repeating: 0, count: n)
        for index in 0..<limbs.count { product[index] = limbs[index] }
        product.withUnsafeMutableBufferPointer { product in
            base.withUnsafeMutableBufferPointer { base in
                result.withUnsafeMutableBufferPointer { result in
                    let p = product.baseAddress.unsafelyUnwrapped
                    let b = base.baseAddress.unsafelyUnwrapped
                    let r = result.baseAddress.unsafelyUnwrapped
                    divider.reduce(p, count: limbs.count, into: b)
                    var started = false
                    for index in 0..<exponentBytes {
                        let bits = byte(index)
                        if !started, bits == 0 { continue }
                        var mask: UInt8 = 0x80
                        while mask != 0 {
                            if started {
                                BigNatural.multiply(r, r, n, into: p)
                                divider.reduce(p, count: 2 &* n, into: r)
                            }
                            if bits & mask != 0 {
                                if started {
                                    BigNatural.multiply(r, b, n, into: p)
                                    divider.reduce(p, count: 2 &* n, into: r)
                                } else {
                                    r.update(from: b, count: n)
                                    started = true
                                }
                            }
                            mask &>>= 1
                        }
                    }
                }
            }
        }
        return BigNatural(limbs: result)
    }

    /// p = a · b, n limbs each.
    private static func multiply(
        _ a: UnsafePointer<UInt64>, _ b: UnsafePointer<UInt64>, _ n: Int,
        into p: UnsafeMutablePointer<UInt64>
    ) {
        p.update(repeating: 0, count: 2 &* n)
        var i = 0
        while i < n {
            let factor = a[i]
            var carry: UInt64 = 0
            var j = 0
            while j < n {
                let sum =
                    UInt128(factor) &* UInt128(b[j]) &+ UInt128(p[i &+ j]) &+ UInt128(carry)
                p[i &+ j] = UInt64(truncatingIfNeeded: sum)
                carry = UInt64(truncatingIfNeeded: sum >> 64)
                j &+= 1
            }
            p[i &+ n] = carry
            i &+= 1
        }
    }
}

/// Remainders by one divisor: Knuth's algorithm D (TAOCP 4.3.1) without the quotient.
struct LimbDivider {
    /// Shifted so that the top bit is set.
    private var divisor: [UInt64]
    private let shift: UInt64

    /// A divisor with a top limb other than 0.
    init(_ limbs: [UInt64]) {
        let shift = UInt64((limbs.last ?? 1).leadingZeroBitCount)
        var divisor = limbs
        if shift > 0 {
            var carry: UInt64 = 0
            for index in 0..<divisor.count {
                let limb = divisor[index]
                divisor[index] = limb &<< shift | carry
                carry = limb &>> (64 &- shift)
            }
        }
        self.divisor = divisor
        self.shift = shift
    }

    /// Divides `count` limbs at `u`, which has room for one more and is overwritten; the remainder
    /// goes to as many limbs as the divisor has.
    mutating func reduce(
        _ u: UnsafeMutablePointer<UInt64>, count: Int, into remainder: UnsafeMutablePointer<UInt64>
    ) {
        divisor.withUnsafeBufferPointer { buffer in
            let v = buffer.baseAddress.unsafelyUnwrapped
            let n = buffer.count
            shiftUp(u, count)
            var j = count &- n
            while j >= 0 {
                step(u + j, v, n)
                j &-= 1
            }
            let present = min(n, count &+ 1)
            shiftDown(u, present, into: remainder)
            var index = present
            while index < n {
                remainder[index] = 0
                index &+= 1
            }
        }
    }

    private func shiftUp(_ u: UnsafeMutablePointer<UInt64>, _ count: Int) {
        var carry: UInt64 = 0
        var index = 0
        while index < count {
            let limb = u[index]
            u[index] = limb &<< shift | carry
            carry = shift == 0 ? 0 : limb &>> (64 &- shift)
            index &+= 1
        }
        u[count] = carry
    }

    private func shiftDown(
        _ u: UnsafeMutablePointer<UInt64>, _ count: Int, into r: UnsafeMutablePointer<UInt64>
    ) {
        var index = 0
        while index < count {
            let above = index &+ 1 < count ? u[index &+ 1] : 0
            r[index] = u[index] &>> shift | (shift == 0 ? 0 : above &<< (64 &- shift))
            index &+= 1
        }
    }

    /// Takes from n + 1 limbs at u as often the divisor as fits.
    private func step(
        _ u: UnsafeMutablePointer<UInt64>, _ v: UnsafePointer<UInt64>, _ n: Int
    ) {
        let top = v[n &- 1]
        let high = u[n]
        var estimate: UInt64
        if high >= top {
            estimate = .max
        } else {
            var rest: UInt64
            (estimate, rest) = top.dividingFullWidth((high, u[n &- 1]))
            if n > 1 {
                let second = v[n &- 2]
                while UInt128(estimate) &* UInt128(second)
                    > UInt128(rest) << 64 | UInt128(u[n &- 2])
                {
                    estimate &-= 1
                    let (sum, overflow) = rest.addingReportingOverflow(top)
                    if overflow { break }
                    rest = sum
                }
            }
        }
        // The estimate is at most two too large.
        var borrow = subtract(u, v, n, times: estimate)
        while borrow { borrow = !addBack(u, v, n) }
    }

    /// u −= v · factor over n + 1 limbs; true where that went below 0.
    private func subtract(
        _ u: UnsafeMutablePointer<UInt64>, _ v: UnsafePointer<UInt64>, _ n: Int,
        times factor: UInt64
    ) -> Bool {
        var carry: UInt64 = 0
        var index = 0
        while index < n {
            let product = UInt128(v[index]) &* UInt128(factor) &+ UInt128(carry)
            let low = UInt64(truncatingIfNeeded: product)
            carry = UInt64(truncatingIfNeeded: product >> 64)
            let (difference, borrow) = u[index].subtractingReportingOverflow(low)
            u[index] = difference
            carry &+= borrow ? 1 : 0
            index &+= 1
        }
        let (difference, borrow) = u[n].subtractingReportingOverflow(carry)
        u[n] = difference
        return borrow
    }

    /// u += v over n + 1 limbs; true where that came back above 0.
    private func addBack(
        _ u: UnsafeMutablePointer<UInt64>, _ v: UnsafePointer<UInt64>, _ n: Int
    ) -> Bool {
        var carry: UInt64 = 0
        var index = 0
        while index < n {
            let sum = UInt128(u[index]) &+ UInt128(v[index]) &+ UInt128(carry)
            u[index] = UInt64(truncatingIfNeeded: sum)
            carry = UInt64(truncatingIfNeeded: sum >> 64)
            index &+= 1
        }
        let (sum, overflow) = u[n].addingReportingOverflow(carry)
        u[n] = sum
        return overflow
    }
}
