import Ethereum

extension JacobianPoint {
    /// The point added `scalar` times, by fixed windows of four bits: 15 small multiples, then four
    /// doublings and at most one addition for each digit.
    package func multiplied(by scalar: UInt256) -> Self {
        let digits = (scalar.bitWidth &+ 3) / 4
        if digits == 0 || isInfinity { return .infinity }
        return withUnsafeTemporaryAllocation(of: Self.self, capacity: 16) { multiples in
            let multiple = multiples.baseAddress.unsafelyUnwrapped
            multiple.initialize(to: .infinity)
            var index = 1
            while index < 16 {
                (multiple + index).initialize(to: multiple[index &- 1] + self)
                index &+= 1
            }
            var result = Self.infinity
            var place = digits
            while place > 0 {
                place &-= 1
                result = result.doubled.doubled.doubled.doubled
                let digit = Int((scalar >> UInt64(4 &* place)).limb0 & 15)
                if digit != 0 { result = result + multiple[digit] }
            }
            return result
        }
    }

    /// The point added `scalar` times, for scalars with few bits set.
    func multiplied(bySparse scalar: UInt64) -> Self {
        var result = Self.infinity
        var bit = 64 &- scalar.leadingZeroBitCount
        while bit > 0 {
            bit &-= 1
            result = result.doubled
            if scalar &>> UInt64(bit) & 1 == 1 { result = result + self }
        }
        return result
    }

    /// a·P + b·Q with shared doublings (Shamir's trick; ElGamal 1985).
    package static func sum(
        _ a: UInt256, _ p: AffinePoint<Curve>, _ b: UInt256, _ q: AffinePoint<Curve>
    ) -> Self {
        let both = (Self(p) + q).affine
        var result = Self.infinity
        var bit = max(a.bitWidth, b.bitWidth)
        while bit > 0 {
            bit &-= 1
            result = result.doubled
            switch (a.bit(bit), b.bit(bit)) {
            case (true, true): result = result + both
            case (true, false): result = result + p
            case (false, true): result = result + q
            case (false, false): break
            }
        }
        return result
    }
}
