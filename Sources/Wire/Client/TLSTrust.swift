import NIOSSL

/// Which certificates a client believes. Made once and shared: making it reads the roots.
public struct TLSTrust: Sendable {
    let context: NIOSSLContext

    /// The roots of the operating system.
    public static func system() throws -> TLSTrust {
        TLSTrust(context: try NIOSSLContext(configuration: .makeClientConfiguration()))
    }

    /// Only these roots, in PEM.
    public static func roots(pem: [UInt8]) throws -> TLSTrust {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(pem))
        return TLSTrust(context: try NIOSSLContext(configuration: configuration))
    }

    /// The handler of a connection's end. A name is sent (SNI) and verified; an address is verified
    /// against the certificate's addresses.
    func handler(for endpoint: Endpoint) throws -> NIOSSLClientHandler {
        try NIOSSLClientHandler(
            context: context,
            serverHostname: endpoint.address == nil ? endpoint.host : nil)
    }
}
