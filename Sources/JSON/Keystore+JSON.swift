import Ethereum

extension Keystore {
    /// Reads a key file: JSON of Web3 Secret Storage, version 3.
    package init(_ file: JSONObject) throws(FieldError) {
        let version = try file.uint64("version")
        guard version == 3 else {
            throw FieldError(field: "version", expected: "3", found: "\(version)")
        }
        let crypto = try file.object(file.has("crypto") ? "crypto" : "Crypto")
        try crypto.require("cipher", "aes-128-ctr")
        let parameters = try crypto.object("kdfparams")
        let salt = try parameters.bytes("salt")
        let derivation: KeyDerivation
        switch try crypto.string("kdf") {
        case "scrypt":
            derivation = .scrypt(
                cost: try parameters.uint64("n"), blockSize: try parameters.uint64("r"),
                parallelization: try parameters.uint64("p"), salt: salt)
        case "pbkdf2":
            try parameters.require("prf", "hmac-sha256")
            derivation = .pbkdf2(rounds: try parameters.uint64("c"), salt: salt)
        case let other:
            throw FieldError(field: "kdf", expected: "scrypt or pbkdf2", found: other)
        }
        let size = try parameters.uint64("dklen")
        guard size == 32 else {
            throw FieldError(field: "dklen", expected: "32", found: "\(size)")
        }
        self.init(
            address: file.has("address") ? try file.address("address") : nil,
            derivation: derivation, counter: try crypto.object("cipherparams").bytes("iv"),
            ciphertext: try crypto.bytes("ciphertext"), authentication: try crypto.hash("mac"))
    }
}

extension JSONObject {
    fileprivate func require(_ name: String, _ expected: String) throws(FieldError) {
        let found = try string(name)
        guard found == expected else {
            throw FieldError(field: name, expected: expected, found: found)
        }
    }
}
