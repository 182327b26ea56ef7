import Ethereum
import Testing

@Suite("ECIES")
struct ECIESTests {
    /// Encrypted with the same parts, the shared secret taken from the other side.
    private static func seal(_ text: [UInt8], to key: PrivateKey) throws -> [UInt8] {
        let ephemeral = try #require(PrivateKey(hex: String(repeating: "07", count: 32)))
        func point(_ key: PrivateKey) -> [UInt8] {
            [4] + key.publicKey.x.bigEndianBytes + key.publicKey.y.bigEndianBytes
        }
        let shared = try #require(ephemeral.sharedSecret(with: point(key)))
        let derived = SHA256.hash([0, 0, 0, 1] + shared)
        let counter = [UInt8](repeating: 9, count: 16)
        let mode = try #require(AESCounterMode(key: Array(derived[..<16])))
        let sealed = counter + mode.apply(to: text, counter: counter)
        let tag = HMACSHA256(key: SHA256.hash(Array(derived[16...]))).authenticate(sealed)
        return point(ephemeral) + sealed + tag
    }

    @Test("what is sealed to a key opens with it, and with no other, and not when it is changed")
    func roundTrip() throws {
        let key = try #require(PrivateKey(hex: String(repeating: "11", count: 32)))
        let other = try #require(PrivateKey(hex: String(repeating: "12", count: 32)))
        let text = Array("hello, peer".utf8)
        let message = try Self.seal(text, to: key)
        #expect(ECIES.open(message, with: key) == text)
        #expect(ECIES.open(message, with: other) == nil)
        for index in message.indices {
            var changed = message
            changed[index] ^= 1
            #expect(ECIES.open(changed, with: key) == nil, "byte \(index)")
        }
        #expect(ECIES.open(Array(message.dropLast()), with: key) == nil)
        #expect(ECIES.open([], with: key) == nil)
    }
}
