import Ethereum

/// 0x05 MODEXP: base^exponent mod modulus over any lengths (EIP-198, priced by EIP-2565).
///
/// Three 32-byte lengths, then base, exponent, modulus, each with zeros where the input ends. The
/// price is worked out and taken before any number is read, so that lengths decide over gas but not
/// over memory.
enum ModularExponentiation {
    private static let header = 96
    private static let minimumPrice: Int64 = 200

    static func run(
        _ input: UnsafeRawBufferPointer, _ gas: inout Int64, _ output: inout PlainBuffer<UInt8>
    ) -> Precompiles.Status {
        let baseLength = length(input, at: 0)
        let exponentLength = length(input, at: 32)
        let modulusLength = length(input, at: 64)
        let price = price(input, baseLength, exponentLength, modulusLength)
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

    /// EIP-2565: max(200, ⌊⌈max length / 8⌉² · iterations / 3⌋).
    private static func price(
        _ input: UnsafeRawBufferPointer, _ baseLength: Int, _ exponentLength: Int,
        _ modulusLength: Int
    ) -> Int64 {
        let words = UInt128((max(baseLength, modulusLength) &+ 7) / 8)
        // The position of the highest bit of the exponent's first 32 bytes.
        let headLength = min(exponentLength, 32)
        let head =
            Precompiles.word(input, at: header &+ baseLength)
            >> UInt64(256 &- 8 &* headLength)
        let headBits = UInt128(max(head.bitWidth &- 1, 0))
        let tailBits = exponentLength > 32 ? 8 &* UInt128(exponentLength &- 32) : 0
        let iterations = max(headBits &+ tailBits, 1)
        // Below 2^56 · 2^35: no overflow.
        let price = words &* words &* iterations / 3
        return max(minimumPrice, Int64(clamping: price))
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
