import Testing
import Wire

@Suite struct EndpointTests {
    @Test(
        arguments: [
            ("http://localhost", Endpoint.Scheme.http, "localhost", 80, "/", "localhost"),
            (
                "HTTPS://eth.example.org/v3/key?a=b", .https, "eth.example.org", 443, "/v3/key?a=b",
                "eth.example.org"
            ),
            ("ws://127.0.0.1:8546", .ws, "127.0.0.1", 8546, "/", "127.0.0.1:8546"),
            ("wss://[::1]:65535/x", .wss, "::1", 65535, "/x", "[::1]:65535"),
            ("http://a_b-c:1?x=1", .http, "a_b-c", 1, "/?x=1", "a_b-c:1"),
            ("http://h:80/", .http, "h", 80, "/", "h"),
        ] as [(String, Endpoint.Scheme, String, Int, String, String)])
    func aURLIsRead(
        _ url: String, _ scheme: Endpoint.Scheme, _ host: String, _ port: Int, _ path: String,
        _ authority: String
    ) throws {
        let endpoint = try Endpoint(url)
        #expect(endpoint.scheme == scheme && endpoint.host == host && endpoint.port == port)
        #expect(endpoint.path == path && endpoint.authority == authority)
        #expect(endpoint.authorization == nil)
    }

    @Test(
        arguments: [
            ("", EndpointError.unknownScheme), ("localhost:8545", .unknownScheme),
            ("ftp://h", .unknownScheme), ("http:/h", .unknownScheme), ("http://", .hostMissing),
            ("http:///path", .hostMissing), ("http://:80", .malformedHost),
            ("http://a b", .forbiddenByte(offset: 8)), ("http://h/é", .forbiddenByte(offset: 9)),
            ("http://h\r\nx", .forbiddenByte(offset: 8)), ("http://h/#a", .fragment),
            ("http://-a", .malformedHost), ("http://a..b", .malformedHost),
            ("http://a.b.", .malformedHost), ("http://a%2fb", .malformedHost),
            ("http://[::1", .malformedHost), ("http://[::g]", .malformedHost),
            ("http://[1.2.3.4]", .malformedHost), ("http://[fe80::1%25eth0]", .malformedHost),
            ("http://h:", .malformedPort), ("http://h:0", .malformedPort),
            ("http://h:65536", .malformedPort), ("http://h:8a", .malformedPort),
            ("http://h:+1", .malformedPort), ("http://[::1]80", .malformedPort),
            ("http://a@b@c", .malformedCredentials), ("http://a%2@c", .malformedCredentials),
        ] as [(String, EndpointError)])
    func whatIsNoURLOfAnEndpointIsRefused(_ url: String, _ error: EndpointError) {
        #expect(throws: error) { try Endpoint(url) }
    }

    @Test func credentialsAndThePathAreSentButNotShown() throws {
        let endpoint = try Endpoint("https://us%65r:p%40ss@h.example/v3/0123abcd")
        // user:p@ss
        #expect(endpoint.authorization == "Basic dXNlcjpwQHNz")
        #expect(endpoint.path == "/v3/0123abcd")
        for text in [
            "\(endpoint)", String(reflecting: endpoint), String(describing: [endpoint]),
            "\(Mirror(reflecting: endpoint).children.map { $0 })",
        ] {
            #expect(text.contains("https://h.example:443/…"))
            #expect(!text.contains("ss@") && !text.contains("0123") && !text.contains("Basic"))
        }
    }
}
