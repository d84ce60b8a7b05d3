/// What the names of an image folder's files say about classes.
enum ImageFolderLayout {
    /// The first folder of a name is its class.
    case classFolders

    /// Names such as `n02099712_Labrador_retriever.JPEG`: the WordNet id is the class.
    case wordNet

    /// No classes.
    case flat

    init(names: [String]) {
        if names.contains(where: { $0.contains("/") }) {
            self = .classFolders
        } else if !names.isEmpty, names.allSatisfy({ Self.wordNetID(of: $0) != nil }) {
            self = .wordNet
        } else {
            self = .flat
        }
    }

    /// What files of one class have in common; classes are numbered in the order of these.
    func classID(of name: String) -> String? {
        switch self {
        case .classFolders: name.split(separator: "/", maxSplits: 1).first.map(String.init)
        case .wordNet: Self.wordNetID(of: name)
        case .flat: nil
        }
    }

    /// Ids in the order of their labels.
    func classIDs(of names: [String]) -> [String] {
        Set(names.compactMap(classID)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Names of the classes in the order of their labels. Of WordNet names, what stands between id and extension in the
    /// first file of the class; the id itself where that is a number, as in ImageNet's own archives.
    func classNames(of names: [String]) -> [String] {
        guard case .wordNet = self else { return classIDs(of: names) }
        var first: [String: String] = [:]
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            let id = String(name.prefix(Self.idLength))
            if first[id] == nil { first[id] = Self.wordNetName(of: name) }
        }
        return classIDs(of: names).map { first[$0]! }
    }

    private static let idLength = 9

    private static func wordNetID(of name: String) -> String? {
        let bytes = Array(name.utf8)
        let isDigit = { (byte: UInt8) in byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
        guard bytes.count > idLength + 1, bytes[0] == UInt8(ascii: "n"), bytes[1..<idLength].allSatisfy(isDigit),
            bytes[idLength] == UInt8(ascii: "_")
        else { return nil }
        return String(name.prefix(idLength))
    }

    private static func wordNetName(of name: String) -> String {
        let rest = name.dropFirst(idLength + 1)
        let stem = rest.lastIndex(of: ".").map { rest[..<$0] } ?? rest
        return stem.allSatisfy(\.isNumber) ? String(name.prefix(idLength)) : String(stem)
    }
}
