import Ethereum
import Testing

@Suite("Keystore")
struct KeystoreTests {
    /// The vector of the format's description, version 3, with PBKDF2.
    private let wiki: Keystore
    private let key: [UInt8]
    private let password = Array("testpassword".utf8)

    init() throws {
        wiki = Keystore(
            address: nil,
            derivation: .pbkdf2(
                rounds: 262_144,
                salt: try #require(
                    Hex.decode("ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"))
            ),
            counter: try #require(Hex.decode("6087dab2f9fdbbfaddc31a909735c1e6")),
            ciphertext: try #require(
                Hex.decode("5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46")),
            authentication: try #require(
                Hash32(hex: "0x517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2")))
        key = try #require(
            Hex.decode("7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d"))
    }

    @Test("the password opens it, and no other")
    func opened() throws {
        #expect(try wiki.decrypt(password: password) == key)
        #expect(throws: KeystoreError.wrongPassword) {
            try wiki.decrypt(password: Array("testpasswort".utf8))
        }
    }

    @Test("a file that was changed does not open")
    func changed() throws {
        var changed = wiki
        changed.ciphertext[31] ^= 1
        #expect(throws: KeystoreError.wrongPassword) {
            try changed.decrypt(password: password)
        }
    }

    @Test("the address that a file names must be the key's")
    func address() throws {
        var named = wiki
        let own = try #require(PrivateKey(bytes: key)).address
        named.address = own
        #expect(try named.privateKey(password: password).address == own)
        named.address = .zero
        #expect(throws: KeystoreError.otherAddress(stated: .zero, found: own)) {
            try named.privateKey(password: password)
        }
    }

    @Test("parameters out of range are refused before any work")
    func parameters() throws {
        func error(_ derivation: Keystore.KeyDerivation) -> KeystoreError? {
            var keystore = wiki
            keystore.derivation = derivation
            do throws(KeystoreError) {
                _ = try keystore.decrypt(password: [])
                return nil
            } catch { return error }
        }
        func scrypt(_ n: UInt64, _ r: UInt64, _ p: UInt64) -> KeystoreError? {
            error(.scrypt(cost: n, blockSize: r, parallelization: p, salt: []))
        }
        #expect(scrypt(2, 1, 1) == .wrongPassword)
        for n: UInt64 in [0, 1, 3, 1 << 40, .max] {
            #expect(scrypt(n, 8, 1) == .derivationParameter("n", n))
        }
        for r: UInt64 in [0, 1025, .max] {
            #expect(scrypt(2, r, 1) == .derivationParameter("r", r))
        }
        for p: UInt64 in [0, 1 << 40, .max] {
            #expect(scrypt(2, 1, p) == .derivationParameter("p", p))
        }
        for rounds: UInt64 in [0, .max] {
            #expect(error(.pbkdf2(rounds: rounds, salt: [])) == .derivationParameter("c", rounds))
        }
        var short = wiki
        short.counter.removeLast()
        #expect(throws: KeystoreError.counterSize(bytes: 15)) {
            try short.decrypt(password: password)
        }
        var empty = wiki
        empty.ciphertext = []
        #expect(throws: KeystoreError.keySize(bytes: 0)) { try empty.decrypt(password: password) }
    }
}
