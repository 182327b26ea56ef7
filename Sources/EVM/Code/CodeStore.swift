import Ethereum

/// The codes that were used, each kept once; frames borrow their bytes. What a hash names never
/// changes, so that the store may outlive a reset, and machines that work on the same contracts
/// again and again do not count references to what other threads share.
struct CodeStore: ~Copyable {
    static let empty: Int32 = 0
    static let notLoaded: Int32 = -1

    private var codes: ContiguousArray<Code> = [.empty]
    private var views = PlainBuffer<CodeView>(capacity: 64)
    private var indices: [Hash32: Int32] = [Keccak256.ofEmpty: empty]

    init() { views.append(CodeView(.empty)) }

    subscript(_ index: Int32) -> Code { codes[Int(index)] }

    /// The code's bytes for as long as the store is not emptied.
    @inline(__always)
    func view(_ index: Int32) -> CodeView { views.base[Int(index)] }

    /// The index of the code with this hash, or nil where it was not added.
    func index(of hash: Hash32) -> Int32? { indices[hash] }

    /// Adds a code unless it is there; returns its index.
    mutating func add(_ code: Code) -> Int32 {
        if let index = indices[code.hash] { return index }
        let index = Int32(codes.count)
        codes.append(code)
        views.append(CodeView(code))
        indices[code.hash] = index
        return index
    }

    /// Forgets the codes if there are more than ordinary work needs; nothing may run.
    mutating func trim() {
        let ordinary = 256
        guard codes.count > ordinary else { return }
        codes.removeLast(codes.count - 1)
        views.truncate(to: 1)
        indices.removeAll(keepingCapacity: true)
        indices[Keccak256.ofEmpty] = Self.empty
    }
}
