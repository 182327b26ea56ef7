import EVM
import Ethereum
import Testing

@Suite("Opcode")
struct OpcodeTests {
    @Test("the cases are all 256 bytes in order, so that a byte may be cast to its case")
    func order() {
        #expect(Opcode.allCases.map(\.rawValue) == Array(0...255))
        for byte in UInt8.min...UInt8.max {
            #expect(unsafeBitCast(byte, to: Opcode.self) == Opcode(rawValue: byte))
        }
    }

    @Test("landmarks have the numbers of the Yellow Paper")
    func landmarks() {
        #expect(Opcode.keccak256.rawValue == 0x20)
        #expect(Opcode.sstore.rawValue == 0x55)
        #expect(Opcode.push32.rawValue == 0x7F)
        #expect(Opcode.swap16.rawValue == 0x9F)
        #expect(Opcode.staticcall.rawValue == 0xFA)
        #expect(Opcode.selfdestruct.rawValue == 0xFF)
    }

    @Test("opcodes of Cancun are invalid in Shanghai", arguments: [0x49, 0x4A, 0x5C, 0x5D, 0x5E])
    func newOpcodes(byte: UInt8) throws {
        var fixture = Fixture(fork: .shanghai)
        fixture.given([.push(0), .push(0), .push(0), .raw([byte])])
        #expect(try fixture.run().0.status == .halt(.invalidOpcode))
        fixture.block.fork = .cancun
        #expect(try fixture.run().0.status == .success)
    }
}
