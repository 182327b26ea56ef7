import JSON
import Testing

@Suite struct JSONFuzzTests {
    /// Whatever the parser accepts has to survive being written and read again.
    @Test func noMutationOfATextTraps() throws {
        let seeds = [
            #"{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[{"to":"0x00"},"latest"]}"#,
            #"[1,-0.5e+10,"\ud83d\ude00\n\u00e9",{"a":[{},[],null,true,false]},"plain text é"]"#,
            #"{"a":{"b":{"c":{"d":[[[[1]]]]}}},"z":"0123456789abcdef0123456789abcdef"}"#,
        ].map { Array($0.utf8) }
        var random = SeededRandom(seed: 0x4a53_4f4e)
        var accepted = 0
        for round in 0..<200_000 {
            let input = random.mutated(seeds[round % seeds.count])
            guard let json = try? JSON(parsing: input) else { continue }
            accepted += 1
            if try JSON(parsing: json.bytes) != json {
                Issue.record("\(String(decoding: input, as: UTF8.self))")
            }
        }
        #expect(accepted > 1000 && accepted < 150_000, "\(accepted) accepted")
    }
}
