import Ethereum
import JSON
import NIOCore
import Testing
import Wire

@Suite struct PendingTransactionTests {
    private let reader: HotMessageReader = {
        var reader = HotMessageReader()
        reader.register("0xcd0c", as: .newPendingTransactions)
        return reader
    }()
    private let from = Address(word: 99)

    private func read(_ text: String) throws -> HotMessage {
        try reader.read(ByteBuffer(string: text))
    }

    private func cause(_ text: String) -> HotMessageError.Cause? {
        do throws(HotMessageError) {
            _ = try reader.read(ByteBuffer(string: text))
            return nil
        } catch { return error.cause }
    }

    @Test(
        .enabled(if: RecordedTransactions.isExpected, RecordedTransactions.absence))
    func everyRecordedTransactionComesOutOfItsDescriptionByteByByte() throws {
        let rows = try RecordedTransactions.rows()
        #expect(rows.count == 18_381)
        var types: [TransactionType: Int] = [:]
        for row in rows {
            let signed = try SignedTransaction(decoding: row.raw)
            let message = notification("0xcd0c", transactionJSON(signed, from: row.from)).buffer
            let expected = HotMessage.pendingTransaction(
                PendingTransactionMessage(signed: signed, statedFrom: row.from))
            let read = try reader.read(message)
            if read != expected || signed.hash != row.hash {
                Issue.record("\(row.hash)")
            }
            types[signed.transaction.type, default: 0] += 1
        }
        #expect(types.keys.count == 4)
    }

