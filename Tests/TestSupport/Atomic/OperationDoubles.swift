import Contracts
import Ethereum
import JSON
import Strategy
import World

/// ERC-4337 by doubles: an EntryPoint 0.7 and the contract by which it calls factories, a factory,
/// an account of an owner who signs, and a paymaster. None of them is the genuine contract.
public struct OperationDoubles: Sendable {
    public let entryPoint: Address
    public let factory: Address
    public let paymaster: Address
    /// An account that exists.
    public let account: Address
    /// Who signs for every account here.
    public let owner: Wallet

    /// What the account does in its validation besides validating; see the contract.
    public enum Behaviour: UInt64, CaseIterable, Sendable {
        case honest, readsTheTime, readsTheCoinbase, readsAStrangersSlot, readsItsOwnEntry,
            runsOutOfGas, callsNothing, paysAStranger, readsABalance
    }

    /// What the paymaster does, by the first byte of its data.
    public enum Paying: UInt8, Sendable {
        case pays, paysWhileOpen, hasContext, failsBehind
    }

    /// A second's worth of wei that pays for any operation here.
    private static let deposit = 5 &* PoolWorld.ether

    /// Deploys them, and gives account and paymaster what pays for gas.
    public static func deploy(
        _ deployer: inout Deployer, _ wallet: inout Wallet
    ) throws -> OperationDoubles {
        func create(_ code: String, _ arguments: [UInt8] = []) throws -> Address {
            try deployer.create(&wallet, code: Hex.decode(code) ?? [], arguments: arguments)
        }
        let creator = try create(SenderCreatorDoubleArtifact.creationCodeHex)
        let entryPoint = try create(
            EntryPointDoubleArtifact.creationCodeHex, creator.word.bigEndianBytes)
        let code = try create(
            OperationAccountDoubleArtifact.creationCodeHex, entryPoint.word.bigEndianBytes)
        let factory = try create(
            AccountFactoryDoubleArtifact.creationCodeHex, code.word.bigEndianBytes)
        let paymaster = try create(
            PaymasterDoubleArtifact.creationCodeHex, entryPoint.word.bigEndianBytes)
        try deployer.settle()
        let owner = Wallet(name: "operation account owner")
        let account = accountAddress(factory: factory, implementation: code, salt: 1)
        try deployer.send(
            &wallet, to: factory, data: createAccount(owner: owner.address, salt: 1),
            gasLimit: 400_000)
        for payer in [account, paymaster] {
            try deployer.send(
                &wallet, to: entryPoint, value: deposit,
                data: Calldata(Selector("depositTo(address)"), payer.word).bytes,
                gasLimit: 100_000)
        }
        try deployer.settle()
        return OperationDoubles(
            entryPoint: entryPoint, factory: factory, paymaster: paymaster, account: account,
            owner: owner)
    }

    /// Where the factory makes the account of a salt: a minimal proxy, by CREATE2.
    private static func accountAddress(
        factory: Address, implementation: Address, salt: UInt256
    ) -> Address {
        let code =
            Hex.decode("602d3d8160093d39f3363d3d373d3d3d363d73")!
            + implementation.word.bigEndianBytes.suffix(20)
            + Hex.decode("5af43d82803e903d91602b57fd5bf3")!
        return Address.create2(
            sender: factory, salt: salt, initCodeHash: Keccak256.hash(code))
    }

    /// Calldata of the factory.
    public static func createAccount(
        owner: Address, salt: UInt256, behaviour: Behaviour = .honest, witness: Address = .zero
    ) -> [UInt8] {
        Calldata(
            Selector("createAccount(address,bytes32,uint256,address)"), owner.word, salt,
            UInt256(behaviour.rawValue), witness.word
        ).bytes
    }

    /// Calldata of the account: some calls, one behind the other.
    public static func batch(_ calls: [(to: Address, data: [UInt8])]) throws -> [UInt8] {
        try ABI.encode(
            "executeBatch((address,bytes)[])",
            [.array(calls.map { .tuple([.address($0.to), .bytes($0.data)]) })])
    }

    public static func setBehaviour(_ behaviour: Behaviour, witness: Address) -> [UInt8] {
        Calldata(
            Selector("setBehaviour(uint256,address)"), UInt256(behaviour.rawValue), witness.word
        ).bytes
    }

    public static func setClosed(_ isClosed: Bool) -> [UInt8] {
        Calldata(Selector("setClosed(bool)"), UInt256(flag: isClosed)).bytes
    }

