import Contracts
import Ethereum
import JSON
import Strategy
import Wire

/// The error codes of ERC-4337's JSON-RPC interface (ERC-7769).
enum OrderError {
    static let entryPoint = -32500
    static let paymaster = -32501
    static let rules = -32502
    static let expired = -32503
    static let throttled = -32504
    static let signature = -32507
    static let execution = -32521

    /// What the caller is told of a refusal.
    static func of(_ refusal: OrderRefusal, _ form: SignedOrder.Form) -> JSONRPCError {
        let text = "\(refusal)"
        switch refusal {
        case .refused(let reason):
            return JSONRPCError(code: code(of: reason, form), message: reason)
        case .failsInside: return JSONRPCError(code: execution, message: text)
        case .targetNotAllowed: return .invalidParams(text)
        case .breaksRule, .dependsOn: return JSONRPCError(code: rules, message: text)
        case .noValidation: return JSONRPCError(code: entryPoint, message: text)
        case .tooExpensive, .payloadTooLarge: return .invalidParams(text)
        case .unsimulatable, .submitterInvalid: return .internalError(text)
        }
    }

    /// By the EntryPoint's own numbers: AA1 the factory, AA2 the account, AA3 the paymaster; by a
    /// Safe's: GS02 its signatures.
    private static func code(of reason: String, _ form: SignedOrder.Form) -> Int {
        switch reason.prefix(4) {
        case "AA22", "AA32": expired
        case "AA24", "AA34": signature
        default:
            reason.hasPrefix("AA3") ? paymaster : reason.hasPrefix("GS02") ? signature : entryPoint
        }
    }
}

/// Strict readers of what clients send as orders.
enum OrderRequest {
    /// Gas that a validation may take, an account's that is made in it or a paymaster's
    /// (ERC-7562's `MAX_VERIFICATION_GAS`, doubled for accounts that are made).
    private static let validationGasLimit: UInt128 = 1_000_000
    /// Bytes of any one field.
    private static let fieldLimit = JitFlash.maxPayloadBytes

    /// An object whose fields are asked for by name.
    private struct Fields {
        let json: JSON

        init(_ json: JSON?) throws(JSONRPCError) {
            guard let json, json.object != nil else {
                throw .invalidParams("the first parameter must be an object")
            }
            self.json = json
        }

        func address(_ name: String) throws(JSONRPCError) -> Address {
            guard let value = json[name]?.address else {
                throw .invalidParams("\(name) must be an address")
            }
            return value
        }

        func optionalAddress(_ name: String) throws(JSONRPCError) -> Address? {
            guard let value = json[name], !value.isNull else { return nil }
            if value.string == "0x" { return nil }
            return try address(name)
        }

        func quantity(_ name: String, default fallback: UInt256? = nil) throws(JSONRPCError)
            -> UInt256
        {
            guard let value = json[name], !value.isNull else {
                if let fallback { return fallback }
                throw .invalidParams("\(name) is missing")
            }
            guard let number = value.quantity ?? value.uint64.map({ UInt256($0) }) else {
                throw .invalidParams("\(name) must be a quantity")
            }
            return number
        }

        func quantity128(
            _ name: String, default fallback: UInt256? = nil
        ) throws(JSONRPCError) -> UInt128 {
            guard let value = try quantity(name, default: fallback).asUInt128 else {
                throw .invalidParams("\(name) is above 128 bits")
            }
            return value
        }

        func data(_ name: String, optional: Bool = false) throws(JSONRPCError) -> [UInt8] {
            guard let value = json[name], !value.isNull else {
                if optional { return [] }
                throw .invalidParams("\(name) is missing")
            }
            guard let text = value.string, text.utf8.count <= 2 + 2 * fieldLimit else {
                throw .invalidParams("\(name) must be data of at most \(fieldLimit) bytes")
            }
            guard let bytes = value.data else {
                throw .invalidParams("\(name) must be data")
            }
            return bytes
        }
    }

