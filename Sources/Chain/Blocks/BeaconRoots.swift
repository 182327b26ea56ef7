import EVM
import Ethereum

/// The contract that keeps the beacon chain's block roots (EIP-4788): called at the start of every
/// block from Cancun on.
public enum BeaconRoots {
    /// 0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02: where the contract lives on every chain.
    public static let address = Address(
        word: UInt256(0xB8BB_8522_D0BE_AC02, 0xD732_807E_F131_9FB7, 0x000F_3DF6, 0))

    /// The contract's code as the EIP gives it: `set` for the system's call, `get` for all others.
    public static let code = Code(
        Hex.decode(
            "3373fffffffffffffffffffffffffffffffffffffffe14604d57602036146024575f5ffd5b5f3580156049"
                + "5762001fff810690815414603c575f5ffd5b62001fff01545f5260205ff35b5f5ffd5b62001fff"
                + "42064281555f359062001fff015500") ?? [])
}
