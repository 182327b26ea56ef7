import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Testing
import Wire

/// A certificate for one address that signs itself, made for this run.
struct SelfSigned {
    let certificatePEM: [UInt8]
    let keyPEM: [UInt8]

    static func make(address: String = "127.0.0.1") throws -> SelfSigned {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "wire-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let (key, certificate) = (
            directory.appendingPathComponent("key.pem"),
            directory.appendingPathComponent("certificate.pem")
        )
        let openssl = Process()
        openssl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        openssl.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-days", "2", "-subj", "/CN=wire test", "-addext",
            "subjectAltName=IP:\(address)", "-keyout", key.path, "-out", certificate.path,
        ]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        try #require(openssl.terminationStatus == 0)
        return SelfSigned(
            certificatePEM: Array(try Data(contentsOf: certificate)),
            keyPEM: Array(try Data(contentsOf: key)))
    }
}

/// A server's end of TLS in front of a port without.
enum TLSFront {
    static func start(_ identity: SelfSigned, port: Int) async throws -> any Channel {
        let context = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMBytes(identity.certificatePEM)
                    .map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(bytes: identity.keyPEM, format: .pem)))
        )
        return try await ServerBootstrap(group: loop, childGroup: loop)
            .childChannelInitializer { front in
                ClientBootstrap(group: loop).connect(host: "127.0.0.1", port: port).flatMap {
                    back in
                    front.eventLoop.makeCompletedFuture {
                        try front.pipeline.syncOperations.addHandlers([
                            NIOSSLServerHandler(context: context), Forwarder(to: back),
                        ])
                        try back.pipeline.syncOperations.addHandler(Forwarder(to: front))
                    }
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    private final class Forwarder: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let other: any Channel

        init(to other: any Channel) { self.other = other }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            other.writeAndFlush(unwrapInboundIn(data), promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
