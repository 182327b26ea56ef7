import Ethereum
import Relay
import Testing

/// Vectors of eth-account 0.14.0: `Account.sign_message(encode_defunct(...))`.
@Suite("Signature of requests")
struct FlashbotsSignatureTests {
    static let body = Array(
        """
        {"jsonrpc": "2.0", "method": "eth_sendBundle", "params": [{"txs": ["0x01"], \
        "blockNumber": "0x10"}], "id": 1}
        """.utf8)
    static let address = "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23"
    static let r = "63119c46dd6224a53760e84af475806c03a0228a7d1e1083956f4f549174ec22"
    static let s = "7a1c67538c6b4b24bc4d4906f4e0ff6b6c5f9c19d412123b36bdde62553cc09d"
    static let header = "\(address):0x\(r)\(s)1b"

    @Test("the hash is of the digits of the body's hash, as a personal message")
    func messageHash() {
        #expect(
            FlashbotsSignature.messageHash(body: Self.body).description
                == "0x50a8f7418fffdea9e1ab1fd030bd4d9d631c436a8b2b2d41d1da4b344495b218")
    }

    @Test("the header is the one that eth-account gives")
    func writing() throws {
        let bytes = try #require(
            Hex.decode("0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"))
        let key = try #require(PrivateKey(bytes: bytes))
        #expect(FlashbotsSignature.headerValue(body: Self.body, key: key) == Self.header)
        #expect(
            FlashbotsSignature.headerValue(body: Self.body + [0x20], key: key) != Self.header)
    }

    @Test(
        "the signer is recovered; v may be 27 or 0, the digits without 0x, the address lower case")
    func reading() throws {
        let expected = try #require(Address(hex: Self.address))
        for header in [
            Self.header, "\(Self.address):0x\(Self.r)\(Self.s)00",
            "\(Self.address):\(Self.r)\(Self.s)1b",
            "\(Self.address.lowercased()):0x\(Self.r)\(Self.s)1b",
        ] {
            #expect(
                try FlashbotsSignature.signer(body: Self.body, headerValue: header) == expected)
        }
    }

    @Test("no header is told apart from a wrong one")
    func missing() {
        #expect(throws: FlashbotsSignature.Failure.missing) {
            try FlashbotsSignature.signer(body: Self.body, headerValue: nil)
        }
        #expect(FlashbotsSignature.Failure.missing.description == "signature is required")
    }

    @Test(
        "what is no address and signature is malformed",
        arguments: [
            "", ":", address, "\(address):", "\(address):0x", "\(address):0x\(r)\(s)",
            "\(address):0x\(r)\(s)1b1b", "\(address):0x\(r)\(s)1d", "\(address):0x\(r)\(s)02",
            "\(address):0x\(r)\(s)zz", "0x1234:0x\(r)\(s)1b",
            "\(address):0x" + String(repeating: "0", count: 128) + "1b",
            "\(address):0x" + String(repeating: "f", count: 128) + "1b",
        ])
    func malformed(_ header: String) {
        #expect(throws: FlashbotsSignature.Failure.malformed) {
            try FlashbotsSignature.signer(body: Self.body, headerValue: header)
        }
    }

    @Test("a signature of something else gives another signer, and is refused")
    func wrong() throws {
        let altered = Self.body.map { $0 == UInt8(ascii: "1") ? UInt8(ascii: "2") : $0 }
        let cases: [(body: [UInt8], header: String)] = [
            (altered, Self.header),
            (Self.body + Array("\n".utf8), Self.header),
            // Of the other parity.
            (Self.body, "\(Self.address):0x\(Self.r)\(Self.s)1c"),
            // Stated by another account.
            (Self.body, "0x" + String(repeating: "11", count: 20) + ":0x\(Self.r)\(Self.s)1b"),
            // Over the 32 bytes of the hash instead of its digits.
            (
                Self.body,
                "\(Self.address):0x3b55889bf7cde35aae68b2de59036e57b6531849f61ba855e7cd88a0f14980d7"
                    + "259f2b628a244c7444f80d2592a8a31bf7ef1d37e90872f767aa4618e008d6d31c"
            ),
            // Over the digits without 0x.
            (
                Self.body,
                "\(Self.address):0x66b24f985ad551a0aedc94746892daa496d2722336887608c8eef829c3ac6d11"
                    + "1b103ece66943ca67e94d3bf059b8a7ae49ccda0a30c5870e57e01a09848e3991b"
            ),
        ]
        for (body, header) in cases {
            let failure = #expect(throws: FlashbotsSignature.Failure.self) {
                try FlashbotsSignature.signer(body: body, headerValue: header)
            }
            guard case .wrongSigner(let stated, let recovered)? = failure else {
                Issue.record("\(header): \(String(describing: failure))")
                continue
            }
            #expect(stated != recovered)
            #expect(failure?.description.hasPrefix("error in signature check") == true)
        }
    }
}