    /// Calldata by which the paymaster locks the ether that comes along, for a day.
    public static let stakePaymaster = Calldata(Selector("stake(uint32)"), 86_400).bytes

    /// Calldata by which the factory does.
    public var stakeFactory: [UInt8] {
        Calldata(Selector("stake(address,uint32)"), entryPoint.word, 86_400).bytes
    }

    /// An operation of the account, or of another, without a signature.
    public func operation(
        _ callData: [UInt8], nonce: UInt256 = .zero, sender: Address? = nil,
        initCode: [UInt8] = [], paying: Paying? = nil, callGasLimit: UInt128 = 700_000
    ) -> PackedUserOperation {
        var paymasterAndData: [UInt8] = []
        if let paying {
            paymasterAndData = paymaster.word.bigEndianBytes.suffix(20)
            for limit in [150_000, 60_000] as [UInt64] {
                paymasterAndData += UInt256(limit).bigEndianBytes.suffix(16)
            }
            paymasterAndData.append(paying.rawValue)
        }
        return PackedUserOperation(
            sender: sender ?? account, nonce: nonce, initCode: initCode, callData: callData,
            verificationGasLimit: initCode.isEmpty ? 150_000 : 500_000,
            callGasLimit: callGasLimit, preVerificationGas: 50_000,
            maxPriorityFeePerGas: 1_000_000_000, maxFeePerGas: 100_000_000_000,
            paymasterAndData: paymasterAndData)
    }

    /// The operation with its owner's signature, which an end of its validity may follow.
    public func signed(
        _ operation: PackedUserOperation, validUntil: UInt64? = nil
    ) -> PackedUserOperation {
        var operation = operation
        let hash = operation.hash(entryPoint: entryPoint, chainId: LocalChain.chainId)
        let signature = owner.key.sign(
            Keccak256.hash(Array("\u{19}Ethereum Signed Message:\n32".utf8) + hash.bytes))
        operation.signature =
            signature.r.bigEndianBytes + signature.s.bigEndianBytes
            + [27 + UInt8(signature.yParity)]
        if let validUntil {
            operation.signature += UInt256(validUntil).bigEndianBytes.suffix(6)
        }
        return operation
    }

    /// The order that the bot makes of an operation.
    public func order(
        _ operation: PackedUserOperation, beneficiary: Address
    ) throws -> SignedOrder {
        let gas = operation.verificationGasLimit + operation.callGasLimit + 210_000
        return SignedOrder(
            hash: operation.hash(entryPoint: entryPoint, chainId: LocalChain.chainId),
            account: operation.sender,
            form: .userOperation(
                entryPoint: entryPoint, paymaster: operation.paymaster, beneficiary: beneficiary),
            target: entryPoint,
            calldata: try EntryPointV07.handleOp(operation, beneficiary: beneficiary),
            factory: operation.factory, reservedGas: UInt64(gas) + UInt64(gas) / 16 + 50_000)
    }

    /// The parameters of `eth_sendUserOperation`.
    public func request(_ operation: PackedUserOperation) -> JSON {
        var members: [JSON.Member] = [
            .init("sender", .address(operation.sender)),
            .init("nonce", .quantity(operation.nonce)),
            .init("callData", .data(operation.callData)),
            .init("callGasLimit", .quantity(UInt256(operation.callGasLimit))),
            .init("verificationGasLimit", .quantity(UInt256(operation.verificationGasLimit))),
            .init("preVerificationGas", .quantity(operation.preVerificationGas)),
            .init("maxFeePerGas", .quantity(UInt256(operation.maxFeePerGas))),
            .init("maxPriorityFeePerGas", .quantity(UInt256(operation.maxPriorityFeePerGas))),
            .init("signature", .data(operation.signature)),
        ]
        if let factory = operation.factory {
            members.append(.init("factory", .address(factory)))
            members.append(.init("factoryData", .data(Array(operation.initCode.dropFirst(20)))))
        }
        if let paymaster = operation.paymaster {
            let data = operation.paymasterAndData
            func limit(_ range: Range<Int>) -> JSON {
                .quantity(UInt256(bigEndian: [UInt8](repeating: 0, count: 16) + data[range])!)
            }
            members.append(.init("paymaster", .address(paymaster)))
            members.append(.init("paymasterVerificationGasLimit", limit(20..<36)))
            members.append(.init("paymasterPostOpGasLimit", limit(36..<52)))
            members.append(.init("paymasterData", .data(Array(data.dropFirst(52)))))
        }
        return [.object(members), .address(entryPoint)]
    }
}
