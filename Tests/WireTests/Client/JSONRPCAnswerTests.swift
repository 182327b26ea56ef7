import JSON
import NIOCore
import Testing
import Wire

@Suite struct JSONRPCAnswerTests {
    private func single(_ text: String) throws -> Result<JSON, JSONRPCError> {
        try JSONRPCAnswer.single(ByteBuffer(string: text))
    }

    private func batch(_ text: String) throws -> [Result<JSON, JSONRPCError>] {
        try JSONRPCAnswer.batch(ByteBuffer(string: text), count: 2)
    }

    @Test func anAnswerIsReadWithItsResultOrItsError() throws {
        #expect(try single(#"{"id":1,"result":null}"#) == .success(.null))
        #expect(try single(#"{"id":1,"error":null,"result":2}"#) == .success(2))
        let error = JSONRPCError(code: -5, message: "m", data: [1])
        #expect(
            try single(#"{"id":null,"error":{"code":-5,"message":"m","data":[1]}}"#)
                == .failure(error))
    }

    @Test(arguments: [
        "", "[]", "5", #"{"id":1}"#, #"{"id":2,"result":1}"#, #"{"result":1}"#,
        #"{"id":1,"error":"text"}"#, #"{"id":1,"error":{"code":"x","message":"m"}}"#,
        #"{"id":1,"result":1}{"#,
    ])
    func whatAnswersNothingThatWasAskedIsMalformed(_ text: String) {
        #expect(throws: JSONRPCAnswer.Malformed.self) { try single(text) }
    }

    @Test func aBatchInAnotherOrderIsPutInOrder() throws {
        #expect(
            try batch(#"[{"id":2,"result":"b"},{"id":1,"result":"a"}]"#)
                == [.success("a"), .success("b")])
        let error = JSONRPCError(code: -1, message: "m")
        #expect(
            try batch(#"{"id":null,"error":{"code":-1,"message":"m"}}"#)
                == [.failure(error), .failure(error)])
    }

    @Test(arguments: [
        "[]", #"[{"id":1,"result":1}]"#, #"[{"id":1,"result":1},{"id":1,"result":1}]"#,
        #"[{"id":1,"result":1},{"id":3,"result":1}]"#,
        #"[{"id":1,"result":1},{"id":0,"result":1}]"#, #"{"id":1,"result":1}"#,
    ])
    func aBatchThatLacksAnAnswerIsMalformed(_ text: String) {
        #expect(throws: JSONRPCAnswer.Malformed.self) { try batch(text) }
    }
}
