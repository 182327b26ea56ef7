import Ethereum

/// Points of BLS12-381 in calldata (EIP-2537): an element of Fp takes 64 bytes, most significant
/// first, of which 16 are 0, and must be below p; a point is x and y, both 0 at infinity.
protocol BLS12381Group: CurveParameters {
    static var coordinateSize: Int { get }

    /// The coordinate at `pointer`; nil where the bytes are none.
    static func read(_ pointer: UnsafeRawPointer) -> Coordinate?
    static func write(_ coordinate: Coordinate, to target: UnsafeMutableRawPointer)

    static func isInSubgroup(_ point: AffinePoint<Self>) -> Bool
}

extension BLS12381Group {
    static var pointSize: Int { 2 &* coordinateSize }

    /// The point of the curve at `pointer`, of any order; nil where there is none.
    static func readPoint(_ pointer: UnsafeRawPointer) -> AffinePoint<Self>? {
        guard let x = read(pointer), let y = read(pointer + coordinateSize) else { return nil }
        if x.isZero && y.isZero { return .infinity }
        return AffinePoint(x: x, y: y)
    }

    /// The point of the subgroup at `pointer`; nil where there is none.
    static func readSubgroupPoint(_ pointer: UnsafeRawPointer) -> AffinePoint<Self>? {
        guard let point = readPoint(pointer), isInSubgroup(point) else { return nil }
        return point
    }

    static func write(_ point: JacobianPoint<Self>, to output: inout PlainBuffer<UInt8>) {
        // Infinity's coordinates are both 0.
        let point = point.affine
        let target = UnsafeMutableRawPointer(output.extend(by: pointSize))
        write(point.x, to: target)
        write(point.y, to: target + coordinateSize)
    }
}

extension BLS12381.G1: BLS12381Group {
    static var coordinateSize: Int { BLS12381Encoding.primeSize }

    static func read(_ pointer: UnsafeRawPointer) -> BLS12381.Prime? {
        BLS12381Encoding.prime(pointer)
    }

    static func write(_ coordinate: BLS12381.Prime, to target: UnsafeMutableRawPointer) {
        BLS12381Encoding.write(coordinate, to: target)
    }

    static func isInSubgroup(_ point: AffinePoint<Self>) -> Bool {
        BLS12381.isInSubgroup(point)
    }
}

extension BLS12381.G2: BLS12381Group {
    static var coordinateSize: Int { 2 &* BLS12381Encoding.primeSize }

    /// The coefficient of 1 first.
    static func read(_ pointer: UnsafeRawPointer) -> BLS12381.Quadratic? {
        guard let c0 = BLS12381Encoding.prime(pointer),
            let c1 = BLS12381Encoding.prime(pointer + BLS12381Encoding.primeSize)
        else { return nil }
        return BLS12381.Quadratic(c0, c1)
    }

    static func write(_ coordinate: BLS12381.Quadratic, to target: UnsafeMutableRawPointer) {
        BLS12381Encoding.write(coordinate.c0, to: target)
        BLS12381Encoding.write(coordinate.c1, to: target + BLS12381Encoding.primeSize)
    }

    static func isInSubgroup(_ point: AffinePoint<Self>) -> Bool {
        BLS12381.isInSubgroup(point)
    }
}

/// Elements of Fp in 64 bytes.
enum BLS12381Encoding {
    static let primeSize = 64
    private static let padding = 16

    static func prime(_ pointer: UnsafeRawPointer) -> BLS12381.Prime? {
        let high = pointer.loadUnaligned(as: UInt128.self)
        guard high == 0 else { return nil }
        return BLS12381.Prime(UInt384(bigEndianAt: pointer + padding))
    }

    static func write(_ element: BLS12381.Prime, to target: UnsafeMutableRawPointer) {
        target.storeBytes(of: 0, as: UInt128.self)
        element.integer.storeBigEndian(to: target + padding)
    }
}
