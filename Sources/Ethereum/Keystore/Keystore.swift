/// A private key under a password (Web3 Secret Storage, version 3).
public struct Keystore: Equatable, Sendable {
    /// How the key of the cipher is made of the password.
    public enum KeyDerivation: Equatable, Sendable {
        /// RFC 7914: memory of 128 · cost · blockSize bytes, parallelization times.
        case scrypt(cost: UInt64, blockSize: UInt64, parallelization: UInt64, salt: [UInt8])
        /// RFC 8018 with HMAC-SHA256.
        case pbkdf2(rounds: UInt64, salt: [UInt8])
    }

    /// Whose key it is, where the file says so.
    public var address: Address?
    public var derivation: KeyDerivation
    /// The first 16 bytes of the counter mode.
    public var counter: [UInt8]
    /// The key, encrypted with AES-128.
    public var ciphertext: [UInt8]
    /// The hash that a wrong password does not meet.
    public var authentication: Hash32

    public init(
        address: Address?, derivation: KeyDerivation, counter: [UInt8], ciphertext: [UInt8],
        authentication: Hash32
    ) {
        self.address = address
        self.derivation = derivation
        self.counter = counter
        self.ciphertext = ciphertext
        self.authentication = authentication
    }

    /// Bytes that deriving a key may take: what the usual files need is a quarter of it.
    public static let maximumMemory: UInt64 = 1 << 30
    /// Steps of a derivation: a few times what the usual files take.
    public static let maximumRounds: UInt64 = 1 << 24
    /// Bytes of a key that is stored.
    public static let maximumKeyBytes = 32

    /// The bytes that were stored, which are a key if they are 32 and in range.
    public func decrypt(password: [UInt8]) throws(KeystoreError) -> [UInt8] {
        guard counter.count == 16 else { throw .counterSize(bytes: counter.count) }
        guard !ciphertext.isEmpty, ciphertext.count <= Self.maximumKeyBytes else {
            throw .keySize(bytes: ciphertext.count)
        }
        let derived = try derive(password)
        // The first half decrypts, the second says whether the password is right.
        let found = Keccak256.hash(Array(derived[16..<32]) + ciphertext)
        guard found.word == authentication.word else { throw .wrongPassword }
        guard let cipher = AESCounterMode(key: Array(derived[..<16])) else {
            throw .keySize(bytes: 16)
        }
        return cipher.apply(to: ciphertext, counter: counter)
    }

    /// The key, which must be that of the address where the file names one. A key with zeros in
    /// front may have been stored without them.
    public func privateKey(password: [UInt8]) throws(KeystoreError) -> PrivateKey {
        let bytes = try decrypt(password: password)
        let zeros = [UInt8](repeating: 0, count: Self.maximumKeyBytes - bytes.count)
        guard let key = PrivateKey(bytes: zeros + bytes) else { throw .noKey }
        if let address, address != key.address {
            throw .otherAddress(stated: address, found: key.address)
        }
        return key
    }

    private func derive(_ password: [UInt8]) throws(KeystoreError) -> [UInt8] {
        switch derivation {
        case .pbkdf2(let rounds, let salt):
            guard (1...Self.maximumRounds).contains(rounds) else {
                throw .derivationParameter("c", rounds)
            }
            return HMACSHA256(key: password).derive(salt: salt, rounds: rounds, count: 32)
        case .scrypt(let cost, let blockSize, let parallelization, let salt):
            guard cost >= 2, cost & (cost - 1) == 0 else { throw .derivationParameter("n", cost) }
            guard (1...1024).contains(blockSize) else {
                throw .derivationParameter("r", blockSize)
            }
            guard cost <= Self.maximumMemory / 128 / blockSize else {
                throw .derivationParameter("n", cost)
            }
            guard parallelization >= 1,
                parallelization <= Self.maximumRounds / cost / blockSize
            else { throw .derivationParameter("p", parallelization) }
            return Scrypt(
                cost: Int(cost), blockSize: Int(blockSize), parallelization: Int(parallelization)
            ).derive(password: password, salt: salt, count: 32)
        }
    }
}

/// Why a stored key cannot be had.
public enum KeystoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The password is not the one, or the file was changed.
    case wrongPassword
    /// A parameter of the derivation that is wrong or would take too much time or memory.
    case derivationParameter(String, UInt64)
    case counterSize(bytes: Int)
    case keySize(bytes: Int)
    /// What was stored is no scalar of the curve.
    case noKey
    case otherAddress(stated: Address, found: Address)

    public var description: String {
        switch self {
        case .wrongPassword: "wrong password, or the key file was changed"
        case .derivationParameter(let name, let value):
            "key derivation parameter \(name) is out of range: \(value)"
        case .counterSize(let bytes): "the counter has \(bytes) bytes, not 16"
        case .keySize(let bytes): "the key has \(bytes) bytes, not 1 to 32"
        case .noKey: "what is stored is no private key"
        case .otherAddress(let stated, let found):
            "the key is that of \(found), the file names \(stated)"
        }
    }
}
