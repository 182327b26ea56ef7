import Ethereum
import Testing

@Suite("Kinds of vectors")
struct KindTests {
    /// Judges one file under a name that says nothing.
    private func run(_ text: String) throws -> VectorDirectory.Run {
        let directory = try VectorDirectory()
        try directory.write("x", text)
        return directory.run()
    }

    private func expectPass(_ text: String, _ count: Int = 1) throws {
        let run = try run(text)
        #expect(run.lines.last == "\(count) passed, 0 failed")
        #expect(run.exitCode == 0)
    }

    private func expectFailure(_ text: String, _ difference: String) throws {
        let run = try run(text)
        #expect(run.lines.last == "0 passed, 1 failed")
        #expect(run.lines.first?.contains(difference) == true, "\(run.lines)")
        #expect(run.exitCode == 1)
    }

    @Test("RLP: the right encoding passes, another is shown with both")
    func rlp() throws {
        try expectPass(SampleVectors.rlp())
        try expectFailure(
            SampleVectors.rlp(encoding: "83646f68"),
            "encoding: expected 0x83646f68, got 0x83646f67")
        try expectPass(#"{"a":{"in":"INVALID","out":"0x8100"}}"#)
        try expectFailure(#"{"a":{"in":"INVALID","out":"0x81ff"}}"#, "expected refused")
        try expectFailure(#"{"a":{"in":"VALID","out":"0x8100"}}"#, "headerOnSingleByte")
        try expectPass(##"{"a":{"in":"#18446744073709551616","out":"0x89010000000000000000"}}"##)
        try expectFailure(#"{"a":{"in":{"no":1},"out":"0x80"}}"#, "an object")
        try expectFailure(#"{"a":{"in":"x","out":7}}"#, "field out")
    }

    @Test("trie: plain or hashed keys by what the file's vectors show, and no other root")
    func trie() throws {
        let pair: [(key: [UInt8], value: [UInt8])] = [
            (Array("do".utf8), Array("verb".utf8)), (Array("dog".utf8), Array("puppy".utf8)),
        ]
        let plain = MerkleTrie.root(of: pair)
        let hashed = MerkleTrie.root(
            of: pair.map { (key: Keccak256.hash($0.key).bytes, value: $0.value) })
        try expectPass(SampleVectors.trie(root: "\(plain)"))
        try expectPass(SampleVectors.trie(root: "\(hashed)"))
        try expectPass(
            SampleVectors.trie(
                root: "\(plain)", entries: #"[["x","y"],["do","verb"],["dog","puppy"],["x",null]]"#)
        )
        try expectFailure(
            SampleVectors.trie(root: "\(Hash32.zero)"),
            "root: expected \(Hash32.zero), got \(plain)")
        try expectFailure(
            SampleVectors.trie(root: "\(plain)", entries: #"[["do"]]"#), "field in")
        try expectPass(#"{"n":{"in":["cat","doge"],"tests":[["cow","cat","doge"]]}}"#)
        try expectFailure(
            #"{"n":{"in":["cat","doge"],"tests":[["cow","","doge"]]}}"#, "key before")
    }

    @Test("transaction: hash, sender and gas, or a refusal; forks unknown are counted")
    func transaction() throws {
        try expectPass(try SampleVectors.transaction())
        #expect(
            try run(try SampleVectors.transaction()).lines.contains(
                "ignored: 1 of kind transaction vector of fork FutureFork"))
        try expectFailure(
            try SampleVectors.transaction(hash: "\(Hash32.zero)"), "hash: expected \(Hash32.zero)")
        try expectFailure(
            try SampleVectors.transaction(exception: "BAD"), "expected refused: BAD, got accepted")
        try expectPass(
            #"{"bad":{"txbytes":"0xc0","result":{"London":{"exception":"RLP"}}}}"#)
        try expectFailure(
            #"{"bad":{"txbytes":"0xc0","result":{"London":{"hash":"0x00"}}}}"#, "missingField")
        try expectFailure(#"{"bad":{"txbytes":"0xzz","result":{}}}"#, "field txbytes")
    }

    @Test("table of signed transactions: each row is decoded and its sender recovered")
    func table() throws {
        try expectPass(try SampleVectors.table())
        try expectFailure(
            try SampleVectors.table(from: .zero),
            "from: expected \(Address.zero), got \(SampleVectors.key.address)")
        try expectFailure("block,index,hash,type,from,to,raw\n1,2,3\n", "row")
    }

    @Test("state: the root, the refusal and the dump's first difference")
    func state() throws {
        try expectPass(try SampleVectors.state())
        #expect(
            try run(try SampleVectors.state()).lines.contains(
                "ignored: 2 of kind state test of fork FutureFork"))
        try expectFailure(
            try SampleVectors.state(hash: "\(Hash32.zero)"),
            "state root: expected \(Hash32.zero), got \(SampleVectors.stateRootAfterTransfer())")
        try expectFailure(
            try SampleVectors.state(
                hash: "\(Hash32.zero)",
                dump: #"{"\#(Address(word: 0x99))":{"balance":"0x06","nonce":"0x00","code":"0x","#
                    + #""storage":{}}}"#),
            "balance of \(Address(word: 0x99)): expected 6, got 5")
        try expectFailure(
            try SampleVectors.state(exception: "TooPoor"), "expected refused: TooPoor, got success")
        try expectFailure(
            try SampleVectors.state(balance: "0x10"), "expected accepted, got refused")
    }

    @Test("state: 0x44 reads the difficulty before Paris, and randomness from there on")
    func difficulty() throws {
        for fork in ["London", "ArrowGlacier", "GrayGlacier"] {
            try expectPass(SampleVectors.difficulty(fork: fork, read: 0x30000))
            try expectFailure(
                SampleVectors.difficulty(fork: fork, read: 0x20000), "state root")
        }
        for fork in ["Merge", "Paris"] {
            try expectPass(SampleVectors.difficulty(fork: fork, read: 0x20000))
            try expectFailure(
                SampleVectors.difficulty(fork: fork, read: 0x30000), "state root")
        }
        let older = try run(SampleVectors.difficulty(fork: "Berlin", read: 0x30000))
        #expect(older.lines.contains("ignored: 1 of kind state test of fork Berlin"))
        #expect(older.exitCode == 2)
    }

    @Test("state: a refused transaction leaves the state as it was")
    func refusedState() throws {
        let before = SampleVectors.stateRoot(senderBalance: 16, senderNonce: 0, received: 0)
        try expectPass(
            try SampleVectors.state(hash: "\(before)", exception: "TooPoor", balance: "0x10"))
        try expectFailure(
            try SampleVectors.state(exception: "TooPoor", balance: "0x10"), "state root")
    }

    @Test("state: fields of the wrong type are failed cases")
    func brokenState() throws {
        let whole = try SampleVectors.state()
        for (part, replacement) in [
            (#""balance":"0x0f4240""#, #""balance":[]"#), (#""code":"0x""#, #""code":7"#),
            (#""storage":{}"#, #""storage":null"#), (#""currentNumber":"0x01""#, #""x":1"#),
            (#""value":["0x05"]"#, #""value":{}"#), (#""data":0,"gas":0"#, #""data":99,"gas":-1"#),
            (#""sender":"0x"#, #""sender":"0xabc"#),
            (#""post":{"Cancun":[{"#, #""post":[],"y":[{"#),
        ] {
            let broken = whole.replacing(part, with: replacement)
            #expect(broken != whole)
            #expect(try run(broken).exitCode != 0, "\(replacement)")
        }
    }
}
