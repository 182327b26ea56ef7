import Ethereum

/// 0x05 MODEXP: base^exponent mod modulus (EIP-198), priced and bounded by the fork.
///
/// Three 32-byte lengths, then base, exponent, modulus, each with zeros where the input ends. The
/// price is worked out and taken before any number is read, so that lengths decide over gas but not
/// over memory.
enum ModularExponentiation {
    private static let header = 96

    /// What a fork says about lengths and prices.
    struct Rules: Sendable {
        /// The longest number, in bytes; longer ones fail.
        var maximumLength: Int
        var minimumPrice: Int64
        /// What one multiplication costs, before the division.
        var complexity: Complexity
        var divisor: UInt128
        /// Iterations for each byte of the exponent beyond the first 32.
        var iterationsPerTailByte: UInt128

        /// EIP-198. No fork that is executed here has it; its vectors are judged.
        static let byzantium = Rules(
            maximumLength: .max, minimumPrice: 0, complexity: .bytes, divisor: 20,
            iterationsPerTailByte: 8)
        /// EIP-2565.
        static let berlin = Rules(
            maximumLength: .max, minimumPrice: 200, complexity: .limbs, divisor: 3,
            iterationsPerTailByte: 8)
        /// EIP-7823, EIP-7883.
        static let osaka = Rules(
            maximumLength: 1024, minimumPrice: 500, complexity: .doubledLimbs, divisor: 1,
            iterationsPerTailByte: 16)
    }

    /// How the price of a multiplication grows with the longer of base and modulus.
    enum Complexity: Sendable {
        /// EIP-198: like a square up to 64 bytes, more slowly up to 1024, more slowly still beyond.
        case bytes
        /// EIP-2565: the square of the number of 64-bit limbs.
        case limbs
        /// EIP-7883: twice that, and 16 up to 32 bytes.
        case doubledLimbs

        /// For a length below 2^32.
        func price(_ length: Int) -> UInt128 {
            let bytes = UInt128(length)
            let limbs = (bytes &+ 7) / 8
            return switch self {
            case .bytes where bytes <= 64: bytes &* bytes
            case .bytes where bytes <= 1024: bytes &* bytes / 4 &+ 96 &* bytes &- 3072
            case .bytes: bytes &* bytes / 16 &+ 480 &* bytes &- 199_680
            case .limbs: limbs &* limbs
            case .doubledLimbs: bytes <= 32 ? 16 : 2 &* limbs &* limbs
            }
        }
    }

    static func run(
        _ input: UnsafeRawBufferPointer, _ rules: Rules, _ gas: inout Int64,
        _ output: inout PlainBuffer<UInt8>
    ) -> Precompiles.Status {
        let baseLength = length(input, at: 0)
        let exponentLength = length(input, at: 32)
        let modulusLength = length(input, at: 64)
        if max(baseLength, exponentLength, modulusLength) > rules.maximumLength { return .failure }
        let price = price(input, rules, baseLength, exponentLength, modulusLength)
        guard Precompiles.pay(price, &gas) else { return .outOfGas }
        // With both lengths 0 the price says nothing about the exponent, which is not needed.
        if modulusLength == 0 { return .success }
        compute(input, baseLength, exponentLength, modulusLength, &output)
        return .success
    }

    /// A length; from 2^31 on they are all alike, since no gas pays for them.
    private static let lengthLimit = 1 << 31

    private static func length(_ input: UnsafeRawBufferPointer, at offset: Int) -> Int {
        guard let value = Precompiles.word(input, at: offset).asUInt64,
            value < UInt64(lengthLimit)
        else { return lengthLimit }
        return Int(value)
    }

    /// The greater of the minimum and ⌊complexity · iterations / divisor⌋.
    private static func price(
        _ input: UnsafeRawBufferPointer, _ rules: Rules, _ baseLength: Int, _ exponentLength: Int,
        _ modulusLength: Int
    ) -> Int64 {
        let complexity = rules.complexity.price(max(baseLength, modulusLength))
        // The position of the highest bit of the exponent's first 32 bytes.
        let headLength = min(exponentLength, 32)
        let head =
            Precompiles.word(input, at: header &+ baseLength)
            >> UInt64(256 &- 8 &* headLength)
        let headBits = UInt128(max(head.bitWidth &- 1, 0))
        let tail =
            exponentLength > 32
            ? rules.iterationsPerTailByte &* UInt128(exponentLength &- 32) : 0
        let iterations = max(headBits &+ tail, 1)
        // Below 2^62 · 2^36: no overflow.
        let price = complexity &* iterations / rules.divisor
        return max(rules.minimumPrice, Int64(clamping: price))
    }

    private static func compute(
        _ input: UnsafeRawBufferPointer, _ baseLength: Int, _ exponentLength: Int,
        _ modulusLength: Int, _ output: inout PlainBuffer<UInt8>
    ) {
        let exponentOffset = header &+ baseLength
        let modulusOffset = exponentOffset &+ exponentLength
        let target = output.extend(by: modulusLength)
        target.update(repeating: 0, count: modulusLength)
        let modulus = BigNatural(input, at: modulusOffset, length: modulusLength)
        // Everything is 0 modulo 1; modulo 0 it is so by definition.
        if modulus.limbs.isEmpty || modulus.limbs == [1] { return }
        let base = BigNatural(input, at: header, length: baseLength)
        let result = base.power(modulus: modulus, exponentBytes: exponentLength) { index in
            let position = exponentOffset &+ index
            return position < input.count ? input[position] : 0
        }
        result.write(to: target, length: modulusLength)
    }
}
