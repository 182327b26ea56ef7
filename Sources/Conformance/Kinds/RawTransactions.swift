import Ethereum
import JSON

/// Signed transactions of real blocks: a table whose rows hold the bytes, the hash, the type, the
/// sender and the recipient.
enum RawTransactions: ConformanceKind {
    static let name = "raw signed transaction"

    private static let header = "block,index,hash,type,from,to,raw"

    static func recognises(_ content: VectorContent) -> Bool {
        guard case .text(let bytes) = content else { return false }
        return bytes.prefix { $0 != 0x0a && $0 != 0x0d }.elementsEqual(header.utf8)
    }

    static func judge(_ cases: [VectorCase], into report: inout FileReport) {
        for table in cases {
            guard case .text(let bytes) = table.content else { continue }
            let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
            for (index, line) in lines.enumerated().dropFirst() {
                let row = line.last == 0x0d ? line.dropLast() : line
                if row.isEmpty { continue }
                let verdict = Verdict { () throws(Difference) in try check(row) }
                report.record(verdict, kind: name, case: "line \(index + 1)")
            }
        }
    }

    private static func check(_ row: ArraySlice<UInt8>) throws(Difference) {
        let fields = row.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard fields.count == 7, let hash = Hash32(hex: fields[2]),
            let type = UInt8(fields[3]), let sender = Address(hex: fields[4]),
            let raw = Hex.decode(fields[6])
        else {
            throw Difference(
                "row", expected: header,
                actual: JSON.string(String(decoding: row.prefix(120), as: UTF8.self)).excerpt)
        }
        let signed = try decode(raw)
        try requireEqual("hash", hash, signed.hash)
        try requireEqual("type", type, signed.transaction.type.rawValue)
        try requireEqual(
            "to", fields[5].lowercased(), signed.transaction.to?.description ?? "")
        let recovered: Address
        do throws(SignatureError) { recovered = try signed.sender() } catch {
            throw Difference("from", expected: "\(sender)", actual: "\(error)")
        }
        try requireEqual("from", sender, recovered)
    }

    /// The transaction of these bytes, which must encode to them again.
    static func decode(_ raw: [UInt8]) throws(Difference) -> SignedTransaction {
        let signed: SignedTransaction
        do throws(TransactionDecodingError) {
            signed = try SignedTransaction(decoding: raw)
        } catch {
            throw Difference("decoding", expected: "a transaction", actual: "\(error)")
        }
        try requireEqual("encoding", Hex.prefixed(raw), Hex.prefixed(signed.encoded))
        return signed
    }
}
