import Ethereum

/// The real contracts' creation code, as `setup/artifacts.sh` unpacks it from a published wheel.
public struct UniswapArtifacts: Sendable {
    /// The folder that they were read from, in which other contracts lie too.
    public var directory: String
    public var factory: [UInt8]
    public var swapRouter: [UInt8]
    public var positionManager: [UInt8]
    public var weth9: [UInt8]
    public var fiatToken: [UInt8]

    /// What is wrong with the folder of artifacts.
    public enum LoadError: Error, CustomStringConvertible {
        case missing(path: String)
        case malformed(path: String)
        case notMainnetPool(initCodeHash: Hash32, expected: Hash32)
        case libraryMissing(path: String, library: String)

        public var description: String {
            switch self {
            case .missing(let path):
                "\(path) is missing. Run `make setup`, or name the folder with --artifacts DIR or "
                    + "JITBOT_ARTIFACTS."
            case .malformed(let path):
                "\(path) holds no creation code. Delete the folder and run `make setup`."
            case .notMainnetPool(let hash, let expected):
                "UniswapV3Pool.json: init code hash \(hash), mainnet's is \(expected). "
                    + "Delete the folder and run `make setup`."
            case .libraryMissing(let path, let library):
                "\(path) needs the library \(library), which is not deployed."
            }
        }
    }

    /// keccak256 of the pool's creation code on mainnet, from which pools' addresses derive.
    public static let mainnetPoolInitCodeHash = Hash32(
        hex: "0xe34f199b19b2b4f47f68442619d555527d244f78a3297ea89325f843f87b8b54")!

    /// Reads the artefacts of a folder and checks that the pool is mainnet's.
    public init(directory: String) throws {
        func creationCode(_ name: String) throws -> [UInt8] {
            try ArtifactFile(directory: directory, name: name).creationCode()
        }
        self.directory = directory
        let pool = try creationCode("uniswap_v3/UniswapV3Pool.json")
        let hash = Keccak256.hash(pool)
        guard hash == UniswapArtifacts.mainnetPoolInitCodeHash else {
            throw LoadError.notMainnetPool(
                initCodeHash: hash, expected: UniswapArtifacts.mainnetPoolInitCodeHash)
        }
        factory = try creationCode("uniswap_v3/UniswapV3Factory.json")
        swapRouter = try creationCode("uniswap_v3/SwapRouter.json")
        positionManager = try creationCode("uniswap_v3/NonfungiblePositionManager.json")
        weth9 = try creationCode("aave_v3/WETH9.json")
        fiatToken = try creationCode("centre/FiatTokenV2_1.json")
    }
}
