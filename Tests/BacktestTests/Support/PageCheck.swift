/// A look at a page's elements: every one that is opened is closed, in order.
enum PageCheck {
    struct Malformed: Error {
        var what: String
    }

    private static let void: Set<Substring> = ["meta", "br", "hr", "img", "link", "input"]

    /// The elements that are left open; throws where one is closed that is not open.
    static func unclosed(in html: String) throws -> [Substring] {
        var open: [Substring] = []
        var rest = html[...]
        while let start = rest.firstIndex(of: "<") {
            guard let end = rest[start...].firstIndex(of: ">") else {
                throw Malformed(what: "\(rest[start...].prefix(40))")
            }
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("!") || tag.hasSuffix("/") { continue }
            let name = tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber }
            guard !name.isEmpty else { throw Malformed(what: "\(tag.prefix(40))") }
            if tag.hasPrefix("/") {
                guard open.popLast() == name else { throw Malformed(what: "</\(name)>") }
            } else if !void.contains(name) {
                open.append(name)
            }
            // Attributes: an even number of quotes.
            guard tag.count(where: { $0 == "\"" }) % 2 == 0 else {
                throw Malformed(what: "\(tag.prefix(80))")
            }
        }
        return open
    }
}
