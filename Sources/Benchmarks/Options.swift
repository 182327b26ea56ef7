/// A command's words: names with a value each, and the others in their order.
struct Options {
    private var positional: [String] = []
    private var values: [String: String] = [:]
    private let usage: String

    init(_ arguments: [String], named: [String], usage: String) throws {
        self.usage = usage
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if named.contains(argument), let value = rest.popFirst() {
                values[argument] = value
            } else if !argument.hasPrefix("-") {
                positional.append(argument)
            } else {
                throw WorkloadError(path: argument, reason: usage)
            }
        }
    }

    subscript(_ name: String) -> String? { values[name] }

    /// The value of a name as a number; nil where it is not given.
    func number(_ name: String) throws -> UInt64? {
        guard let text = values[name] else { return nil }
        guard let number = UInt64(text) else {
            throw WorkloadError(path: "\(name) \(text)", reason: "no number; \(usage)")
        }
        return number
    }

    /// The next word without a name; nil where none is left.
    mutating func next() -> String? { positional.isEmpty ? nil : positional.removeFirst() }

    /// The next word without a name, which must be there.
    mutating func positional(_ name: String) throws -> String {
        guard !positional.isEmpty else { throw WorkloadError(path: name, reason: usage) }
        return positional.removeFirst()
    }

    /// Whether words are left that nobody asked for.
    func finish() throws {
        if let extra = positional.first { throw WorkloadError(path: extra, reason: usage) }
    }
}
