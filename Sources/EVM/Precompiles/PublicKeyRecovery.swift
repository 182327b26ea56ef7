import Ethereum

/// 0x01 ECREC: the address whose key signed a hash (Yellow Paper appendix E.1); no output where the
/// signature has no signer.
enum PublicKeyRecovery {
    static func run(
        _ input: UnsafeRawBufferPointer, _ gas: inout Int64, _ output: inout PlainBuffer<UInt8>
    ) -> Precompiles.Status {
        guard Precompiles.pay(3000, &gas) else { return .outOfGas }
        let hash = Hash32(word: Precompiles.word(input, at: 0))
        // v is 27 or 28 as a whole word.
        guard let v = Precompiles.word(input, at: 32).asUInt64, v == 27 || v == 28 else {
            return .success
        }
        let signature = Signature(
            yParity: v - 27, r: Precompiles.word(input, at: 64),
            s: Precompiles.word(input, at: 96))
        do throws(SignatureError) {
            let address = try signature.recoverAddress(messageHash: hash, highSAllowed: true)
            address.word.storeBigEndian(to: UnsafeMutableRawPointer(output.extend(by: 32)))
        } catch { output.truncate(to: 0) }
        return .success
    }
}
