extension Transaction {
    /// What is hashed for the signature: the envelope without v, r and s; for a legacy transaction
    /// with a chain id, the fields and (chain id, 0, 0) (EIP-155).
    public var signingPreimage: [UInt8] { envelope(signature: nil) }

    /// The hash that the sender signs.
    public var signingHash: Hash32 { Keccak256.hash(signingPreimage) }

    /// The type byte, where there is one, and the list of the fields.
    func envelope(signature: Signature?) -> [UInt8] {
        var writer = RLPWriter(
            capacity: 256 + data.count, prefix: type == .legacy ? [] : [type.rawValue])
        writer.list { fields in
            if type != .legacy { fields.append(chainId ?? 0) }
            fields.append(nonce)
            if type.rawValue >= TransactionType.feeMarket.rawValue {
                fields.append(maxPriorityFeePerGas)
            }
            fields.append(maxFeePerGas)
            fields.append(gasLimit)
            fields.append(to)
            fields.append(value)
            fields.append(data)
            if type != .legacy { fields.append(accessList: accessList) }
            if type == .blob {
                fields.append(maxFeePerBlobGas)
                fields.list { hashes in
                    for hash in blobVersionedHashes { hashes.append(hash) }
                }
            }
            if type == .setCode { fields.append(authorizations: authorizationList) }
            appendSignature(signature, to: &fields)
        }
        return writer.bytes
    }

    private func appendSignature(_ signature: Signature?, to fields: inout RLPWriter) {
        if let signature {
            fields.append(type == .legacy ? legacyV(signature.yParity) : UInt256(signature.yParity))
            fields.append(signature.r)
            fields.append(signature.s)
        } else if type == .legacy, let chainId {
            fields.append(chainId)
            fields.append(0 as UInt64)
            fields.append(0 as UInt64)
        }
    }

    /// 27 + parity, or 35 + 2 · chain id + parity (EIP-155).
    private func legacyV(_ yParity: UInt64) -> UInt256 {
        guard let chainId else { return UInt256(yParity) &+ 27 }
        return UInt256(chainId) << 1 &+ UInt256(yParity) &+ 35
    }
}

extension RLPWriter {
    fileprivate mutating func append(accessList: [AccessListEntry]) {
        list { entries in
            for entry in accessList {
                entries.list { fields in
                    fields.append(entry.address)
                    fields.list { keys in
                        for key in entry.storageKeys { keys.append(Hash32(word: key)) }
                    }
                }
            }
        }
    }

    fileprivate mutating func append(authorizations: [Authorization]) {
        list { entries in
            for authorization in authorizations {
                entries.list { fields in
                    fields.append(authorization.chainId)
                    fields.append(authorization.address)
                    fields.append(authorization.nonce)
                    fields.append(authorization.signature.yParity)
                    fields.append(authorization.signature.r)
                    fields.append(authorization.signature.s)
                }
            }
        }
    }
}

extension Authorization {
    /// What the authority signs: keccak256(0x05 ‖ rlp([chain id, address, nonce])) (EIP-7702).
    public var signingHash: Hash32 {
        var writer = RLPWriter(capacity: 64, prefix: [0x05])
        writer.list { fields in
            fields.append(chainId)
            fields.append(address)
            fields.append(nonce)
        }
        return Keccak256.hash(writer.bytes)
    }

    /// The account that signed.
    public func authority() throws(SignatureError) -> Address {
        try signature.recoverAddress(messageHash: signingHash)
    }
}
