import ForeignFiles

extension FileInspector {
    /// libhdf5 is not asked: damaged files make it corrupt memory.
    static let hdf5 = FileInspector(name: "HDF5", recognizes: { (try? MappedFile(path: $0))?.bytes.isHDF5 == true }) {
        path in
        try MappedFile(path: path).bytes.openHDF5().listing().map(text).joined(separator: "\n")
    }

    /// Attributes by which HDF5's dimension scales find each other.
    private static let bookkeeping: Set = ["DIMENSION_LABELS", "DIMENSION_LIST", "REFERENCE_LIST"]

    private static func text(_ entry: HDF5Entry) -> String {
        let depth = entry.path == "/" ? 0 : entry.path.utf8.count { $0 == UInt8(ascii: "/") }
        let indentation = String(repeating: "  ", count: depth)
        let name = entry.path == "/" ? "/" : String(entry.path.split(separator: "/").last ?? "")
        let attributes = entry.attributes.filter { !bookkeeping.contains($0.name) }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
            .map { "\n\(indentation)  @\($0.name) = \(text($0))" }
        return indentation + name + text(entry.content) + attributes.joined()
    }

    private static func text(_ content: HDF5Entry.Content) -> String {
        switch content {
        case .group: ""
        case .dataset(let dataset): "  \(dataset.datatype)  \(Words.shape(dataset.shape))" + layout(dataset)
        case .namedType(let type): "  type \(type)"
        case .alias(let path): "  same as \(path)"
        case .softLink(let target): "  link to \(target)"
        case .externalLink(let file, let object): "  link to \(object) in \(file)"
        case .otherLink: "  link of an unknown kind"
        case .unreadable(let error): "  unreadable: \(error.what)"
        }
    }

    private static func layout(_ dataset: HDF5Dataset) -> String {
        var parts: [String] = []
        if let chunk = dataset.chunk { parts.append("in chunks of \(Words.shape(chunk))") }
        if !dataset.filters.isEmpty { parts.append(dataset.filters.joined(separator: ", ")) }
        return parts.isEmpty ? "" : "  (\(parts.joined(separator: "; ")))"
    }

    /// Values are cut: attributes may hold whole JSON texts.
    private static func text(_ attribute: HDF5Attribute) -> String {
        let words = "\(attribute.datatype)" + (attribute.shape.isEmpty ? "" : ", shape \(attribute.shape)")
        // Of more axes, nobody could tell the axes apart.
        guard attribute.shape.count <= 1 else { return words }
        guard attribute.count > 0 || !attribute.shape.isEmpty else { return "nothing (\(words))" }
        let text: String
        do throws(ForeignFileError) {
            switch attribute.datatype {
            case .fixedString, .variableString:
                let strings = try attribute.strings()
                text = attribute.shape.isEmpty ? "\"\(strings[0])\"" : "\(strings)"
            case .integer:
                let numbers = try attribute.integers()
                text = numbers.contains(.max) ? list(try attribute.numbers(), attribute) : list(numbers, attribute)
            case .float: text = list(try attribute.numbers(), attribute)
            case .boolean where attribute.shape.isEmpty: text = try attribute.integers()[0] == 0 ? "false" : "true"
            case .boolean, .other: text = words
            }
        } catch {
            return "unreadable: \(error.what)"
        }
        let limit = 200
        return text.count > limit ? text.prefix(limit) + "…" : text
    }

    private static func list(_ numbers: [some Numeric & Sendable], _ attribute: HDF5Attribute) -> String {
        attribute.shape.isEmpty ? "\(numbers[0])" : "\(numbers)"
    }
}
