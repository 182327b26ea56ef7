// swift-tools-version: 6.2
import PackageDescription

// Imports point downwards only: docs/ARCHITECTURE.md draws the arrows, TidyTests check them.
let package = Package(
    name: "jit-bot",
    products: [
        .executable(name: "jit-bot", targets: ["jit-bot"]),
        .executable(name: "conformance", targets: ["Conformance"]),
        .executable(name: "bench", targets: ["Benchmarks"]),
        .library(name: "EVM", targets: ["EVM", "Ethereum"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", exact: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift.git", exact: "7.10.0"),
        // The oracle of the arithmetic tests; no product links it.
        .package(url: "https://github.com/attaswift/BigInt.git", exact: "6.0.1"),
    ],
    targets: [
        .systemLibrary(
            name: "CSecp256k1", pkgConfig: "libsecp256k1", providers: [.apt(["libsecp256k1-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        .target(name: "Ethereum", dependencies: ["CSecp256k1"]),
        .target(name: "EVM", dependencies: ["Ethereum"]),
        .target(name: "UniswapV3", dependencies: ["Ethereum"]),
        .target(name: "Contracts", dependencies: ["Ethereum"]),
        .target(
            name: "Store",
            dependencies: ["Ethereum", .product(name: "GRDB", package: "GRDB.swift")]),
        .target(name: "JSON", dependencies: ["Ethereum"]),
        .target(name: "Chain", dependencies: ["EVM", "JSON"]),
        .target(name: "Strategy", dependencies: ["EVM", "UniswapV3", "Contracts"]),
        .target(
            name: "Wire",
            dependencies: [
                "JSON",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        .target(name: "Relay", dependencies: ["Wire"]),
        .target(
            name: "Devnet",
            dependencies: [
                "Chain", "Contracts", "UniswapV3", "Relay",
                .product(name: "NIOCore", package: "swift-nio"),
            ]),
        .target(
            name: "Bot",
            dependencies: [
                "Strategy", "Chain", "Relay", "Store",
                .product(name: "NIOCore", package: "swift-nio"),
            ]),
        .target(name: "Recordings", dependencies: ["Strategy", "JSON"]),
        .target(name: "Backtest", dependencies: ["Strategy", "Chain", "Recordings"]),
        .target(
            name: "World",
            dependencies: [
                "Strategy", "Chain", "Contracts", "Store", "Devnet", "Bot", "Recordings",
                .product(name: "NIOCore", package: "swift-nio"),
            ]),
        .executableTarget(
            name: "jit-bot",
            dependencies: [
                "World", "Bot", "Backtest", "CZlib",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "Conformance", dependencies: ["EVM", "Chain", "JSON", "Recordings", "CZlib"]),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "EVM", "Chain", "JSON", "World", "Backtest",
                .product(name: "NIOCore", package: "swift-nio"),
            ]),
        // The library's example, built with everything else so that it stays true.
        .executableTarget(name: "CallContract", dependencies: ["EVM"]),

        .testTarget(
            name: "EthereumTests",
            dependencies: ["Ethereum", .product(name: "BigInt", package: "BigInt")]),
        .testTarget(name: "EVMTests", dependencies: ["EVM"]),
        .testTarget(
            name: "UniswapV3Tests",
            dependencies: ["UniswapV3", .product(name: "BigInt", package: "BigInt")]),
        // A world on the real contracts, for the tests of what runs in one.
        .target(name: "TestSupport", dependencies: ["World"], path: "Tests/TestSupport"),
        .testTarget(name: "ContractsTests", dependencies: ["Contracts", "World", "TestSupport"]),
        .testTarget(name: "ChainTests", dependencies: ["Chain"]),
        .testTarget(name: "StrategyTests", dependencies: ["Strategy", "Chain", "TestSupport"]),
        .testTarget(name: "JSONTests", dependencies: ["JSON"]),
        .testTarget(
            name: "WireTests",
            dependencies: [
                "Wire", "CZlib",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        .testTarget(
            name: "WorldTests",
            dependencies: [
                "World", "Bot", "TestSupport",
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .testTarget(name: "RecordingsTests", dependencies: ["Recordings", "TestSupport"]),
        .testTarget(name: "BacktestTests", dependencies: ["Backtest", "TestSupport", "CZlib"]),
        .testTarget(name: "ConformanceTests", dependencies: ["Conformance", "CZlib"]),
        .testTarget(
            name: "StoreTests",
            dependencies: ["Store", .product(name: "GRDB", package: "GRDB.swift")]),
        .testTarget(name: "RelayTests", dependencies: ["Relay"]),
        .testTarget(
            name: "DevnetTests",
            dependencies: [
                "Devnet", "World", "TestSupport",
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .testTarget(name: "TidyTests"),
    ],
    swiftLanguageModes: [.v6]
)
