import Ethereum

/// The contracts that are part of the protocol (Yellow Paper appendix E).
enum Precompiles {
    enum Status: Equatable {
        case success
        case outOfGas
        /// The input is not acceptable; all gas is spent.
        case failure
        /// It exists in the protocol but not here: no result may be made up.
        case notAvailable
    }

    /// Runs number `number`, taking its price from `gas` before any work and replacing `output`.
    static func run(
        _ number: UInt64, rules: ForkRules, input: UnsafeRawBufferPointer, gas: inout Int64,
        output: inout PlainBuffer<UInt8>
    ) -> Status {
        output.truncate(to: 0)
        switch number {
        case 1: return PublicKeyRecovery.run(input, &gas, &output)
        case 2: return SHA256Contract.run(input, &gas, &output)
        case 3: return RIPEMD160.run(input, &gas, &output)
        case 4: return Identity.run(input, &gas, &output)
        case 5:
            return ModularExponentiation.run(
                input, rules.modularExponentiation, &gas, &output)
        case 6: return BN254Addition.run(input, &gas, &output)
        case 7: return BN254Multiplication.run(input, &gas, &output)
        case 8: return BN254PairingCheck.run(input, &gas, &output)
        case 9: return Blake2Compression.run(input, &gas, &output)
        case 0x0A: return PointEvaluation.run(input, &gas, &output)
        case 0x0B: return BLS12381G1Addition.run(input, &gas, &output)
        case 0x0C: return BLS12381G1MultiMultiplication.run(input, &gas, &output)
        case 0x0D: return BLS12381G2Addition.run(input, &gas, &output)
        case 0x0E: return BLS12381G2MultiMultiplication.run(input, &gas, &output)
        case 0x0F: return BLS12381PairingCheck.run(input, &gas, &output)
        case 0x10: return BLS12381MappingToG1.run(input, &gas, &output)
        case 0x11: return BLS12381MappingToG2.run(input, &gas, &output)
        case 0x100: return P256Verification.run(input, &gas, &output)
        default: return .notAvailable
        }
    }

    /// Takes a price; false when the gas does not suffice.
    @inline(__always)
    static func pay(_ price: Int64, _ gas: inout Int64) -> Bool {
        if gas < price { return false }
        gas &-= price
        return true
    }

    /// A price of `base` and `perWord` for each word begun.
    @inline(__always)
    static func price(_ base: Int64, _ perWord: Int64, bytes: Int) -> Int64 {
        base &+ perWord &* FrameMemory.words(bytes)
    }

    /// Copies up to `target.count` bytes of the input from `offset`, zeros beyond its end.
    static func read(
        _ input: UnsafeRawBufferPointer, at offset: Int, into target: UnsafeMutableRawBufferPointer
    ) {
        var index = 0
        while index < target.count {
            let position = offset &+ index
            target[index] = position < input.count ? input[position] : 0
            index &+= 1
        }
    }

    /// The word at `offset`, zeros beyond the input's end.
    static func word(_ input: UnsafeRawBufferPointer, at offset: Int) -> UInt256 {
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { buffer in
            read(input, at: offset, into: buffer)
            return UInt256(bigEndianAt: UnsafeRawPointer(buffer.baseAddress.unsafelyUnwrapped))
        }
    }
}

/// 0x04: gives back its input.
enum Identity {
    static func run(
        _ input: UnsafeRawBufferPointer, _ gas: inout Int64, _ output: inout PlainBuffer<UInt8>
    ) -> Precompiles.Status {
        guard Precompiles.pay(Precompiles.price(15, 3, bytes: input.count), &gas) else {
            return .outOfGas
        }
        if let base = input.baseAddress, input.count > 0 {
            UnsafeMutableRawPointer(output.extend(by: input.count)).copyMemory(
                from: base, byteCount: input.count)
        }
        return .success
    }
}
