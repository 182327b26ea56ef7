import Ethereum
import Recordings
import UniswapV3

/// A pool's recorded events as a backtest's input: the file's bytes, and the pool before them.
public struct PoolHistory: Sendable {
    /// What tells this input from another, in shards and reports.
    public let input: BacktestInput
    let reader: PoolEventReader
    let start: PoolState
    let wethIsToken0: Bool?
    let beginsWithInitialize: Bool

    /// Reads the first row; the rest is read when it is performed.
    ///
    /// - Parameters:
    ///   - name: The file's name without folders: `<token0>_<token1>_<fee in 1e-6>_….csv`.
    ///   - state: The bytes of the pool's state before the first event; not used by a history that
    ///     begins with Initialize.
    public init(name: String, bytes: [UInt8], state: [UInt8]?) throws {
        reader = try PoolEventReader(bytes)
        var first = reader
        guard let event = try first.next() else { throw TableError.noRows }
        let file = PoolFileName(name)
        if case .initialize = event.action {
            beginsWithInitialize = true
        } else {
            beginsWithInitialize = false
        }
        let snapshot = beginsWithInitialize ? nil : try state.map { try PoolSnapshot.parse($0) }
        do throws(PoolReplay.StartError) {
            start = try PoolReplay.start(with: event.action, snapshot, feePips: file?.feePips)
        } catch {
            if case .stateMissing(let event) = error { throw HistoryFault.stateMissing(event) }
            throw error
        }
        wethIsToken0 = Self.wethIsToken0(file, start.key, hasAddresses: snapshot != nil)
        input = BacktestInput(
            name: name, kind: .poolHistory,
            digest: BacktestInput.digest([
                Array(name.utf8), bytes, beginsWithInitialize ? [] : state ?? [],
            ]),
            pool: snapshot == nil
                ? Self.pair(file, start.feePips)
                : start.key.address(in: .uniswapV3Mainnet).description)
    }

    private static func pair(_ file: PoolFileName?, _ feePips: UInt32) -> String {
        file.map { "\($0.token0)/\($0.token1) \(feePips)" } ?? "fee \(feePips)"
    }

    /// Mainnet's WETH by its address where the state names the tokens, else by the file's name.
    private static func wethIsToken0(
        _ file: PoolFileName?, _ key: PoolKey, hasAddresses: Bool
    ) -> Bool? {
        if hasAddresses {
            if key.token0 == .mainnetWeth { return true }
            return key.token1 == .mainnetWeth ? false : nil
        }
        if file?.token0 == "weth" { return true }
        return file?.token1 == "weth" ? false : nil
    }
}

extension Address {
    /// WETH9 on mainnet.
    static let mainnetWeth = Address(
        word: UInt256(0x27EA_D908_3C75_6CC2, 0xB223_FE8D_0A0E_5C4F, 0xC02A_AA39, 0))
}

/// What is wrong with a history beside single rows.
public enum HistoryFault: Error, Equatable, Sendable, CustomStringConvertible {
    case stateMissing(String)
    case backwards(line: Int, what: String)
    /// The model does not come out where mainnet did: nothing can be said of what follows.
    case differs(line: Int, event: String, difference: String)

    /// What, where, and what to do.
    public var description: String {
        switch self {
        case .stateMissing(let event):
            "the history begins with \(event), not with Initialize, and there is no state beside "
                + "it: put <token0>_<token1>_<fee>_state_before.json into its folder."
        case .backwards(let line, let what):
            "line \(line): \(what) is before that of the row above; order the rows."
        case .differs(let line, let event, let difference):
            "line \(line) \(event): \(difference). The pool model does not come out where the "
                + "history says; jit-bot pool replay shows all differences."
        }
    }
}
