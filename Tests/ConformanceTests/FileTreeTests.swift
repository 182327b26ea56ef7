import JSON
import Testing

@Suite("Files and archives")
struct FileTreeTests {
    private static let vector = Array(SampleVectors.rlp().utf8)

    @Test("vectors are found on disk, in tar, tar.gz and gz, whatever their names")
    func found() throws {
        let directory = try VectorDirectory()
        let long = String(repeating: "long/", count: 40) + "name"
        let archive = Archives.tar([
            Archives.Entry(name: "dir/", content: [], type: UInt8(ascii: "5")),
            Archives.Entry(name: "a", content: Self.vector),
            Archives.paxPath(long), Archives.Entry(name: "short", content: Self.vector),
            Archives.gnuLongName(long), Archives.Entry(name: "short", content: Self.vector),
            Archives.Entry(name: "inner", content: Archives.gzip(Self.vector)),
        ])
        try directory.write("deep/down/here", Self.vector)
        try directory.write("one", Archives.gzip(Self.vector))
        try directory.write("two", Archives.gzip(Self.vector) + Archives.gzip([]))
        try directory.write("three", archive)
        try directory.write("four", Archives.gzip(archive))
        let run = directory.run()
        #expect(run.lines.last == "11 passed, 0 failed", "\(run.lines)")
        #expect(run.exitCode == 0)
    }

    @Test("the place of a failed case names the archive and the path in it")
    func place() throws {
        let directory = try VectorDirectory()
        let long = String(repeating: "long/", count: 40) + "name"
        let bad = Array(SampleVectors.rlp(encoding: "80").utf8)
        try directory.write(
            "x", Archives.tar([Archives.paxPath(long), Archives.Entry(name: "s", content: bad)]))
        #expect(directory.run().lines.first?.contains("/x!\(long) dog: encoding") == true)
    }

    @Test("what is not judged is counted by kind")
    func ignored() throws {
        let directory = try VectorDirectory()
        try directory.write("0", Self.vector)
        try directory.write("1", "[see here](there) is a text")
        try directory.write("2", "")
        try directory.write("3", [0, 1, 2, 0xff])
        try directory.write("4", #"{"something":{"else":1}}"#)
        try directory.write("5", #"[{"Input":"","Expected":""},{"Input":"","ExpectedError":""}]"#)
        try directory.write("6", #"{"crypto":{},"version":3}"#)
        try directory.write("8", #"{"a":{"txbytes":"0x","result":{"A\nB":{}}}}"#)
        try directory.write("9", #"{"a":{"txbytes":"0x","result":{}}}"#)
        try directory.write(
            "7",
            Archives.tar([Archives.Entry(name: "link", content: [], type: UInt8(ascii: "2"))]))
        let run = directory.run()
        for line in [
            "1 of kind README/text", "1 of kind empty file", "1 of kind binary file",
            "1 of kind unknown JSON", "1 of kind keystore without password",
            "2 of kind precompile vector in a file named for no contract",
            "1 of kind link or special file", "1 of kind vector without cases",
            "1 of kind transaction vector of fork A B",
        ] {
            #expect(run.lines.contains("ignored: " + line), "\(run.lines)")
        }
        #expect(run.lines.last == "1 passed, 0 failed")
    }

    @Test("truncated and damaged archives are failed cases")
    func damaged() throws {
        let archive = Archives.tar([Archives.Entry(name: "a", content: Self.vector)])
        let two = Archives.tar([
            Archives.Entry(name: "a", content: Self.vector),
            Archives.Entry(name: "b", content: Self.vector),
        ])
        var badHeader = two
        badHeader[1_024 + 5] ^= 1
        let zipped = Archives.gzip(archive)
        for (content, passed) in [
            (Array(zipped.prefix(zipped.count - 9)), 1), (Array(zipped.prefix(12)), 0),
            (Array(archive.prefix(520)), 0), (badHeader, 1), (Array("{\"a\":".utf8), 0),
            (Array(#"{"a":{"in":"\ud800","out":"0x80"}}"#.utf8), 0),
            (Array(repeating: UInt8(ascii: "["), count: 100_000), 0),
        ] as [([UInt8], Int)] {
            let directory = try VectorDirectory()
            try directory.write("x", content)
            let run = directory.run()
            #expect(run.exitCode == 1)
            #expect(run.lines.last?.hasPrefix("\(passed) passed, 1 failed") == true, "\(run.lines)")
        }
    }

    @Test("mutated archives and vectors never crash the runner")
    func hostile() throws {
        var state: UInt64 = 7
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let vectors = [
            SampleVectors.rlp(), try SampleVectors.transaction(), try SampleVectors.state(),
            try SampleVectors.table(),
            SampleVectors.trie(root: "0x00"),
        ].map { Array($0.utf8) }
        let archive = Archives.tar(
            vectors.enumerated().map { Archives.Entry(name: "\($0)", content: $1) })
        let directory = try VectorDirectory()
        for (number, source) in (vectors + [archive, Archives.gzip(archive)]).enumerated() {
            for round in 0..<150 {
                var bytes = source
                for _ in 0...random(3) { bytes[random(bytes.count)] = UInt8(random(256)) }
                if round % 5 == 0 { bytes.removeLast(random(bytes.count)) }
                try directory.write("\(number)/\(round)", bytes)
            }
        }
        let run = directory.run()
        #expect(run.exitCode == 1)
        #expect(run.lines.last?.contains("passed") == true)
    }
}