    /// The order of a Safe: its address, the transaction's fields by their names in the contract,
    /// and `signatures`. A refund is refused: who submits is our contract, and it takes none.
    static func safe(_ params: JSON, chainId: UInt64) throws(JSONRPCError) -> SignedOrder {
        let fields = try Fields(params[0])
        if let stated = fields.json["chainId"], !stated.isNull {
            guard (stated.quantity64 ?? stated.uint64) == chainId else {
                throw .invalidParams("chainId is another: this chain is \(chainId)")
            }
        }
        let safe = try fields.address("safe")
        let operation = try fields.quantity("operation", default: .zero)
        guard operation <= .one else { throw .invalidParams("operation must be 0 or 1") }
        let transaction = SafeTransaction(
            to: try fields.address("to"), value: try fields.quantity("value", default: .zero),
            data: try fields.data("data"), operation: UInt8(truncatingIfNeeded: operation.limb0),
            safeTxGas: try fields.quantity("safeTxGas", default: .zero),
            baseGas: try fields.quantity("baseGas", default: .zero),
            gasPrice: try fields.quantity("gasPrice", default: .zero),
            gasToken: try fields.optionalAddress("gasToken") ?? .zero,
            refundReceiver: try fields.optionalAddress("refundReceiver") ?? .zero,
            nonce: try fields.quantity("nonce"))
        guard transaction.gasPrice.isZero else {
            throw .invalidParams("gasPrice must be 0: we take no refund")
        }
        let signatures = try fields.data("signatures")
        guard signatures.count >= 65 else {
            throw .invalidParams("signatures must be at least one of 65 bytes")
        }
        return SignedOrder(
            hash: transaction.hash(safe: safe, chainId: chainId), account: safe,
            form: .safe(nonce: transaction.nonce), target: safe,
            calldata: transaction.execTransaction(signatures: signatures),
            validUntil: try validUntil(fields))
    }

    /// When the user wants the order no more, in Unix seconds: his word to us alone, since a Safe's
    /// signature does not cover it.
    private static func validUntil(_ fields: Fields) throws(JSONRPCError) -> UInt64? {
        guard let value = fields.json["validUntil"], !value.isNull else { return nil }
        guard let seconds = value.quantity64 ?? value.uint64 else {
            throw .invalidParams("validUntil must be Unix seconds")
        }
        return seconds
    }

    /// The operation of an account, in the unpacked form of EntryPoint 0.7's clients.
    static func userOperation(
        _ params: JSON, entryPoint: Address, beneficiary: Address, chainId: UInt64
    ) throws(JSONRPCError) -> SignedOrder {
        let fields = try Fields(params[0])
        guard let named = params[1]?.address, named == entryPoint else {
            throw .invalidParams("the EntryPoint must be \(entryPoint)")
        }
        var initCode: [UInt8] = []
        let factory = try fields.optionalAddress("factory")
        if let factory {
            initCode = Self.bytes(factory) + (try fields.data("factoryData", optional: true))
        }
        var paymasterAndData: [UInt8] = []
        var paymasterGas: UInt128 = 0
        let paymaster = try fields.optionalAddress("paymaster")
        if let paymaster {
            let limits = [
                try fields.quantity128("paymasterVerificationGasLimit", default: .zero),
                try fields.quantity128("paymasterPostOpGasLimit", default: .zero),
            ]
            guard limits.allSatisfy({ $0 <= validationGasLimit }) else {
                throw .invalidParams("the paymaster's gas limits are above \(validationGasLimit)")
            }
            paymasterGas = limits[0] + limits[1]
            paymasterAndData = Self.bytes(paymaster)
            for limit in limits { paymasterAndData += UInt256(limit).bigEndianBytes.suffix(16) }
            paymasterAndData += try fields.data("paymasterData", optional: true)
        }
        let operation = PackedUserOperation(
            sender: try fields.address("sender"), nonce: try fields.quantity("nonce"),
            initCode: initCode, callData: try fields.data("callData"),
            verificationGasLimit: try fields.quantity128("verificationGasLimit"),
            callGasLimit: try fields.quantity128("callGasLimit"),
            preVerificationGas: try fields.quantity("preVerificationGas"),
            maxPriorityFeePerGas: try fields.quantity128("maxPriorityFeePerGas"),
            maxFeePerGas: try fields.quantity128("maxFeePerGas"),
            paymasterAndData: paymasterAndData, signature: try fields.data("signature"))
        guard operation.verificationGasLimit <= validationGasLimit,
            operation.callGasLimit <= 3_000_000
        else {
            throw .invalidParams("gas limits are above \(validationGasLimit) and 3000000")
        }
        let gas = operation.verificationGasLimit + operation.callGasLimit + paymasterGas
        guard
            let calldata = try? EntryPointV07.handleOp(operation, beneficiary: beneficiary)
        else { throw .invalidParams("the operation cannot be encoded") }
        return SignedOrder(
            hash: operation.hash(entryPoint: entryPoint, chainId: chainId),
            account: operation.sender,
            form: .userOperation(
                entryPoint: entryPoint, paymaster: paymaster, beneficiary: beneficiary),
            target: entryPoint, calldata: calldata, factory: factory,
            // A call keeps a 64th of its gas, twice here.
            reservedGas: UInt64(gas) + UInt64(gas) / 16 + 50_000)
    }

    private static func bytes(_ address: Address) -> [UInt8] {
        Array(address.word.bigEndianBytes.suffix(20))
    }
}
