import JSON

/// An image in SVG under construction, with a title and a description for those who do not see it.
struct Drawing {
    let width: Double
    let height: Double
    private let id: String
    private let title: String
    private let description: String
    private var parts: [String] = []

    init(id: String, width: Double = 640, height: Double = 300, title: String, says: String) {
        self.id = id
        self.width = width
        self.height = height
        self.title = title
        description = says
    }

    /// The element.
    var svg: String {
        let box = "0 0 \(Self.number(width)) \(Self.number(height))"
        return "<svg viewBox=\"\(box)\" role=\"img\" aria-labelledby=\"\(id)-t \(id)-d\">"
            + "<title id=\"\(id)-t\">\(Markup.escaped(title))</title>"
            + "<desc id=\"\(id)-d\">\(Markup.escaped(description))</desc>"
            + parts.joined() + "</svg>"
    }

    static func number(_ value: Double) -> String {
        let text = fixed(value.isFinite ? value : 0, decimals: 2)
        return text.hasSuffix(".00") ? String(text.dropLast(3)) : text
    }

    /// Where a text is held.
    enum Anchor: String {
        case start, middle, end
    }

    mutating func rectangle(
        x: Double, y: Double, width: Double, height: Double, style: String, hint: String = ""
    ) {
        parts.append(
            "<rect class=\"\(style)\" x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" "
                + "width=\"\(Self.number(max(width, 0)))\" "
                + "height=\"\(Self.number(max(height, 0)))\" rx=\"2\">\(Self.tip(hint))</rect>")
    }

    mutating func circle(x: Double, y: Double, radius: Double, style: String, hint: String = "") {
        parts.append(
            "<circle class=\"\(style)\" cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" "
                + "r=\"\(Self.number(radius))\">\(Self.tip(hint))</circle>")
    }

    mutating func line(x1: Double, y1: Double, x2: Double, y2: Double, style: String) {
        parts.append(
            "<line class=\"\(style)\" x1=\"\(Self.number(x1))\" y1=\"\(Self.number(y1))\" "
                + "x2=\"\(Self.number(x2))\" y2=\"\(Self.number(y2))\"/>")
    }

    /// A line through points.
    mutating func path(_ points: [(x: Double, y: Double)], style: String) {
        guard !points.isEmpty else { return }
        let text = points.map { "\(Self.number($0.x)) \(Self.number($0.y))" }
        parts.append("<path class=\"\(style)\" d=\"M" + text.joined(separator: "L") + "\"/>")
    }

    mutating func text(
        _ text: String, x: Double, y: Double, anchor: Anchor = .start, style: String = "label"
    ) {
        parts.append(
            "<text class=\"\(style)\" x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" "
                + "text-anchor=\"\(anchor.rawValue)\">\(Markup.escaped(text))</text>")
    }

    private static func tip(_ text: String) -> String {
        text.isEmpty ? "" : "<title>\(Markup.escaped(text))</title>"
    }
}

/// Text in a page.
enum Markup {
    /// With what means something in HTML written so that it means nothing.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            // Other controls are none that a page may have.
            case _ where character.value < 32 && character != "\n" && character != "\t": break
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    /// A table; the first column is a heading of its row.
    static func table(_ caption: String, _ header: [String], _ rows: [[String]]) -> String {
        var text = "<div class=\"scroll\"><table><caption>\(escaped(caption))</caption><thead><tr>"
        for name in header { text += "<th scope=\"col\">\(escaped(name))</th>" }
        text += "</tr></thead><tbody>"
        for row in rows {
            text += "<tr>"
            for (index, cell) in row.enumerated() {
                text +=
                    index == 0
                    ? "<th scope=\"row\">\(escaped(cell))</th>" : "<td>\(escaped(cell))</td>"
            }
            text += "</tr>"
        }
        return text + "</tbody></table></div>"
    }
}
