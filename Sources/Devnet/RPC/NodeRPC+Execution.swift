import Chain
import EVM
import Ethereum
import JSON
import Wire

extension NodeRPC {
    /// Wei per gas that a transaction should tip when nobody competes.
    static let suggestedTip: UInt256 = 1_000_000_000

    /// What the next block gives to its transactions.
    var environment: BlockEnvironment {
        node.nextEnvironment(timestamp: max(now(), chain.head.header.timestamp + 1))
    }

    /// A machine that stands behind a block, in the environment of the next one, with another base
    /// fee if one is given.
    func machine(behind block: Block, baseFeePerGas: UInt256? = nil) -> VirtualMachine {
        var environment =
            block.number == chain.head.number
            ? environment
            : chain.environment(
                after: block.number, timestamp: block.header.timestamp + 12,
                coinbase: node.coinbase, prevRandao: block.header.prevRandao)
        if let baseFeePerGas { environment.baseFeePerGas = baseFeePerGas }
        return VirtualMachine(block: environment, state: chain.reader(on: block.number))
    }

    func call(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        let request = try CallRequest(parameters, 0)
        try Self.refuseOverrides(parameters, 2)
        guard request.to != nil else {
            throw JSONRPCError.invalidParams("a call needs an address in to")
        }
        let outcome = try execute(request, behind: try parameters.block(1, of: chain))
        try Self.requireSuccess(outcome)
        return .data(outcome.output)
    }

    /// State and block overrides are not available; an answer without them would be another one.
    private static func refuseOverrides(
        _ parameters: Parameters, _ first: Int
    ) throws(JSONRPCError) {
        for index in first...first + 1 {
            if let object = parameters.value(index)?.object, !object.isEmpty {
                throw parameters.invalid(index, "no state or block overrides")
            }
        }
    }

    private func execute(
        _ request: CallRequest, behind block: Block
    ) throws(JSONRPCError) -> TransactionOutcome {
        do {
            return try machine(behind: block).call(
                from: request.from, to: request.to ?? .zero, value: request.value,
                data: request.data, gasLimit: min(request.gasLimit ?? .max, callGasLimit))
        } catch {
            throw JSONRPCError.server("\(error)")
        }
    }

    /// Gas that a call may use: twice a block's.
    private var callGasLimit: UInt64 { chain.head.header.gasLimit * 2 }

    /// A call that did not succeed is error 3 with its revert data, or a server error.
    static func requireSuccess(_ outcome: TransactionOutcome) throws(JSONRPCError) {
        switch outcome.status {
        case .success: return
        case .revert:
            throw JSONRPCError(
                code: 3,
                message: "execution reverted"
                    + (revertText(outcome.output).map { ": " + $0 } ?? ""),
                data: .data(outcome.output))
        case .halt(let reason):
            throw JSONRPCError.server(reason.rawValue)
        }
    }

    /// The text of `Error(string)`; nil for anything else.
    static func revertText(_ output: [UInt8]) -> String? {
        guard output.starts(with: [0x08, 0xC3, 0x79, 0xA0]), output.count >= 68,
            let length = UInt256(bigEndian: output[36..<68])?.asUInt64,
            length <= UInt64(output.count - 68)
        else { return nil }
        return String(decoding: output[68..<(68 + Int(length))], as: UTF8.self)
    }

    func estimateGas(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        try Self.refuseOverrides(parameters, 2)
        let block = try parameters.block(1, of: chain)
        return .quantity(try estimate(try CallRequest(parameters, 0), behind: block))
    }

