import Ethereum
import JSON
import Testing

@Suite("Kinds of basic vectors")
struct BasicKindTests {
    /// A vector that passes, what to change in it, and the first difference then.
    struct Sample: Sendable {
        var name: String
        var text: String
        var part: String
        var replacement: String
        var difference: String
    }

    private static let mail =
        #"[{"name":"n","types":{"EIP712Domain":[{"name":"name","type":"string"}],"#
        + #""Note":[{"name":"text","type":"string"},{"name":"sizes","type":"int16[]"}]},"#
        + #""primaryType":"Note","domain":{"name":"d"},"data":{"text":"x","sizes":[-1,"2"]},"#
        + #""digest":""#

    private static var noteDigest: Hash32 {
        let words = [UInt256.max, 2].flatMap(\.bigEndianBytes)
        func hash(_ text: String) -> [UInt8] { Keccak256.hash(Array(text.utf8)).bytes }
        let note = Keccak256.hash(
            hash("Note(string text,int16[] sizes)") + hash("x") + Keccak256.hash(words).bytes)
        let domain = Keccak256.hash(hash("EIP712Domain(string name)") + hash("d"))
        return Keccak256.hash([0x19, 0x01] + domain.bytes + note.bytes)
    }

    private static let keystore =
        #"{"k":{"json":{"version":3,"crypto":{"cipher":"aes-128-ctr","cipherparams":"#
        + #"{"iv":"e0c41130a323adc1446fc82f724bca2f"},"ciphertext":"#
        + #""9517cd5bdbe69076f9bf5057248c6c050141e970efa36ce53692d5d59a3984","kdf":"scrypt","#
        + #""kdfparams":{"dklen":32,"n":2,"r":8,"p":1,"salt":"#
        + #""711f816911c92d649fb4c84b047915679933555030b3552c1212609b38208c63"},"mac":"#
        + #""d5e116151c6aa71470e67a7d42c9620c75c4d23229847dcc127794f0732b0db5"}},"#
        + #""password":"foo","#
        + #""priv":"fa7b3db73dc7dfdf8c5fbdb796d741e4488628c41fc4febd9160a866ba0f35"}}"#

