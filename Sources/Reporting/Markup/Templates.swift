import Mustache

/// The Mustache templates of the page.
///
/// Each is filled with one flat value and never with another template inside: names cannot be found in the wrong place.
/// `{{name}}` escapes text; `{{{name}}}` is for properties of type ``Markup`` only.
enum Template: String, CaseIterable, Sendable {
    case page, section, sweep, pipeline, metrics, table, picture, gallery, details, note

    /// The template filled with the properties of a value.
    func filled(with value: some Sendable) -> Markup {
        Markup(trusted: Self.parsed[self]!.render(value))
    }

    /// As it is in `Templates/`.
    package var source: String {
        let bytes =
            switch self {
            case .page: PackageResources.page_mustache
            case .section: PackageResources.section_mustache
            case .sweep: PackageResources.sweep_mustache
            case .pipeline: PackageResources.pipeline_mustache
            case .metrics: PackageResources.metrics_mustache
            case .table: PackageResources.table_mustache
            case .picture: PackageResources.picture_mustache
            case .gallery: PackageResources.gallery_mustache
            case .details: PackageResources.details_mustache
            case .note: PackageResources.note_mustache
            }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let parsed: [Template: MustacheTemplate] = {
        // The library's own escaping works on characters and misses a quotation mark with an accent.
        MustacheContentTypes.register(EscapedText(), named: "ESCAPED")
        return Dictionary(
            uniqueKeysWithValues: allCases.map { template in
                do {
                    return (template, try MustacheTemplate(string: "{{% CONTENT_TYPE:ESCAPED}}" + template.source))
                } catch {
                    preconditionFailure("the template '\(template.rawValue)' cannot be read: \(error)")
                }
            })
    }()

    private struct EscapedText: MustacheContentType {
        func escapeText(_ text: String) -> String { Markup.escaped(text) }
    }
}
