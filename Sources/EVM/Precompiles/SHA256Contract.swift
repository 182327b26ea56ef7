import Ethereum

/// 0x02: SHA2-256.
enum SHA256Contract {
    static func run(
        _ input: UnsafeRawBufferPointer, _ gas: inout Int64, _ output: inout PlainBuffer<UInt8>
    ) -> Precompiles.Status {
        guard Precompiles.pay(Precompiles.price(60, 12, bytes: input.count), &gas) else {
            return .outOfGas
        }
        SHA256.hash(input, into: UnsafeMutableRawPointer(output.extend(by: 32)))
        return .success
    }
}
