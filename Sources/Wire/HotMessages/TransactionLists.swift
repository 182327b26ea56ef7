import Ethereum

/// The readers of a transaction's lists.
enum TransactionLists {
    typealias Failure = HotMessageError

    /// Hashes of 32 bytes.
    static func hashes(_ scanner: inout HotScanner) throws(Failure) -> [Hash32] {
        var hashes: [Hash32] = []
        try scanner.array { (scanner) throws(Failure) in hashes.append(try scanner.hash()) }
        return hashes
    }

    /// EIP-2930: objects of an address and its storage keys.
    static func accessList(_ scanner: inout HotScanner) throws(Failure) -> [AccessListEntry] {
        var entries: [AccessListEntry] = []
        try scanner.array { (scanner) throws(Failure) in
            let start = scanner.offset
            var seen = HotKeysSeen()
            var address: Address?
            var keys: [UInt256]?
            try scanner.object { (scanner, key) throws(Failure) in
                if key.is("address") {
                    try seen.read(0, "address", into: &address, &scanner, HotValue.address)
                } else if key.is("storageKeys") {
                    try seen.read(1, "storageKeys", into: &keys, &scanner, words)
                } else {
                    try scanner.skipValue()
                }
            }
            entries.append(
                AccessListEntry(
                    address: try required(address, "address", at: start),
                    storageKeys: try required(keys, "storageKeys", at: start)))
        }
        return entries
    }

    /// EIP-7702: objects of what an authority signed, and its signature.
    static func authorizations(_ scanner: inout HotScanner) throws(Failure) -> [Authorization] {
        var authorizations: [Authorization] = []
        try scanner.array { (scanner) throws(Failure) in
            authorizations.append(try authorization(&scanner))
        }
        return authorizations
    }

    private static func authorization(_ scanner: inout HotScanner) throws(Failure) -> Authorization
    {
        let start = scanner.offset
        var seen = HotKeysSeen()
        var (chainId, address): (UInt256?, Address?)
        var (nonce, yParity, v): (UInt64?, UInt64?, UInt64?)
        var (r, s): (UInt256?, UInt256?)
        try scanner.object { (scanner, key) throws(Failure) in
            if key.is("chainId") {
                try seen.read(0, "chainId", into: &chainId, &scanner, HotValue.quantity)
            } else if key.is("address") {
                try seen.read(1, "address", into: &address, &scanner, HotValue.address)
            } else if key.is("nonce") {
                try seen.read(2, "nonce", into: &nonce, &scanner, HotValue.quantity64)
            } else if key.is("yParity") {
                try seen.read(3, "yParity", into: &yParity, &scanner, HotValue.quantity64)
            } else if key.is("v") {
                try seen.read(4, "v", into: &v, &scanner, HotValue.quantity64)
            } else if key.is("r") {
                try seen.read(5, "r", into: &r, &scanner, HotValue.quantity)
            } else if key.is("s") {
                try seen.read(6, "s", into: &s, &scanner, HotValue.quantity)
            } else {
                try scanner.skipValue()
            }
        }
        return Authorization(
            chainId: try required(chainId, "chainId", at: start),
            address: try required(address, "address", at: start),
            nonce: try required(nonce, "nonce", at: start),
            signature: Signature(
                yParity: try required(yParity ?? v, "yParity", at: start),
                r: try required(r, "r", at: start), s: try required(s, "s", at: start)))
    }

    private static func words(_ scanner: inout HotScanner) throws(Failure) -> [UInt256] {
        var words: [UInt256] = []
        try scanner.array { (scanner) throws(Failure) in
            words.append(try scanner.hash().word)
        }
        return words
    }
}
