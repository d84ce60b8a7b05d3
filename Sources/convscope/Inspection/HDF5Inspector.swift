import HDF5Files
import Storage

extension FileInspector {
    static let hdf5 = FileInspector(name: "HDF5", recognizes: hasSignature) { path in
        try HDF5File(opening: path).tree().map(text).joined(separator: "\n")
    }

    /// The signature stands at the start, or behind a block of the user's whose size is a power of two.
    @Sendable private static func hasSignature(_ path: String) -> Bool {
        let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
        guard let start = try? FileSystem.readStart(of: path, count: 8200) else { return false }
        return ([0] + (9...13).map { 1 << $0 }).contains { start.dropFirst($0).starts(with: signature) }
    }

    private static func text(_ entry: HDF5Entry) -> String {
        let depth = entry.path == "/" ? 0 : entry.path.utf8.count { $0 == UInt8(ascii: "/") }
        let indentation = String(repeating: "  ", count: depth)
        let name = entry.path == "/" ? "/" : String(entry.path.split(separator: "/").last ?? "")
        let attributes = entry.attributes.map { "\n\(indentation)  @\($0.name) = \(text($0.value))" }
        return indentation + name + text(entry.content) + attributes.joined()
    }

    private static func text(_ content: HDF5Entry.Content) -> String {
        switch content {
        case .group: ""
        case .dataset(let dataset): "  \(dataset.typeName)  \(Words.shape(dataset.shape))" + layout(dataset)
        case .namedType(let words): "  type \(words)"
        case .alias(let path): "  same as \(path)"
        case .softLink(let target): "  link to \(target)"
        case .externalLink(let file, let object): "  link to \(object) in \(file)"
        case .otherLink: "  link of an unknown kind"
        case .unreadable(let error): "  unreadable: \(error)"
        }
    }

    private static func layout(_ dataset: HDF5Dataset) -> String {
        var parts: [String] = []
        if let chunk = dataset.chunk { parts.append("in chunks of \(Words.shape(chunk))") }
        if !dataset.filters.isEmpty { parts.append(dataset.filters.joined(separator: ", ")) }
        return parts.isEmpty ? "" : "  (\(parts.joined(separator: "; ")))"
    }

    /// Values are cut: attributes may hold whole JSON texts.
    private static func text(_ value: HDF5AttributeValue) -> String {
        let text =
            switch value {
            case .string(let string): "\"\(string)\""
            case .strings(let strings): "\(strings)"
            case .integer(let number): "\(number)"
            case .integers(let numbers): "\(numbers)"
            case .number(let number): "\(number)"
            case .numbers(let numbers): "\(numbers)"
            case .boolean(let value): "\(value)"
            case .other(let words): words
            }
        let limit = 200
        return text.count > limit ? text.prefix(limit) + "…" : text
    }
}
