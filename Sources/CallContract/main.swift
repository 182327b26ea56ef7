import EVM
import Ethereum

// A contract that adds the calldata's word to slot 0, logs the sum and returns it:
// PUSH0 SLOAD PUSH0 CALLDATALOAD ADD DUP1 PUSH0 SSTORE PUSH0 MSTORE
// PUSH1 32 PUSH0 LOG0 PUSH1 32 PUSH0 RETURN.
let code = Code(Hex.decode("5f545f3501805f555f5260205fa060205ff3") ?? [])
let contract = Address(word: 0xC0DE)
var state = InMemoryState()
state.set(Account(nonce: 1), at: contract, code: code)
state.set(40, at: contract, slot: 0)

let block = BlockEnvironment(
    fork: .osaka, chainId: 1, number: 24_000_000, timestamp: 1_766_000_000, coinbase: .zero,
    gasLimit: 60_000_000, baseFeePerGas: 0, prevRandao: .zero, blobBaseFee: 1)
let machine = VirtualMachine(block: block, state: state)
let outcome = try machine.call(
    from: .zero, to: contract, value: 0, data: UInt256(2).bigEndianBytes, gasLimit: 100_000)

print("\(outcome.status), \(outcome.gasUsed) gas, output \(Hex.prefixed(outcome.output))")
for log in outcome.logs { print("log of \(log.address): \(Hex.prefixed(log.data))") }