    /// The least gas limit with which the transaction succeeds, to within a hundredth: by bisection
    /// between what it used and the block's limit.
    func estimate(
        _ request: CallRequest, behind block: Block
    ) throws(JSONRPCError) -> UInt64 {
        let limit = min(request.gasLimit ?? .max, block.header.gasLimit)
        func attempt(_ gasLimit: UInt64) throws(JSONRPCError) -> TransactionOutcome {
            // The sender's means do not matter for what a transaction needs.
            let machine = machine(behind: block, baseFeePerGas: .zero)
            let nonce = chain.state(after: block.number)?.account(request.from)?.nonce ?? 0
            let transaction = Transaction(
                type: .feeMarket, chainId: chain.chainId, nonce: nonce, maxFeePerGas: .zero,
                maxPriorityFeePerGas: .zero, gasLimit: gasLimit, to: request.to,
                value: request.value, data: request.data)
            do {
                return try machine.execute(transaction, sender: request.from)
            } catch .invalid(.gasLimitBelowIntrinsic(_, let intrinsic)) {
                throw JSONRPCError.server(
                    "gas required exceeds allowance (\(gasLimit)), needs \(intrinsic)")
            } catch {
                throw JSONRPCError.server("\(error)")
            }
        }
        let outcome = try attempt(limit)
        try Self.requireSuccess(outcome)
        // Where nothing holds gas back for calls inside, what it used is what it needs.
        let needed = min(limit, outcome.gasUsed + outcome.gasRefunded)
        if case .success = try attempt(needed).status { return needed }
        var low = outcome.gasUsed - 1
        var high = limit
        let peak = min(limit, (outcome.gasUsed + outcome.gasRefunded) * 64 / 63 + 1)
        if case .success = try attempt(peak).status { high = peak } else { low = peak }
        while low + 1 < high, Double(high - low) / Double(high) > 0.01 {
            let middle = low + (high - low) / 2
            if case .success = (try? attempt(middle))?.status {
                high = middle
            } else {
                low = middle
            }
        }
        return high
    }

    // MARK: Fees

    func gasPrice(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        .quantity(environment.baseFeePerGas &+ Self.suggestedTip)
    }

    func maxPriorityFeePerGas(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        .quantity(Self.suggestedTip)
    }

    func feeHistory(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        let count: UInt64
        if let number = parameters.value(0)?.uint64 {
            count = number
        } else {
            count = try parameters.quantity(0).asUInt64 ?? .max
        }
        let newest = try parameters.block(1, of: chain)
        let listed = parameters.value(2)?.array ?? []
        let percentiles = listed.compactMap(\.double)
        guard percentiles.count == listed.count, percentiles.count <= 100,
            zip(percentiles, percentiles.dropFirst()).allSatisfy(<=),
            percentiles.allSatisfy({ (0...100).contains($0) })
        else { throw parameters.invalid(2, "rising percentiles of 0 to 100") }
        let length = min(count, 1024, newest.number + 1)
        guard length > 0 else {
            return ["oldestBlock": "0x0", "baseFeePerGas": [], "gasUsedRatio": []]
        }
        let first = newest.number + 1 - length
        let blocks = (first...newest.number).compactMap { chain.block($0) }
        var fees = blocks.map { $0.header.baseFeePerGas ?? .zero }
        fees.append(
            nextBaseFeePerGas(
                parentBaseFeePerGas: newest.header.baseFeePerGas ?? .zero,
                parentGasUsed: newest.header.gasUsed, parentGasLimit: newest.header.gasLimit))
        var members: [JSON.Member] = [
            .init("oldestBlock", .quantity(first)),
            .init("baseFeePerGas", .array(fees.map { .quantity($0) })),
            .init(
                "gasUsedRatio",
                .array(
                    blocks.map {
                        .decimal(
                            Double($0.header.gasUsed) / Double(max($0.header.gasLimit, 1)),
                            decimals: 6)
                    })),
            .init("baseFeePerBlobGas", .array(fees.map { _ in "0x1" })),
            .init("blobGasUsedRatio", .array(blocks.map { _ in 0 })),
        ]
        if !percentiles.isEmpty {
            members.append(
                .init(
                    "reward", .array(blocks.map { Self.rewards($0, percentiles: percentiles) })))
        }
        return .object(members)
    }

    /// Tips at percentiles of a block's gas (execution-apis, eth_feeHistory).
    private static func rewards(_ block: Block, percentiles: [Double]) -> JSON {
        let baseFee = block.header.baseFeePerGas ?? .zero
        let sorted = block.transactions
            .map { ($0.outcome.effectiveGasPrice &- baseFee, $0.outcome.gasUsed) }
            .sorted { $0.0 < $1.0 }
        return .array(
            percentiles.map { percentile in
                let threshold = Double(block.header.gasUsed) * percentile / 100
                var sum = 0.0
                for (tip, gas) in sorted {
                    sum += Double(gas)
                    if sum >= threshold { return .quantity(tip) }
                }
                return .quantity(sorted.last?.0 ?? .zero)
            })
    }
}
