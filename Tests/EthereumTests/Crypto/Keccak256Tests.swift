import Ethereum
import Testing

@Suite("Keccak256")
struct Keccak256Tests {
    @Test(
        "known hashes",
        arguments: [
            ("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
            ("abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
            ("testing", "5f16f4c7f149ac4f9510d9cf8cf384038ad348b3bcdc01915f95de12df9d1b02"),
        ])
    func known(text: String, digest: String) {
        #expect(Hex.encode(Keccak256.hash(Array(text.utf8)).bytes) == digest)
    }

    @Test("a mapping's slot is the hash of both words")
    func pair() {
        let bytes = UInt256(7).bigEndianBytes + UInt256(9).bigEndianBytes
        #expect(Keccak256.hash(7, 9) == Keccak256.hash(bytes))
        #expect(Keccak256.hash(word: 7) == Keccak256.hash(UInt256(7).bigEndianBytes))
        #expect(Keccak256.hash(7, 9) != Keccak256.hash(9, 7))
    }

    @Test("lengths around the block of 136 bytes differ from each other")
    func lengths() {
        let hashes = Set((130...280).map { Keccak256.hash([UInt8](repeating: 1, count: $0)) })
        #expect(hashes.count == 151)
    }
}