    @Test func eachTypeComesOutOfItsDescription() throws {
        for signed in try sampleTransactions() {
            let text = notification("0xcd0c", transactionJSON(signed, from: from)).text
            let expected = HotMessage.pendingTransaction(
                PendingTransactionMessage(signed: signed, statedFrom: from))
            #expect(try read(text) == expected)
            #expect(try SignedTransaction(decoding: signed.raw) == signed)
            // With spaces, a v alone, and the older name of the calldata.
            let other = text.replacing(#","yParity":"0x0""#, with: "")
                .replacing(#","yParity":"0x1"}}}"#, with: "}}}")
                .replacing(#""input""#, with: #""data""#)
                .replacing(",", with: " ,\n\t").replacing(":", with: " : ")
            #expect(try read(" " + other + "\r\n") == expected)
        }
    }

    @Test func theOrderOfKeysIsFreeAndUnknownOnesArePassedOver() throws {
        for signed in try sampleTransactions() {
            let members = try #require(transactionJSON(signed, from: from).object)
            let odd: JSON = [
                "hash": ["nonce": "0x5", "r": [[], [:], "}\\\""]], "x": .number("-1.5e3"),
            ]
            let shuffled = JSON.object(
                [JSON.Member("extra", odd)] + members.reversed() + [JSON.Member("more", [odd])])
            let message: JSON = [
                "params": ["more": odd, "result": shuffled, "subscription": "0xcd0c"],
                "method": "eth_subscription", "jsonrpc": "2.0",
            ]
            let expected = HotMessage.pendingTransaction(
                PendingTransactionMessage(signed: signed, statedFrom: from))
            #expect(try read(message.text) == expected)
        }
    }

    @Test func aHashAloneIsRead() throws {
        let hash = Hash32(word: .max)
        #expect(try read(notification("0xcd0c", .hash(hash)).text) == .pendingHash(hash))
        #expect(
            cause(notification("0xcd0c", "0x12").text) == .wrongLength(expectedBytes: 32))
    }

    @Test func aSubscriptionThatIsUnknownIsUnrouted() throws {
        #expect(try read(notification("0xcd0d", ["a": 1]).text) == .unrouted)
        var forgetful = reader
        forgetful.unregister("0xcd0c")
        let text = notification("0xcd0c", "nonsense").text
        #expect(try forgetful.read(ByteBuffer(string: text)) == .unrouted)
    }

    @Test func anEscapedKeyIsTheKeyThatItStandsFor() throws {
        let signed = try #require(try sampleTransactions().first)
        let text = notification("0xcd0c", transactionJSON(signed, from: from)).text
        let escaped = text.replacing(#""nonce""#, with: #""\u006eonce""#)
            .replacing(#""method""#, with: #""m\u0065thod""#)
            .replacing("eth_subscription", with: #"eth\u005fsubscription"#)
        #expect(try read(escaped) == read(text))
        let twice = text.replacing(#""nonce":"#, with: #""\u006eonce":"0x0","nonce":"#)
        #expect(cause(twice) == .duplicateKey("nonce"))
    }

    @Test(arguments: [
        (#""nonce":"0x0""#, #""nonce":"0x1""#),
        (#""value":"0x1""#, #""value":"0x2""#),
        (#""to":"0x"#, #""to":null,"was":"0x"#),
        (#""chainId":"0x1""#, #""chainId":"0x2""#),
        (#""type":"0x2""#, #""type":"0x1""#),
        (#""s":"0x"#, #""s":"0x1","was":"0x"#),
        (#""accessList":["#, #""accessList":[],"was":["#),
        (#""storageKeys":["#, #""storageKeys":[],"was":["#),
        (#""maxFeePerGas":"0x"#, #""maxFeePerGas":"0x1"#),
    ])
    func aFieldThatIsNotTheSignersIsAMismatch(_ original: String, _ changed: String) throws {
        let signed = try sampleTransactions()[3]
        let text = notification("0xcd0c", transactionJSON(signed, from: from)).text
        #expect(text.contains(original))
        guard
            case .hashMismatch(let stated, let computed) = cause(
                text.replacing(original, with: changed))
        else {
            Issue.record("no mismatch")
            return
        }
        #expect(stated == signed.hash && computed != stated)
    }

    @Test(
        arguments: [
            (#""nonce":"0x0""#, #""nonce":"0x0","nonce":"0x0""#, .duplicateKey("nonce")),
            (#""nonce":"0x0","#, "", .missingKey("nonce")),
            (#""nonce":"0x0""#, #""nonce":null"#, .missingKey("nonce")),
            (#""nonce":"0x0""#, #""nonce":nulx"#, .unexpectedByte(120)),
            (#""nonce":"0x0""#, #""nonce":0"#, .unexpectedByte(48)),
            (#""nonce":"0x0""#, #""nonce":"0""#, .malformedHex),
            (#""nonce":"0x0""#, #""nonce":"0x""#, .malformedHex),
            (#""nonce":"0x0""#, #""nonce":"0xg""#, .malformedHex),
            (#""nonce":"0x0""#, #""nonce":"0x\u0030""#, .malformedHex),
            (#""nonce":"0x0""#, #""nonce":"0x10000000000000000""#, .tooLarge(maximumBits: 64)),
            (#""value":"0x1""#, #""value":"0x1\#(zeros64)""#, .tooLarge(maximumBits: 256)),
            (#""type":"0x2""#, #""type":"0x5""#, .unknownType(5)),
            (#""type":"0x2""#, #""type":"0x100000002""#, .unknownType(0x1_0000_0002)),
            (#""input":"0x"#, #""input":"0xa"#, .malformedHex),
            (#""input":"0xabab"#, #""input":"0xabzb"#, .malformedHex),
            (#""from":"0x00"#, #""from":"0x"#, .wrongLength(expectedBytes: 20)),
            (#""hash":"0x"#, #""hash":"0x00"#, .wrongLength(expectedBytes: 32)),
            (#""accessList":[{"#, #""accessList":[[{"#, .unexpectedByte(91)),
            (#""storageKeys":"#, #""storageKeyz":"#, .missingKey("storageKeys")),
            ("eth_subscription", "eth_subscriptiom", .notASubscription),
            (#""method":"eth_subscription","#, #""id":1,"#, .notASubscription),
            (#""params":"#, #""pirams":"#, .missingKey("params")),
            (#""subscription":"#, #""subscriptiom":"#, .missingKey("subscription")),
            (#""result":"#, #""resalt":"#, .missingKey("result")),
            (#""blockHash":null"#, #""blockHash":\#(deep)"#, .tooDeep(maximum: 63)),
            (#""blockHash":null"#, #""blockHash":[}"#, .unexpectedByte(125)),
            (#""blockHash":null"#, #""blockHash":,"#, .unexpectedByte(44)),
            (#""r":"#, #""r" "#, .unexpectedByte(34)),
        ] as [(String, String, HotMessageError.Cause)])
    func whatIsMalformedIsNamed(
        _ original: String, _ changed: String, _ expected: HotMessageError.Cause
    ) throws {
        let signed = try sampleTransactions()[3]
        let text = notification("0xcd0c", transactionJSON(signed, from: from)).text
        #expect(text.contains(original))
        #expect(cause(text.replacing(original, with: changed, maxReplacements: 1)) == expected)
    }

    @Test func whatFollowsOrLacksTheEndIsRefused() throws {
        let signed = try sampleTransactions()[3]
        let text = notification("0xcd0c", transactionJSON(signed, from: from)).text
        #expect(cause(text + "}") == .unexpectedByte(125))
        #expect(cause("") == .unexpectedEnd)
        for count in 1..<text.utf8.count {
            #expect(cause(String(text.prefix(count))) != nil)
        }
    }
}

private let zeros64 = String(repeating: "0", count: 64)
private let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
