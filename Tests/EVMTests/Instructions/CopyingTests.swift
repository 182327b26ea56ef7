import EVM
import Ethereum
import Testing

@Suite("Copying")
struct CopyingTests {
    @Test("return data may be read to their end and no further")
    func returnData() throws {
        var fixture = Fixture()
        fixture.given([.push(32), .push(0), .op(.return)], at: Fixture.other)
        fixture.given(
            .call(Fixture.other) + [.push(1), .push(31), .push(0), .op(.returndatacopy)])
        #expect(try fixture.run().0.status == .success)
        fixture.given(
            .call(Fixture.other) + [.push(2), .push(31), .push(0), .op(.returndatacopy)])
        #expect(try fixture.run().0.status == .halt(.returnDataOutOfBounds))
        fixture.given([.push(1), .push(.max), .push(0), .op(.returndatacopy)])
        #expect(try fixture.run().0.status == .halt(.returnDataOutOfBounds))
    }

    @Test("calldata beyond their end read as zeros, at any offset")
    func calldata() throws {
        var fixture = Fixture()
        fixture.given([.push(0), .op(.calldataload)] + .returnTop)
        let short = try fixture.run(fixture.transaction(data: [1, 2, 3])).0
        #expect(short.output == [1, 2, 3] + [UInt8](repeating: 0, count: 29))
        fixture.given([.push(.max), .op(.calldataload)] + .returnTop)
        #expect(try fixture.run(fixture.transaction(data: [1])).0.output.allSatisfy { $0 == 0 })
        fixture.given(
            [
                .push(64), .push(UInt256(0, 0, 0, 1)), .push(0), .op(.calldatacopy), .op(.msize),
            ] + .returnTop)
        #expect(
            try UInt256(bigEndian: fixture.run(fixture.transaction(data: [1])).0.output) == 64)
    }

    @Test("MCOPY moves overlapping bytes and grows memory for both ranges")
    func mcopy() throws {
        var fixture = Fixture()
        let word = UInt256(bigEndian: (1...32).map { UInt8($0) }) ?? 0
        fixture.given(
            [
                .push(word), .push(0), .op(.mstore), .push(31), .push(0), .push(1), .op(.mcopy),
                .push(0), .op(.mload),
            ] + .returnTop)
        #expect(try fixture.run().0.output == [1] + (1...31).map { UInt8($0) })
        fixture.given(
            [.push(1), .push(100), .push(0), .op(.mcopy), .op(.msize)] + .returnTop)
        #expect(try UInt256(bigEndian: fixture.run().0.output) == 128)
    }

    @Test("memory costs 3 gas a word and a quadratic part")
    func memoryPrice() throws {
        var fixture = Fixture()
        fixture.given([.push(0x10000), .op(.mload)])
        // 2049 words: 3 · 2049 + 2049² / 512 rounded down.
        #expect(try fixture.run().0.gasUsed == 21_000 + 3 + 3 + 6147 + 8200)
    }
}
