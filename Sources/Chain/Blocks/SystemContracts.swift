import EVM
import Ethereum

/// The contracts that the protocol itself calls in every block, at one address on all chains.
public enum SystemContracts {
    /// 0x0000F90827F1C53a10cb7A02335B175320002935: keeps the ancestors' hashes (EIP-2935).
    public static let history = Address(
        word: UInt256(0x335B_1753_2000_2935, 0x27F1_C53A_10CB_7A02, 0x0000_F908, 0))
    /// 0x00000961Ef480Eb55e80D19ad83579A64c007002: withdrawals asked for by contracts (EIP-7002).
    public static let withdrawalRequests = Address(
        word: UInt256(0xD835_79A6_4C00_7002, 0xEF48_0EB5_5E80_D19A, 0x0000_0961, 0))
    /// 0x0000BBdDc7CE488642fb579F8B00f3a590007251: consolidations of validators (EIP-7251).
    public static let consolidationRequests = Address(
        word: UInt256(0x8B00_F3A5_9000_7251, 0xC7CE_4886_42FB_579F, 0x0000_BBDD, 0))
    /// 0x0000bFF46984e3725691FA540a8C7589300D8282: deposits of builders (EIP-8282).
    public static let builderDepositRequests = Address(
        word: UInt256(0x0A8C_7589_300D_8282, 0x6984_E372_5691_FA54, 0x0000_BFF4, 0))
    /// 0x000064D678505ad48F8cCb093BC65613800E8282: exits of builders (EIP-8282).
    public static let builderExitRequests = Address(
        word: UInt256(0x3BC6_5613_800E_8282, 0x7850_5AD4_8F8C_CB09, 0x0000_64D6, 0))

    /// Makes the calls that open a block. A contract that is not deployed is passed over, and what
    /// a call answers is of no account.
    static func open(
        _ machine: VirtualMachine, fork: Fork, parentHash: Hash32, parentBeaconBlockRoot: Hash32
    ) throws(ExecutionError) {
        if fork >= .cancun {
            try machine.systemCall(to: BeaconRoots.address, data: parentBeaconBlockRoot.bytes)
        }
        if fork >= .prague { try machine.systemCall(to: history, data: parentHash.bytes) }
    }

    /// What a contract has collected for the beacon chain. A block cannot do without the answer: a
    /// contract that is missing or fails makes it invalid.
    static func requests(
        _ machine: VirtualMachine, of address: Address
    ) throws(BlockFault) -> [UInt8] {
        let outcome: TransactionOutcome?
        do throws(ExecutionError) {
            outcome = try machine.systemCall(to: address, data: [])
        } catch { throw .systemCall(error) }
        guard let outcome, outcome.status == .success else { throw .unansweredRequest(address) }
        return outcome.output
    }
}
