/// A node of a trie and what is below it. Paths are half bytes.
indirect enum TrieNode: Sendable {
    case empty
    case leaf(path: [UInt8], value: [UInt8])
    /// A path that all keys below share; the child is a branch.
    case `extension`(path: [UInt8], child: TrieNode)
    /// 16 children by the next half byte, and the value of the key that ends here.
    case branch(children: [TrieNode], value: [UInt8]?)

    func value(at path: ArraySlice<UInt8>) -> [UInt8]? {
        switch self {
        case .empty: return nil
        case .leaf(let own, let value): return path.elementsEqual(own) ? value : nil
        case .extension(let shared, let child):
            return path.starts(with: shared) ? child.value(at: path.dropFirst(shared.count)) : nil
        case .branch(let children, let value):
            guard let next = path.first else { return value }
            return children[Int(next)].value(at: path.dropFirst())
        }
    }

    func inserting(_ value: [UInt8], at path: ArraySlice<UInt8>) -> TrieNode {
        switch self {
        case .empty: return .leaf(path: Array(path), value: value)
        case .leaf(let own, let old):
            let shared = Nibbles.commonPrefix(own[...], path)
            if shared == own.count, shared == path.count {
                return .leaf(path: own, value: value)
            }
            let branch = TrieNode.emptyBranch
                .inserting(old, at: own[shared...])
                .inserting(value, at: path.dropFirst(shared))
            return branch.below(own[..<shared])
        case .extension(let own, let child):
            let shared = Nibbles.commonPrefix(own[...], path)
            if shared == own.count {
                return .extension(
                    path: own, child: child.inserting(value, at: path.dropFirst(shared)))
            }
            var children = [TrieNode](repeating: .empty, count: 16)
            children[Int(own[shared])] = child.below(own[(shared + 1)...])
            return TrieNode.branch(children: children, value: nil)
                .inserting(value, at: path.dropFirst(shared))
                .below(own[..<shared])
        case .branch(var children, let own):
            guard let next = path.first else { return .branch(children: children, value: value) }
            children[Int(next)] = children[Int(next)].inserting(value, at: path.dropFirst())
            return .branch(children: children, value: own)
        }
    }

    /// The node without the key; nil where the key is not there.
    func removing(_ path: ArraySlice<UInt8>) -> TrieNode? {
        switch self {
        case .empty: return nil
        case .leaf(let own, _): return path.elementsEqual(own) ? .empty : nil
        case .extension(let own, let child):
            guard path.starts(with: own) else { return nil }
            return child.removing(path.dropFirst(own.count))?.below(own[...])
        case .branch(var children, let own):
            guard let next = path.first else {
                return own == nil ? nil : TrieNode.branch(children: children, value: nil).collapsed
            }
            guard let child = children[Int(next)].removing(path.dropFirst()) else { return nil }
            children[Int(next)] = child
            return TrieNode.branch(children: children, value: own).collapsed
        }
    }

    private static var emptyBranch: TrieNode {
        .branch(children: [TrieNode](repeating: .empty, count: 16), value: nil)
    }

    /// The node with a path before it, joined with its own where it has one.
    private func below(_ prefix: ArraySlice<UInt8>) -> TrieNode {
        if prefix.isEmpty { return self }
        switch self {
        case .empty: return .empty
        case .leaf(let path, let value): return .leaf(path: prefix + path, value: value)
        case .extension(let path, let child): return .extension(path: prefix + path, child: child)
        case .branch: return .extension(path: Array(prefix), child: self)
        }
    }

    /// A branch with less than two of its values and children has another form.
    private var collapsed: TrieNode {
        guard case .branch(let children, let value) = self else { return self }
        let used = children.indices.filter { if case .empty = children[$0] { false } else { true } }
        if let value { return used.isEmpty ? .leaf(path: [], value: value) : self }
        guard used.count == 1 else { return used.isEmpty ? .empty : self }
        return children[used[0]].below([UInt8(used[0])])
    }
}

extension TrieNode {
    /// Writes the node's RLP.
    func write(to writer: inout RLPWriter) {
        switch self {
        case .empty: writer.appendEmptyString()
        case .leaf(let path, let value):
            writer.list { fields in
                fields.append(Nibbles.hexPrefix(path, isLeaf: true))
                fields.append(value)
            }
        case .extension(let path, let child):
            writer.list { fields in
                fields.append(Nibbles.hexPrefix(path, isLeaf: false))
                child.writeReference(to: &fields)
            }
        case .branch(let children, let value):
            writer.list { fields in
                for child in children { child.writeReference(to: &fields) }
                fields.append(value ?? [])
            }
        }
    }

    func collectKeys(below prefix: [UInt8], into keys: inout [[UInt8]]) {
        switch self {
        case .empty: break
        case .leaf(let path, _): keys.append(Nibbles.join(prefix + path))
        case .extension(let path, let child): child.collectKeys(below: prefix + path, into: &keys)
        case .branch(let children, let value):
            if value != nil { keys.append(Nibbles.join(prefix)) }
            for (index, child) in children.enumerated() {
                child.collectKeys(below: prefix + [UInt8(index)], into: &keys)
            }
        }
    }

    private func writeReference(to writer: inout RLPWriter) {
        let start = writer.bytes.count
        write(to: &writer)
        writer.hashTail(from: start)
    }
}
