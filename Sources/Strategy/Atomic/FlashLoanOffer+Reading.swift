import Contracts
import EVM
import Ethereum

/// Asks a contract on some state: the output of a call that succeeds, nil for one that does not.
public typealias ContractView<Failure: Error> = (
    _ contract: Address, _ data: [UInt8]
) throws(Failure) -> [UInt8]?

extension FlashLoanOffer {
    /// What a lender lends of a token on the state behind `view`: a machine's, or a node's.
    ///
    /// A lender that does not answer as its kind does is `doesNotAnswer`, never a lender without a
    /// fee.
    public static func read<Failure: Error>(
        _ lender: FlashLender, token: Address, view: ContractView<Failure>
    ) throws(Failure) -> FlashLoanOffer {
        switch lender.kind {
        case .uniswapV3(let key):
            return try readUniswap(lender, feePips: key.feePips, token: token, view)
        case .aaveV3: return try readAave(lender, token: token, view)
        case .balancerV2: return try readBalancer(lender, token: token, view)
        case .morpho:
            let held = try balance(of: lender.address, token: token, view)
            return FlashLoanOffer(
                lender: lender, token: token, available: held ?? .zero, fee: .none,
                closed: held == nil ? .doesNotAnswer : nil)
        }
    }

    /// What a lender lends of a token on a machine's state.
    public static func read(
        _ lender: FlashLender, token: Address, machine: VirtualMachine
    ) throws(ExecutionError) -> FlashLoanOffer {
        try read(lender, token: token) { (contract, data) throws(ExecutionError) -> [UInt8]? in
            let outcome = try machine.call(
                from: .zero, to: contract, value: .zero, data: data, gasLimit: viewGasLimit)
            return outcome.status == .success ? outcome.output : nil
        }
    }

    /// Gas that a view may use; the dearest of them, Aave's reserve data, needs a tenth.
    private static let viewGasLimit: UInt64 = 1_000_000

    private static func balance<Failure: Error>(
        of holder: Address, token: Address, _ view: ContractView<Failure>
    ) throws(Failure) -> UInt256? {
        try view(token, ERC20.balanceOf(holder)).flatMap { ABIWords($0)[0] }
    }

    private static func readUniswap<Failure: Error>(
        _ lender: FlashLender, feePips: UInt32, token: Address, _ view: ContractView<Failure>
    ) throws(Failure) -> FlashLoanOffer {
        var offer = FlashLoanOffer(
            lender: lender, token: token, available: .zero, fee: .pips(feePips),
            closed: .doesNotAnswer)
        // price, tick, observation index, cardinality, next cardinality, protocol fee, unlocked
        guard let slot0 = try view(lender.address, UniswapV3PoolContract.slot0),
            let unlocked = ABIWords(slot0)[6],
            let word = try view(lender.address, UniswapV3PoolContract.liquidity),
            let liquidity = ABIWords(word)[0],
            let held = try balance(of: lender.address, token: token, view)
        else { return offer }
        offer.available = held
        offer.closed = unlocked.isZero ? .paused : liquidity.isZero ? .noLiquidityInRange : nil
        return offer
    }

    private static func readAave<Failure: Error>(
        _ lender: FlashLender, token: Address, _ view: ContractView<Failure>
    ) throws(Failure) -> FlashLoanOffer {
        var offer = FlashLoanOffer(
            lender: lender, token: token, available: .zero, fee: .none, closed: .doesNotAnswer)
        guard let answer = try view(lender.address, AaveV3Pool.flashLoanPremiumTotal),
            let premium = ABIWords(answer)[0]?.asUInt64,
            let flags = try view(lender.address, AaveV3Pool.configuration(token))
                .flatMap({ AaveV3Pool.Configuration($0) }),
            let data = try view(lender.address, AaveV3Pool.reserveData(token))
        else { return offer }
        offer.fee = .basisPoints(premium)
        guard let aToken = AaveV3Pool.aToken(reserveData: data), flags.isActive else {
            offer.closed = .notListed
            return offer
        }
        guard let held = try balance(of: aToken, token: token, view) else { return offer }
        offer.available = held
        offer.closed =
            flags.isPaused
            ? .paused : flags.isFrozen ? .frozen : flags.lendsFlashLoans ? nil : .flashLoansDisabled
        return offer
    }

    private static func readBalancer<Failure: Error>(
        _ lender: FlashLender, token: Address, _ view: ContractView<Failure>
    ) throws(Failure) -> FlashLoanOffer {
        var offer = FlashLoanOffer(
            lender: lender, token: token, available: .zero, fee: .none, closed: .doesNotAnswer)
        guard let state = try view(lender.address, BalancerV2Vault.pausedState),
            let paused = ABIWords(state)[0],
            let answer = try view(lender.address, BalancerV2Vault.protocolFeesCollector),
            let collector = ABIWords(answer)[0].map({ Address(word: $0) }),
            let percentage = try view(collector, BalancerV2Vault.flashLoanFeePercentage),
            let parts = ABIWords(percentage)[0],
            let held = try balance(of: lender.address, token: token, view)
        else { return offer }
        offer.available = held
        offer.fee = .wad(parts)
        offer.closed = paused.isZero ? nil : .paused
        return offer
    }
}
