import Testing

@Suite("Vectors of precompiled contracts")
struct PrecompileVectorTests {
    private func run(_ name: String, _ vector: String) throws -> VectorDirectory.Run {
        let directory = try VectorDirectory()
        try directory.write(name, "[\(vector)]")
        return directory.run()
    }

    /// (1, 2) + infinity on alt_bn128.
    private func sum(output: String = "02", gas: Int = 150) -> String {
        let zeros = String(repeating: "0", count: 62)
        let input = zeros + "01" + zeros + "02"
        return #"{"Input":"\#(input)","Expected":"\#(zeros)01\#(zeros)\#(output)","#
            + #""Gas":\#(gas),"Name":"one"}"#
    }

    @Test("output and gas are compared, by the contract that the file is named for")
    func sums() throws {
        #expect(try run("bn256Add.json", sum()).lines.last == "1 passed, 0 failed")
        let output = try run("bn256Add.json", sum(output: "03"))
        #expect(output.lines.last == "0 passed, 1 failed")
        #expect(output.lines.first?.contains("one: output: expected 0x") == true)
        for gas in [149, 151] {
            let lines = try run("bn256Add.json", sum(gas: gas)).lines
            #expect(lines.first?.contains("gas: expected \(gas), got 150") == true, "\(lines)")
        }
        // The same vector is none of another contract.
        #expect(try run("bn256ScalarMul.json", sum()).exitCode == 1)
        #expect(try run("fail-bn256Add.json", sum()).lines.last == "1 passed, 0 failed")
    }

    @Test("an input that must fail is a failed case where it is accepted")
    func failures() throws {
        let refused = #"{"Input":"01","ExpectedError":"any"}"#
        #expect(try run("fail-blake2f.json", refused).lines.last == "1 passed, 0 failed")
        let accepted = try run("bn256Add.json", #"{"Input":"","ExpectedError":"any"}"#)
        #expect(accepted.lines.first?.contains("outcome: expected failure") == true)
        #expect(accepted.exitCode == 1)
        let missing = try run("bn256Add.json", #"{"Input":"01","Expected":""}"#)
        #expect(missing.lines.first?.contains("outcome: expected success") == true)
    }

    /// 3^5 mod 100 with one byte each: EIP-198, EIP-2565 and EIP-7883 ask 0, 200 and 500.
    @Test(
        "MODEXP's price is that of the fork in the file's name",
        arguments: [
            ("modexp.json", 0), ("modexp_eip2565.json", 200), ("modexp_eip7883.json", 500),
        ])
    func prices(name: String, gas: Int) throws {
        let one = String(repeating: "0", count: 62) + "01"
        let vector =
            #"{"Input":"\#(one)\#(one)\#(one)030564","Expected":"2b","Gas":\#(gas)}"#
        #expect(try run(name, vector).lines.last == "1 passed, 0 failed")
        let dearer =
            #"{"Input":"\#(one)\#(one)\#(one)030564","Expected":"2b","Gas":\#(gas + 1)}"#
        #expect(try run(name, dearer).exitCode == 1)
    }

    @Test("broken fields fail; a file named for no contract is counted, not judged")
    func broken() throws {
        for vector in [
            #"{"Input":"zz","Expected":""}"#, #"{"Input":7,"Expected":""}"#,
            #"{"Input":"","Expected":"0"}"#, #"{"Input":"","Expected":"","Gas":"x"}"#,
        ] {
            let run = try run("bn256Add.json", vector)
            #expect(run.lines.first?.contains("field") == true, "\(run.lines)")
            #expect(run.exitCode == 1)
        }
        let unknown = try run("other.json", sum())
        #expect(
            unknown.lines.contains(
                "ignored: 1 of kind precompile vector in a file named for no contract"))
        #expect(unknown.exitCode == 2)
    }
}
