import Contracts
import Ethereum
import JSON
import NIOCore
import Strategy
import UniswapV3
import Wire

extension BotService {
    private static let profitRecipient = Calldata(Selector("profitRecipient()")).bytes
    private static let maxLoanSize = Calldata(Selector("maxLoanSize()")).bytes

    /// Reads what the owner allows the atomic mode: whose contract it is, its lenders, the largest
    /// loans. A lender that he has not allowed is an error at the start, not a surprise in a block.
    func readAtomicTerms(_ configuration: BotConfiguration) -> EventLoopFuture<BotConfiguration> {
        guard let orders = settings.orders else {
            return loop.makeSucceededFuture(configuration)
        }
        // The executor's own factory stands first.
        let deployment = configuration.venues.first?.deployment ?? .uniswapV3Mainnet
        let lenders = orders.lenders.map { $0.lender(in: deployment) }
        let tokens = Set(configuration.pools.flatMap { [$0.key.token0, $0.key.token1] })
            .subtracting([configuration.weth]).sorted()
        func call(_ to: Address, _ data: [UInt8]) -> JSONRPCCall {
            JSONRPCCall("eth_call", [["to": .address(to), "input": .data(data)], "latest"])
        }
        let calls =
            [
                call(orders.flash, JitFlashViews.executor),
                call(configuration.executor, Self.profitRecipient),
                call(configuration.executor, Self.maxLoanSize),
            ] + lenders.map { call(orders.flash, JitFlashViews.lenderKind($0.address)) }
            + tokens.map { call(orders.flash, JitFlashViews.tokenLimit($0)) }
        let hedges =
            configuration.pools.map {
                AtomicTerms.HedgePool(key: $0.key, address: $0.address)
            }
            + orders.hedgePools.map {
                AtomicTerms.HedgePool(key: $0, address: $0.address(in: deployment))
            }
        return node.batch(calls).flatMapThrowing { answers in
            func word(_ index: Int) -> UInt256? {
                (try? answers[index].get())?.data.flatMap { ABIWords($0)[0] }
            }
            guard let executor = word(0) else { throw StartError.flashNotThere(orders.flash) }
            guard Address(word: executor) == configuration.executor else {
                throw StartError.flashOfAnother(executor: Address(word: executor))
            }
            guard let recipient = word(1), let wethLimit = word(2) else {
                throw StartError.malformed("profitRecipient or maxLoanSize")
            }
            for (index, lender) in lenders.enumerated()
            where word(3 + index) != UInt256(lender.kind.contractKind.rawValue) {
                throw StartError.lenderNotAllowed(lender.address)
            }
            var limits = [configuration.weth: wethLimit]
            for (index, token) in tokens.enumerated() {
                guard let limit = word(3 + lenders.count + index) else {
                    throw StartError.malformed("tokenLimit")
                }
                limits[token] = limit
            }
            return configuration.with(
                AtomicTerms(
                    flash: orders.flash, profitRecipient: Address(word: recipient),
                    lenders: lenders, loanLimits: limits, hedgePools: hedges,
                    entryPoint: orders.entryPoint))
        }
    }

    /// Opens the door for signed orders.
    func openIntake() -> EventLoopFuture<Void> {
        guard let orders = settings.orders, let hotLoop,
            let atomic = hotLoop.configuration.atomic
        else { return loop.makeSucceededVoidFuture() }
        let intake = OrderIntake(
            chainId: hotLoop.configuration.chainId, entryPoint: orders.entryPoint,
            beneficiary: atomic.profitRecipient, hotLoop: hotLoop, nowUnixMs: nowUnixMs)
        let limits = OrderIntake.serverLimits
        return JSONRPCServer.start(
            on: loop,
            .init(
                host: orders.host, port: orders.port, maximumBodyBytes: limits.bodyBytes,
                maximumMessageBytes: limits.bodyBytes, maximumBatch: limits.batch,
                maximumConnections: limits.connections, idleTimeout: .seconds(30),
                acceptsWebSockets: false, refusesBrowsers: true,
                hostNames: Set(orders.hostNames.map { $0.lowercased() })),
            handler: { request, peer in
                intake.answer(request, from: peer.remoteAddress ?? "")
            }
        ).map { [self] server in
            self.intake = server
            observe(.intake(host: orders.host, port: server.port))
        }
    }
}

extension FlashLender.Kind {
    /// The number by which the contract knows the kind.
    var contractKind: JitFlash.LenderKind {
        switch self {
        case .uniswapV3: .uniswapV3
        case .balancerV2: .balancerV2
        case .aaveV3: .aaveV3
        case .morpho: .morpho
        }
    }
}
