import Contracts
import EVM
import Ethereum
import UniswapV3

/// A cheap look at a pending transaction before it is executed.
///
/// It declines only what surely is no swap, or surely cannot be served, by the transaction's own
/// fields and by contracts of which all is known. A contract that it does not know passes, whatever
/// the calldata.
public struct SwapScreen: Sendable {
    private let head: HeadState
    private let minimumProfitWei: UInt256
    private let contracts: KnownContracts

    /// Gas that any swap needs behind what is paid before any code: two transfers of tokens write
    /// three slots at least, the pool two, each for 2,900.
    static let leastSwapGas: UInt64 = 14_000
    /// Gas that our two transactions need at least: twice the base price, a mint and a burn.
    static let leastBundleGas: UInt64 = 100_000

    /// A screen for one head; `contracts` are those of its chain unless given.
    public init(
        head: HeadState, minimumProfitWei: UInt256, contracts: KnownContracts? = nil
    ) {
        self.head = head
        self.minimumProfitWei = minimumProfitWei
        self.contracts = contracts ?? KnownContracts.of(chainId: head.nextBlock.chainId)
    }

    /// Throws the reason where the transaction need not be executed.
    public func check(_ target: PendingTransaction) throws(Rejection) {
        let transaction = target.signed.transaction
        try checkForm(transaction)
        try checkGas(transaction, sender: target.sender)
        guard let to = transaction.to else { return }
        try checkState(transaction, to: to, sender: target.sender)
        if contracts.isPlainTokenCall(transaction) { throw .noSwap }
        if contracts.routers.contains(to) {
            try checkRouterCall(transaction, router: to, sender: target.sender)
        }
    }

    private func checkForm(_ transaction: Transaction) throws(Rejection) {
        // A bundle's blobs would have to come along, and the mempool's copy has none.
        guard transaction.type != .blob else { throw .blobTransaction }
        let chain = head.nextBlock.chainId
        if let stated = transaction.chainId, stated != chain {
            throw .targetInvalid(.wrongChain(transaction: stated, chain: chain))
        }
        let baseFee = head.nextBlock.baseFeePerGas
        guard transaction.maxFeePerGas >= baseFee else {
            throw .targetInvalid(
                .maxFeeBelowBaseFee(
                    maxFeePerGas: transaction.maxFeePerGas, baseFeePerGas: baseFee))
        }
    }

    /// A plain transfer's gas limit leaves nothing for code.
    private func checkGas(_ transaction: Transaction, sender: Address) throws(Rejection) {
        // Most calls allow for far more than their data can cost: the sum is not worth making.
        let most = 60_000 + 100 * UInt64(transaction.data.count)
        guard transaction.gasLimit < most else { return }
        let intrinsic = transaction.intrinsicGas(fork: head.nextBlock.fork, sender: sender)
        guard transaction.gasLimit >= intrinsic,
            transaction.gasLimit - intrinsic < Self.leastSwapGas
        else { return }
        throw .noSwap
    }

    private func checkState(
        _ transaction: Transaction, to: Address, sender: Address
    ) throws(Rejection) {
        let receiver: Account?
        let nonce: UInt64
        do throws(StateNotLoaded) {
            receiver = try head.state.account(to)
            nonce = try head.state.account(sender)?.nonce ?? 0
        } catch { throw .unsimulatable(.stateNotLoaded(error.key)) }
        // Precompiled contracts have no code either, and swap nothing. An authorisation may bring
        // code with it (EIP-7702).
        if receiver == nil || receiver?.codeHash == Keccak256.ofEmpty,
            transaction.type != .setCode
        {
            throw .noSwap
        }
        if transaction.nonce < nonce {
            throw .targetInvalid(.nonceTooLow(account: nonce, transaction: transaction.nonce))
        }
        if transaction.nonce > nonce {
            throw .targetInvalid(.nonceTooHigh(account: nonce, transaction: transaction.nonce))
        }
    }

    // MARK: Calls of known routers

    private func checkRouterCall(
        _ transaction: Transaction, router: Address, sender: Address
    ) throws(Rejection) {
        let call = RouterCalldata.decode(transaction.data)
        let tokens = contracts.plainTokens.union(
            head.pools.flatMap { [$0.key.token0, $0.key.token1] })
        let reach = RouterCallReach(plainTokens: tokens, sender: sender, router: router)
        guard reach.isContained(call) else { return }
        let swaps = call.swaps.filter { $0.venue == .uniswapV3 }
        guard !swaps.isEmpty else { throw .noSwap }
        let hops = swaps.map(\.route)
        let all = hops.joined()
        let followed = Set(head.pools.map(\.key))
        guard all.contains(where: followed.contains) else {
            guard let first = all.first, let venue = head.venues.first else { return }
            throw .poolNotFollowed(
                pool: first.address(in: venue.deployment), venue: venue.name)
        }
        guard hops.allSatisfy({ $0.count == 1 && followed.contains($0[0]) }) else { return }
        try checkSize(swaps)
    }

    /// What a bundle earns is a part of what the target puts into the pool: not even all of it pays
    /// for our gas where it is worth less.
    private func checkSize(_ swaps: [RoutedSwap]) throws(Rejection) {
        let needed =
            UInt256(Self.leastBundleGas) &* head.nextBlock.baseFeePerGas &+ minimumProfitWei
        var worth = UInt256.zero
        for swap in swaps {
            guard let wei = worthWei(swap) else { return }
            let (sum, overflows) = worth.addingReportingOverflow(wei)
            if overflows { return }
            worth = sum
        }
        guard worth >= needed else { throw .tooSmall(worthWei: worth, neededWei: needed) }
    }

    /// Wei of the most that a swap over one pool sells, at the fair price's better end; nil where
    /// that cannot be told: all that the router holds is 0 for SwapRouter02, 2^255 for the
    /// Universal Router.
    private func worthWei(_ swap: RoutedSwap) -> UInt256? {
        let sold = swap.isExactInput ? swap.amount : swap.bound
        guard !sold.isZero, sold.bitWidth <= 128, let key = swap.route.first,
            let pool = head.pools.first(where: { $0.key == key })
        else { return nil }
        if swap.tokens.first == head.weth { return sold }
        guard let fairPrice = pool.fairPrice else { return nil }
        let wethIsToken0 = key.token0 == head.weth
        guard wethIsToken0 || key.token1 == head.weth else { return nil }
        // Where WETH is token0 the other token is dear when token1 per token0 is low.
        let best = wethIsToken0 ? fairPrice.lowSqrtPriceX96 : fairPrice.highSqrtPriceX96
        guard !best.isZero else { return nil }
        return WethValuation(wethIsToken0: wethIsToken0, sqrtPriceX96: best)
            .weiOfOther(sold, roundingUp: true)
    }
}

extension RoutedSwap {
    /// The pools of a route over V3, in order; empty where it is malformed.
    fileprivate var route: [PoolKey] {
        guard tokens.count == feesPips.count + 1 else { return [] }
        return feesPips.indices.compactMap {
            PoolKey(sorting: tokens[$0], tokens[$0 + 1], feePips: feesPips[$0])
        }
    }
}
