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
        .target(name: "JSON", dependencies: ["Ethereum"]),
        .target(name: "Chain", dependencies: ["EVM", "JSON"]),
        .target(name: "Strategy", dependencies: ["EVM", "UniswapV3", "Contracts"]),
        .target(name: "World", dependencies: ["Strategy", "Chain", "Contracts"]),
        .executableTarget(
            name: "jit-bot",
            dependencies: [
                "World", "CZlib",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(name: "Conformance", dependencies: ["EVM", "Chain", "JSON", "CZlib"]),
        .executableTarget(name: "Benchmarks", dependencies: ["EVM", "Chain", "JSON"]),
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
        .testTarget(name: "WorldTests", dependencies: ["World", "TestSupport"]),
        .testTarget(name: "ConformanceTests", dependencies: ["Conformance", "CZlib"]),
        .testTarget(name: "TidyTests"),
    ],
    swiftLanguageModes: [.v6]
)
