import Ethereum
import Testing

@Suite("Addresses of created contracts")
struct AddressCreationTests {
    @Test("CREATE: hash of sender and nonce")
    func create() throws {
        // The first accounts that Hardhat's and Anvil's default key deploys to.
        let sender = try #require(Address(hex: "f39fd6e51aad88f6f4ce6ab8827279cfffb92266"))
        #expect(
            Address.create(sender: sender, nonce: 0).checksummed
                == "0x5FbDB2315678afecb367f032d93F642f64180aa3")
        #expect(
            Address.create(sender: sender, nonce: 1).checksummed
                == "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512")
    }

    @Test(
        "CREATE2: the examples of EIP-1014",
        arguments: [
            ("00", "00", "00", "0x4d1a2e2bb4f88f0250f26ffff098b0b30b26bf38"),
            (
                "00000000000000000000000000000000deadbeef", "cafebabe", "deadbeef",
                "0x60f3f640a8508fc6a86d45df051962668e1e8ac7"
            ),
        ])
    func create2(sender: String, salt: String, code: String, expected: String) throws {
        let address = Address.create2(
            sender: Address(word: try #require(UInt256(hex: sender))),
            salt: try #require(UInt256(hex: salt)),
            initCodeHash: Keccak256.hash(try #require(Hex.decode(code))))
        #expect(address.description == expected)
    }
}
