import Mustache

/// HTML that is safe to put into a page: made by a template, or from text by escaping. Nothing else becomes ``Markup``.
struct Markup: Sendable, Hashable {
    private(set) var html: String

    /// For what the program itself writes; text from anywhere else goes through ``init(escaping:)``.
    init(trusted html: String) { self.html = html }

    init(escaping text: String) { html = Self.escaped(text) }

    init(joining parts: some Sequence<Markup>) { html = parts.lazy.map(\.html).joined() }

    static func += (left: inout Markup, right: Markup) { left.html += right.html }

    /// Text that reads as itself in HTML, between tags and in quoted attributes.
    ///
    /// - Characters that reorder the text around them (embeddings, overrides and isolates of the Unicode bidirectional
    ///   algorithm) and control characters become U+FFFD: a file name must not read as another one.
    /// - Works on Unicode scalars: `"` with a combining accent is one `Character`, but to HTML still a quotation mark.
    static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 >= 0x7F || isSpecial($0) }) else { return text }
        var html = ""
        html.reserveCapacity(text.utf8.count + 16)
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x26: html += "&amp;"
            case 0x3C: html += "&lt;"
            case 0x3E: html += "&gt;"
            case 0x22: html += "&quot;"
            case 0x27: html += "&#39;"
            case 0x09, 0x0A: html.unicodeScalars.append(scalar)
            case 0x00...0x1F, 0x7F...0x9F, 0x200E, 0x200F, 0x061C, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF,
                0xFFFE, 0xFFFF:
                html += "\u{FFFD}"
            default: html.unicodeScalars.append(scalar)
            }
        }
        return html
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x00...0x1F, 0x22, 0x26, 0x27, 0x3C, 0x3E: true
        default: false
        }
    }
}

/// `{{{name}}}` in a template takes markup as it is.
extension Markup: MustacheCustomRenderable {
    var renderText: String { html }
    var isNull: Bool { false }
}
