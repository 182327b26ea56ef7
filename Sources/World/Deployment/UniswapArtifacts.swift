import Ethereum
import Foundation

/// The real contracts' creation code, as `setup/artifacts.sh` unpacks it from a published wheel.
public struct UniswapArtifacts: Sendable {
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
            }
        }
    }

    /// keccak256 of the pool's creation code on mainnet, from which pools' addresses derive.
    public static let mainnetPoolInitCodeHash = Hash32(
        hex: "0xe34f199b19b2b4f47f68442619d555527d244f78a3297ea89325f843f87b8b54")!

    /// Reads the artefacts of a folder and checks that the pool is mainnet's.
    public init(directory: String) throws {
        func creationCode(_ name: String) throws -> [UInt8] {
            let path = directory + "/" + name
            guard let data = FileManager.default.contents(atPath: path) else {
                throw LoadError.missing(path: path)
            }
            let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
            let field = object?["bytecode"]
            let text = field as? String ?? (field as? [String: Any])?["object"] as? String
            guard let text, let bytes = Hex.decode(text), !bytes.isEmpty else {
                throw LoadError.malformed(path: path)
            }
            return bytes
        }
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
