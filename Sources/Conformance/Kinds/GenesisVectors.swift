import Ethereum
import JSON

/// Genesis blocks: the RLP of a whole block with its hash, or the values that it is made of
/// (ethereum/tests, BasicTests/genesishashestest and basic_genesis_tests).
enum GenesisVectors: ConformanceKind {
    static let name = "genesis vector"

    static func recognises(_ content: VectorContent) -> Bool {
        guard case .json(let object) = content else { return false }
        return object.has("genesis_rlp_hex", "genesis_hash")
            || object.has("alloc", "parentHash", "extraData", "gasLimit", "difficulty", "result")
    }

    static func judge(_ cases: [VectorCase], into report: inout FileReport) {
        for vector in cases {
            let verdict = Verdict { () throws(Difference) in
                if vector.object.has("genesis_hash") {
                    try checkHash(vector.object)
                } else {
                    try checkAllocation(vector.object)
                }
            }
            report.record(verdict, kind: name, case: vector.name)
        }
    }

    private static func checkHash(_ vector: JSONObject) throws(Difference) {
        let header = try header(vector, "genesis_rlp_hex")
        let hash: Hash32
        do throws(FieldError) { hash = try vector.hash("genesis_hash") } catch {
            throw Difference(error)
        }
        try requireEqual("hash", hash, header.hash)
        if vector.has("genesis_state_root") {
            let root: Hash32
            do throws(FieldError) { root = try vector.hash("genesis_state_root") } catch {
                throw Difference(error)
            }
            try requireEqual("state root", root, header.stateRoot)
        }
    }

    private static func checkAllocation(_ vector: JSONObject) throws(Difference) {
        let header = try header(vector, "result")
        var accounts: [(address: Address, account: Account, storageRoot: Hash32)] = []
        do throws(FieldError) {
            for member in try vector.object("alloc").members {
                guard let fields = member.value.asObject else {
                    throw FieldError(
                        field: "alloc", expected: "objects", found: member.value.excerpt)
                }
                accounts.append(try account(member.key, fields))
            }
        } catch { throw Difference(error) }
        try requireEqual("state root", header.stateRoot, StateRoot.compute(accounts: accounts))
        do throws(FieldError) {
            let limit = try vector.uint64("gasLimit")
            let difficulty = try vector.word("difficulty")
            let parent = try vector.hash("parentHash")
            guard limit == header.gasLimit, difficulty == header.difficulty,
                parent == header.parentHash, try vector.bytes("extraData") == header.extraData,
                try vector.uint64("timestamp") == header.timestamp
            else {
                throw FieldError(field: "result", expected: "the vector's values", found: "others")
            }
        } catch { throw Difference(error) }
    }

    private static func account(
        _ name: String, _ fields: JSONObject
    ) throws(FieldError) -> (address: Address, account: Account, storageRoot: Hash32) {
        guard let address = Address(hex: name) else {
            throw FieldError(field: "alloc", expected: "an address", found: name)
        }
        var account = Account()
        for balance in ["balance", "wei"] where fields.has(balance) {
            account.balance = try fields.word(balance)
        }
        if fields.has("code") { account.codeHash = Keccak256.hash(try fields.bytes("code")) }
        guard fields.has("storage") else { return (address, account, MerkleTrie.emptyRoot) }
        let slots = try TestState.storage(try fields.object("storage"))
        return (
            address, account,
            StateRoot.storageRoot(of: slots.map { (slot: $0.key, value: $0.value) })
        )
    }

    /// The header in a block: the first of its three lists.
    private static func header(
        _ vector: JSONObject, _ field: String
    ) throws(Difference) -> BlockHeader {
        let bytes: [UInt8]
        do throws(FieldError) { bytes = try vector.bytes(field) } catch { throw Difference(error) }
        do throws(RLPDecodingError) {
            var reader = RLPReader(bytes)
            var block = try reader.list()
            try reader.finish()
            return try BlockHeader(reading: &block)
        } catch { throw Difference("block", expected: "RLP of a block", actual: "\(error)") }
    }
}
