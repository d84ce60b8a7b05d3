/// Paths of objects in a file: absolute, names separated by single slashes.
enum ObjectPath {
    /// `block1//conv/` and `/block1/conv` both become `/block1/conv`.
    static func normalized(_ path: String) -> String { "/" + components(path).joined(separator: "/") }

    static func components(_ path: String) -> [Substring] { path.split(separator: "/").filter { $0 != "." } }

    static func joined(_ group: String, _ name: String) -> String { group == "/" ? "/\(name)" : "\(group)/\(name)" }

    static func parent(_ path: String) -> String {
        normalized(components(path).dropLast().joined(separator: "/"))
    }
}

extension String {
    /// Order by UTF-8 bytes, the same in every locale and for every form of accents.
    func precedesInBytes(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}
