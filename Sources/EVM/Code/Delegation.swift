import Ethereum

/// The code of an account that runs another account's code as its own: a mark and the other's
/// address, 23 bytes together (EIP-7702).
enum Delegation {
    /// Begins with the byte that no deployed code may have (EIP-3541).
    private static let mark: [UInt8] = [0xEF, 0x01, 0x00]
    private static let size = 23

    /// Where the code points; nil for all other code.
    static func target(of code: [UInt8]) -> Address? {
        guard code.count == size, code.starts(with: mark) else { return nil }
        return Address(bytes: code.dropFirst(mark.count))
    }

    /// The code that points to an address.
    static func code(to address: Address) -> Code { Code(mark + address.bytes) }
}
