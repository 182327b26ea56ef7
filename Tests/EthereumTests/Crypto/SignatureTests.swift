import Ethereum
import Testing

@Suite("Signature")
struct SignatureTests {
    @Test("any key's signature recovers its address, with the lower s")
    func roundTrip() throws {
        var random = SeededRandom(seed: 20)
        for _ in 0..<200 {
            let key = try #require(PrivateKey(bytes: random.bytes(32)))
            let hash = random.hash()
            let signature = key.sign(hash)
            #expect(signature.s <= Secp256k1.halfOrder)
            #expect(try signature.recoverAddress(messageHash: hash) == key.address)
            #expect((try? signature.recoverAddress(messageHash: random.hash())) != key.address)
        }
    }

    @Test("the upper s recovers where it is allowed alone")
    func upperS() throws {
        let key = TransactionSamples.key
        var signature = key.sign(.zero)
        signature.s = Secp256k1.order &- signature.s
        signature.yParity ^= 1
        #expect(
            try signature.recoverAddress(messageHash: .zero, highSAllowed: true) == key.address)
        #expect(throws: SignatureError.highS(signature.s)) {
            try signature.recoverAddress(messageHash: .zero)
        }
    }

    @Test("values out of range are named")
    func ranges() {
        func recover(_ yParity: UInt64, _ r: UInt256, _ s: UInt256) throws(SignatureError) {
            let signature = Signature(yParity: yParity, r: r, s: s)
            _ = try signature.recoverAddress(messageHash: .zero, highSAllowed: true)
        }
        #expect(throws: SignatureError.yParityOutOfRange(2)) { try recover(2, 1, 1) }
        #expect(throws: SignatureError.rOutOfRange(0)) { try recover(0, 0, 1) }
        #expect(throws: SignatureError.sOutOfRange(0)) { try recover(0, 1, 0) }
        let order = Secp256k1.order
        #expect(throws: SignatureError.rOutOfRange(order)) { try recover(0, order, 1) }
        #expect(throws: SignatureError.sOutOfRange(order)) { try recover(0, 1, order) }
        // 5 is no x coordinate of the curve.
        #expect(throws: SignatureError.noSuchPoint) { try recover(0, 5, 1) }
    }

    @Test("a key is a scalar from 1 to n − 1, and its text hides it")
    func keys() throws {
        #expect(PrivateKey(bytes: [UInt8](repeating: 0, count: 32)) == nil)
        #expect(PrivateKey(bytes: Secp256k1.order.bigEndianBytes) == nil)
        #expect(PrivateKey(bytes: [1]) == nil)
        let key = try #require(
            PrivateKey(hex: "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"))
        #expect(key.address.checksummed == "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266")
        #expect(key.publicKey.address == key.address)
        #expect(!"\(key)".contains("ac0974"))
        var text = ""
        dump(key, to: &text)
        #expect(!text.contains("limb"))
    }
}
