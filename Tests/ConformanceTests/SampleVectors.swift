import Ethereum

/// Small vectors of each kind, each with a place to alter.
enum SampleVectors {
    static let key = PrivateKey(bytes: [UInt8](repeating: 0x45, count: 32))!

    static func signedTransfer(nonce: UInt64 = 0) throws -> SignedTransaction {
        try SignedTransaction(
            Transaction(
                type: .legacy, chainId: nil, nonce: nonce, maxFeePerGas: 10,
                maxPriorityFeePerGas: 10, gasLimit: 21_000, to: Address(word: 0x99),
                value: 5), signedBy: key)
    }

    static func rlp(encoding: String = "83646f67") -> String {
        #"{"dog":{"in":"dog","out":"0x\#(encoding)"}}"#
    }

    static func trie(root: String, entries: String = #"{"do":"verb","dog":"puppy"}"#) -> String {
        #"{"pair":{"in":\#(entries),"root":"\#(root)"}}"#
    }

    static func transaction(hash: String? = nil, exception: String? = nil) throws -> String {
        let signed = try signedTransfer()
        let result =
            exception.map { #"{"exception":"\#($0)","intrinsicGas":"0x00"}"# }
            ?? #"{"hash":"\#(hash ?? "\(signed.hash)")","sender":"\#(key.address)","#
            + #""intrinsicGas":"0x5208"}"#
        return #"{"transfer":{"txbytes":"\#(Hex.prefixed(signed.raw))","#
            + #""result":{"London":\#(result),"FutureFork":\#(result)}}}"#
    }

    static func table(from: Address = key.address) throws -> String {
        let signed = try signedTransfer()
        return "block,index,hash,type,from,to,raw\n"
            + "1,0,\(signed.hash),0,\(from),\(Address(word: 0x99)),\(Hex.prefixed(signed.raw))\n"
    }

    /// A transfer of 5 wei at the base fee of 10 wei: 21,000 gas are burnt.
    static func state(
        hash: String? = nil, exception: String? = nil, balance: String = "0x0f4240",
        nonce: UInt64 = 0, dump: String? = nil
    ) throws -> String {
        let signed = try signedTransfer(nonce: nonce)
        let after = stateRootAfterTransfer()
        return #"{"transfer":{"env":{"currentCoinbase":"\#(Address(word: 0x77))","#
            + #""currentGasLimit":"0x989680","currentNumber":"0x01","currentTimestamp":"0x3e8","#
            + #""currentRandom":"0x20000","currentBaseFee":"0x0a"},"#
            + #""pre":{"\#(key.address)":{"balance":"\#(balance)","nonce":"0x00","code":"0x","#
            + #""storage":{}}},"transaction":{"nonce":"0x0\#(nonce)","gasPrice":"0x0a","#
            + #""gasLimit":["0x5208"],"to":"\#(Address(word: 0x99))","value":["0x05"],"#
            + #""data":["0x"],"sender":"\#(key.address)"},"post":{"Cancun":[{"#
            + (exception.map { #""expectException":"\#($0)","# } ?? "")
            + (dump.map { #""state":\#($0),"# } ?? "")
            + #""hash":"\#(hash ?? "\(after)")","logs":"\#(Log.hash(of: []))","#
            + #""indexes":{"data":0,"gas":0,"value":0},"txbytes":"\#(Hex.prefixed(signed.raw))"}],"#
            + #""FutureFork":[{},{}]}}}"#
    }

    /// A contract keeps in slot 0 what 0x44 reads, with difficulty 0x30000 and randomness 0x20000.
    /// The root is that of a chain on which it read `read`: 43,105 gas at 10 wei are burnt.
    static func difficulty(fork: String, read: UInt256) -> String {
        let code: [UInt8] = [0x44, 0x60, 0x00, 0x55]
        let contract = Address(word: 0x99)
        let root = StateRoot.compute(accounts: [
            (
                address: key.address, account: Account(nonce: 1, balance: 568_945),
                storageRoot: MerkleTrie.emptyRoot
            ),
            (
                address: contract,
                account: Account(balance: 5, codeHash: Keccak256.hash(code)),
                storageRoot: StateRoot.storageRoot(of: [(slot: UInt256.zero, value: read)])
            ),
        ])
        return #"{"difficulty":{"env":{"currentCoinbase":"\#(Address(word: 0x77))","#
            + #""currentGasLimit":"0x989680","currentNumber":"0x01","currentTimestamp":"0x3e8","#
            + #""currentDifficulty":"0x30000","currentRandom":"0x20000","#
            + #""currentBaseFee":"0x0a"},"#
            + #""pre":{"\#(key.address)":{"balance":"0x0f4240","nonce":"0x00","code":"0x","#
            + #""storage":{}},"\#(contract)":{"balance":"0x00","nonce":"0x00","#
            + #""code":"\#(Hex.prefixed(code))","storage":{}}},"#
            + #""transaction":{"nonce":"0x00","gasPrice":"0x0a","gasLimit":["0xc350"],"#
            + #""to":"\#(contract)","value":["0x05"],"data":["0x"],"sender":"\#(key.address)"},"#
            + #""post":{"\#(fork)":[{"hash":"\#(root)","logs":"\#(Log.hash(of: []))","#
            + #""indexes":{"data":0,"gas":0,"value":0}}]}}}"#
    }

    static func stateRoot(senderBalance: UInt256, senderNonce: UInt64, received: UInt256) -> Hash32
    {
        var accounts = [
            (
                address: key.address, account: Account(nonce: senderNonce, balance: senderBalance),
                storageRoot: MerkleTrie.emptyRoot
            )
        ]
        if !received.isZero {
            accounts.append(
                (
                    address: Address(word: 0x99), account: Account(balance: received),
                    storageRoot: MerkleTrie.emptyRoot
                ))
        }
        return StateRoot.compute(accounts: accounts)
    }

    static func stateRootAfterTransfer() -> Hash32 {
        stateRoot(senderBalance: 1_000_000 - 210_000 - 5, senderNonce: 1, received: 5)
    }
}

private func - (a: UInt256, b: UInt256) -> UInt256 { a &- b }