    static let samples = [
        Sample(
            name: "ABI",
            text: #"{"a":{"args":[18,"ab"],"types":["uint8","bytes2"],"result":""#
                + String(repeating: "0", count: 62) + "12" + "6162"
                + String(repeating: "0", count: 60) + #""}}"#,
            part: "[18,", replacement: "[19,", difference: "encoding"),
        Sample(
            name: "ABI value of another type",
            text: #"{"a":{"args":[true],"types":["bool"],"result":""#
                + String(repeating: "0", count: 63) + #"1"}}"#,
            part: "[true]", replacement: "[1]", difference: "field value: expected bool"),
        Sample(
            name: "keystore", text: keystore, part: #""foo""#, replacement: #""bar""#,
            difference: "wrong password"),
        Sample(
            name: "keystore of another key", text: keystore, part: "0f35\"}",
            replacement: "0f36\"}",
            difference: "key: expected the vector's, got another"),
        Sample(
            name: "keystore of another cipher", text: keystore, part: "aes-128-ctr",
            replacement: "aes-128-cbc", difference: "field cipher"),
        Sample(
            name: "EIP-712", text: mail + "\(noteDigest)\"}]", part: #""text":"x""#,
            replacement: #""text":"y""#, difference: "digest"),
        Sample(
            name: "EIP-712 with a field missing", text: mail + "\(noteDigest)\"}]",
            part: #""text":"x","#, replacement: "", difference: "values"),
        Sample(
            name: "hex prefix", text: #"{"h":{"seq":[1,2,3],"term":true,"out":"3123"}}"#,
            part: "true", replacement: "false", difference: "compact form"),
        Sample(
            name: "key",
            text: #"[{"seed":"cow","key":"#
                + #""c85ef7d79691fe79573b1a7064c19c1a9819ebdbd1faaab1a8ec92344438aaf4","#
                + #""addr":"cd2a3d9f938e13cd947ec05abc7fe734df8dd826"}]"#,
            part: "d826", replacement: "d827", difference: "address"),
        Sample(
            name: "decryption",
            text: #"{"d":{"decryption_type":"aes_ctr","key":"#
                + #""abb51256c1324a1350598653f46aa3ad693ac3cf5d05f36eba3f495a1f51590f","#
                + #""cipher":"84a727bc81fa4b13947dc9728b88fd08","#
                + #""payload":"000102030405060708090a0b0c0d0e0f"}}"#,
            part: "0e0f", replacement: "0e0e", difference: "payload"),
    ]

    @Test("a vector passes, and a changed one does not", arguments: samples.indices)
    func judged(index: Int) throws {
        let sample = Self.samples[index]
        let directory = try VectorDirectory()
        try directory.write("x", sample.text)
        let good = directory.run()
        #expect(good.lines.last == "1 passed, 0 failed", "\(sample.name): \(good.lines)")
        let changed = sample.text.replacing(sample.part, with: sample.replacement)
        #expect(changed != sample.text, "\(sample.name)")
        try directory.write("x", changed)
        let bad = directory.run()
        #expect(bad.lines.last == "0 passed, 1 failed", "\(sample.name): \(bad.lines)")
        #expect(bad.lines.first?.contains(sample.difference) == true, "\(bad.lines)")
        #expect(bad.exitCode == 1)
    }

    @Test("a signed transaction is that of its fields and its key")
    func signedTransaction() throws {
        let signed = try SampleVectors.signedTransfer()
        let fields = try RLPItem(decoding: signed.transaction.signingPreimage)
        guard case .list(let items) = fields else { throw UnexpectedShape() }
        let unsigned = RLPItem.list(items + Array(repeating: .bytes([]), count: 3)).encoded
        func text(value: Int) -> String {
            let key = String(repeating: "45", count: 32)
            return #"[{"key":"\#(key)","nonce":0,"gasprice":10,"startgas":21000,"#
                + #""to":"\#(Address(word: 0x99))","value":\#(value),"data":"","#
                + #""unsigned":"\#(Hex.prefixed(unsigned))","#
                + #""signed":"\#(Hex.prefixed(signed.raw))"}]"#
        }
        let directory = try VectorDirectory()
        try directory.write("x", text(value: 5))
        #expect(directory.run().lines.last == "1 passed, 0 failed")
        try directory.write("x", text(value: 6))
        #expect(directory.run().lines.last == "0 passed, 1 failed")
    }

    private struct UnexpectedShape: Error {}

    @Test("a genesis block has the hash, or the state, that is stated")
    func genesis() throws {
        let account = Account(balance: 7)
        var header = BlockHeader(
            parentHash: .zero, coinbase: .zero,
            stateRoot: StateRoot.compute(accounts: [
                (address: Address(word: 1), account: account, storageRoot: MerkleTrie.emptyRoot)
            ]), difficulty: 4, number: 0, gasLimit: 5000, gasUsed: 0, timestamp: 9)
        header.extraData = [1, 2]
        var writer = RLPWriter()
        writer.list { block in
            block.appendEncoded(header.encoded)
            block.list { _ in }
            block.list { _ in }
        }
        let block = Hex.prefixed(writer.bytes)
        let directory = try VectorDirectory()
        try directory.write(
            "x", #"{"genesis_rlp_hex":"\#(block)","genesis_hash":"\#(header.hash)"}"#)
        #expect(directory.run().lines.last == "1 passed, 0 failed")
        try directory.write(
            "x", #"{"genesis_rlp_hex":"\#(block)","genesis_hash":"\#(Hash32.zero)"}"#)
        #expect(directory.run().lines.first?.contains("hash: expected") == true)
        for (wei, passes) in [(7, true), (8, false)] {
            try directory.write(
                "x",
                #"{"g":{"alloc":{"\#(Address(word: 1))":{"wei":"\#(wei)"}},"timestamp":"0x9","#
                    + #""parentHash":"\#(Hash32.zero)","extraData":"0x0102","gasLimit":"0x1388","#
                    + #""difficulty":"0x4","result":"\#(block)"}}"#)
            #expect(
                directory.run().lines.last
                    == (passes ? "1 passed, 0 failed" : "0 passed, 1 failed"))
        }
    }

    @Test("what is known and not judged is named, and never counted as passed")
    func ignored() throws {
        for (text, kind) in [
            (#"{"blocks":[],"genesisBlockHeader":{}}"#, "blockchain test"),
            (#"[{"inputs":{},"result":"f8"}]"#, "genesis before Frontier"),
            (#"{"version":3,"crypto":{}}"#, "keystore without password"),
            (
                Self.keystore.replacing(#""version":3"#, with: #""version":2"#),
                "keystore of another version than 3"
            ),
            (#"{"first":{"header":"f902","cache_size":131072}}"#, "proof of work test"),
            (#"{"x":{"_info":{},"vectors":{}}}"#, "EOF test"),
            (
                #"{"x":{"env":{},"pre":{},"transaction":{},"expect":[]}}"#, "state test filler"
            ),
            (#"{"something":{"else":1}}"#, "unknown JSON"),
        ] {
            let directory = try VectorDirectory()
            try directory.write("x", text)
            let run = directory.run()
            #expect(run.lines.contains("ignored: 1 of kind \(kind)"), "\(run.lines)")
            #expect(run.lines.last == "0 passed, 0 failed")
            #expect(run.exitCode == 2)
        }
    }

    @Test("a checkout is walked as it lies there, without its history")
    func checkout() throws {
        let directory = try VectorDirectory()
        try directory.write("GeneralStateTests/stExample/add11.json", SampleVectors.state())
        try directory.write("TransactionTests/ttNonce/x.json", SampleVectors.transaction())
        try directory.write("RLPTests/rlptest.json", SampleVectors.rlp())
        try directory.write("BasicTests/hexencodetest.json", Self.samples[7].text)
        try directory.write("ABITests/basic_abi_tests.json", Self.samples[0].text)
        try directory.write("KeyStoreTests/basic_tests.json", Self.keystore)
        try directory.write("README.md", "# Tests")
        try directory.write(".git/objects/pack/x.pack", #"{"a"#)
        let run = directory.run()
        #expect(run.lines.last == "6 passed, 0 failed", "\(run.lines)")
        #expect(run.lines.contains("ignored: 1 of kind hidden directory"))
        #expect(run.lines.contains("ignored: 1 of kind README/text"))
        // What is broken where vectors are is a failure.
        try directory.write("git/objects/pack/x.pack", #"{"a"#)
        #expect(directory.run().lines.last == "6 passed, 1 failed")
    }

    @Test("a state test's gas is compared where it is stated")
    func gasUsed() throws {
        let whole = try SampleVectors.state()
        let directory = try VectorDirectory()
        try directory.write(
            "x", whole.replacing(#""hash":"#, with: #""gasUsed":"0x5208","hash":"#))
        #expect(directory.run().lines.last == "1 passed, 0 failed")
        try directory.write(
            "x", whole.replacing(#""hash":"#, with: #""gasUsed":"0x5207","hash":"#))
        let run = directory.run()
        #expect(run.lines.last == "0 passed, 1 failed")
        #expect(run.lines.first?.contains("gas used: expected 20999, got 21000") == true)
    }
}
