import Ethereum
import Testing

@Suite("Typed data (EIP-712)")
struct TypedDataTests {
    /// The example of the EIP.
    private let mail = TypedData(structures: [
        "EIP712Domain": [
            .init(name: "name", type: "string"), .init(name: "version", type: "string"),
            .init(name: "chainId", type: "uint256"),
            .init(name: "verifyingContract", type: "address"),
        ],
        "Person": [.init(name: "name", type: "string"), .init(name: "wallet", type: "address")],
        "Mail": [
            .init(name: "from", type: "Person"), .init(name: "to", type: "Person"),
            .init(name: "contents", type: "string"),
        ],
    ])

    private let domain: ABIValue
    private let message: ABIValue

    init() throws {
        func address(_ hex: String) throws -> ABIValue {
            .address(try #require(Address(hex: hex)))
        }
        domain = .tuple([
            .string("Ether Mail"), .string("1"), .uint(1),
            try address("0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"),
        ])
        message = .tuple([
            .tuple([.string("Cow"), try address("0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826")]),
            .tuple([.string("Bob"), try address("0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB")]),
            .string("Hello, Bob!"),
        ])
    }

    @Test("the example's type and digest")
    func example() throws {
        #expect(
            try mail.typeText("Mail")
                == "Mail(Person from,Person to,string contents)Person(string name,address wallet)")
        #expect(
            try mail.digest(domain: domain, primaryType: "Mail", message: message).description
                == "0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2")
    }

    @Test("structures that the type refers to stand by name, each once, arrays included")
    func references() throws {
        let types = TypedData(structures: [
            "Z": [.init(name: "b", type: "B[2][]"), .init(name: "a", type: "A")],
            "B": [.init(name: "a", type: "A"), .init(name: "self", type: "B[]")],
            "A": [.init(name: "x", type: "uint8")],
        ])
        #expect(try types.typeText("Z") == "Z(B[2][] b,A a)A(uint8 x)B(A a,B[] self)")
    }

    @Test("an array's hash is that of its elements' words, whose number must be right")
    func arrays() throws {
        let types = TypedData(structures: [
            "List": [.init(name: "items", type: "uint8[2]")]
        ])
        let encoded = try types.encoded("List", .tuple([.array([.uint(1), .uint(2)])]))
        let words = UInt256(1).bigEndianBytes + UInt256(2).bigEndianBytes
        #expect(Array(encoded.suffix(32)) == Keccak256.hash(words).bytes)
        #expect(throws: TypedDataError.self) {
            try types.encoded("List", .tuple([.array([.uint(1)])]))
        }
        #expect(throws: TypedDataError.value(.outOfRange(.uint(bits: 8)))) {
            try types.encoded("List", .tuple([.array([.uint(1), .uint(256)])]))
        }
    }

    @Test(
        "what is no type of the data is refused by name",
        arguments: [
            "Persona", "uint7", "uint8[0]", "uint8]", "(uint8)", "uint8[x]", "uint8[+2]", "",
        ])
    func unknown(type: String) {
        let types = TypedData(structures: ["T": [.init(name: "x", type: type)]])
        #expect(throws: TypedDataError.unknownType(type)) {
            try types.encoded("T", .tuple([.uint(1)]))
        }
    }

    @Test("values of another shape than their structure are refused")
    func mismatch() {
        #expect(throws: TypedDataError.typeMismatch("Mail")) {
            try mail.digest(domain: domain, primaryType: "Mail", message: domain)
        }
        #expect(throws: TypedDataError.typeMismatch("Person")) {
            try mail.encoded("Person", .string("Cow"))
        }
        #expect(throws: TypedDataError.unknownType("Letter")) {
            try mail.encoded("Letter", message)
        }
    }

    @Test("structures in each other are followed to a bound")
    func depth() {
        let types = TypedData(structures: ["Node": [.init(name: "next", type: "Node[]")]])
        var node = ABIValue.tuple([.array([])])
        for _ in 0..<10 { node = .tuple([.array([node])]) }
        #expect(throws: Never.self) { try types.encoded("Node", node) }
        for _ in 0..<100 { node = .tuple([.array([node])]) }
        #expect(throws: TypedDataError.tooDeep(maximum: 64)) { try types.encoded("Node", node) }
    }
}
