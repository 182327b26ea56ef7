import Ethereum
import Testing

/// Expected values: RFC 4231, RFC 7914 section 11 and 12, SP 800-38A F.5, and the same functions of
/// another implementation.
@Suite("Keys from passwords")
struct PasswordKeyTests {
    private func bytes(_ hex: String) throws -> [UInt8] { try #require(Hex.decode(hex)) }

    @Test("HMAC-SHA256 of short and of long keys, and no other")
    func hmac() throws {
        let short = HMACSHA256(key: [UInt8](repeating: 0x0B, count: 20))
        #expect(
            try short.authenticate(Array("Hi There".utf8))
                == bytes("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"))
        #expect(
            short.authenticate(Array("Hi There".utf8)) != short.authenticate(Array("Hi".utf8)))
        // The key is longer than a block, the message ends where its padding needs a second one.
        let long = HMACSHA256(key: [UInt8](repeating: 0xAA, count: 131))
        #expect(
            try long.authenticate([UInt8](repeating: 0x61, count: 119))
                == bytes("05bf66bcb88dae9c015d085bd93b2b0c9f2a7bb57eaa98233fb666cf986865ed"))
    }

    @Test("PBKDF2 of one round and of many, of one block and of two")
    func pbkdf2() throws {
        #expect(
            try HMACSHA256(key: Array("password".utf8)).derive(
                salt: Array("salt".utf8), rounds: 4096, count: 40)
                == bytes(
                    "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a"
                        + "f7ad98c1b458ce3f"))
        let two = try bytes(
            "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
                + "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783")
        let hmac = HMACSHA256(key: Array("passwd".utf8))
        #expect(hmac.derive(salt: Array("salt".utf8), rounds: 1, count: 64) == two)
        #expect(hmac.derive(salt: Array("salt".utf8), rounds: 2, count: 64) != two)
    }

    @Test("scrypt of RFC 7914")
    func scrypt() throws {
        #expect(
            try Scrypt(cost: 16, blockSize: 1, parallelization: 1).derive(
                password: [], salt: [], count: 64)
                == bytes(
                    "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
                        + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"))
        let expected = try bytes(
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
                + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640")
        func derive(_ parallelization: Int) -> [UInt8] {
            Scrypt(cost: 1024, blockSize: 8, parallelization: parallelization).derive(
                password: Array("password".utf8), salt: Array("NaCl".utf8), count: 64)
        }
        #expect(derive(16) == expected)
        #expect(derive(15) != expected)
    }

    @Test("AES in counter mode with keys of 16 and 32 bytes, over several blocks, both ways")
    func aes() throws {
        let counter = try bytes("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")
        let text = try bytes(
            "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411")
        let cipher = try bytes(
            "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff5ae4df3edbd5d35e")
        let short = try #require(
            AESCounterMode(key: try bytes("2b7e151628aed2a6abf7158809cf4f3c")))
        #expect(short.apply(to: text, counter: counter) == cipher)
        #expect(short.apply(to: cipher, counter: counter) == text)
        let long = try #require(
            AESCounterMode(
                key: try bytes(
                    "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4")))
        #expect(
            try long.apply(to: Array(text.prefix(16)), counter: counter)
                == bytes("601ec313775789a5b7a7f504bbf3d228"))
        #expect(AESCounterMode(key: [UInt8](repeating: 0, count: 24)) == nil)
    }

    @Test("the counter runs over from its last byte to its first")
    func counter() throws {
        let mode = try #require(AESCounterMode(key: [UInt8](repeating: 1, count: 16)))
        let zeros = [UInt8](repeating: 0, count: 32)
        let wrapped = mode.apply(to: zeros, counter: [UInt8](repeating: 0xFF, count: 16))
        let first = mode.apply(
            to: Array(zeros.prefix(16)), counter: [UInt8](repeating: 0, count: 16))
        #expect(Array(wrapped.suffix(16)) == first)
        #expect(Array(wrapped.prefix(16)) != first)
    }
}
