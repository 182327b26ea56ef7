/// Why a text is not the URL of an endpoint. It never holds the text itself, in which there may be
/// a secret.
public enum EndpointError: Error, Equatable, Sendable {
    /// A byte that no URL has: a space, a control character, or one beyond ASCII.
    case forbiddenByte(offset: Int)
    /// Other than http, https, ws and wss, or none.
    case unknownScheme
    case hostMissing
    case malformedHost
    /// Not a number from 1 to 65535.
    case malformedPort
    case malformedCredentials
    /// An endpoint has no `#`.
    case fragment
}

extension EndpointError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .forbiddenByte(let offset): "the URL has a forbidden character at byte \(offset)"
        case .unknownScheme: "the URL does not begin with http://, https://, ws:// or wss://"
        case .hostMissing: "the URL has no host"
        case .malformedHost: "the URL's host is malformed"
        case .malformedPort: "the URL's port is not a number from 1 to 65535"
        case .malformedCredentials: "the URL's credentials are malformed"
        case .fragment: "the URL has a fragment (#)"
        }
    }
}
