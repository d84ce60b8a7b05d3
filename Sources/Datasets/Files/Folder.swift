import Glibc
import JSONValues

/// Looking into folders. Names that begin with a dot are passed over.
enum Folder {
    enum EntryKind {
        case file, folder, other
    }

    struct Entry {
        var name: String
        var kind: EntryKind
    }

    /// What lies in a folder, sorted by the bytes of the names. Symbolic links count as what they lead to.
    static func entries(of folder: String) throws(DatasetError) -> [Entry] {
        guard let stream = opendir(folder) else {
            throw .unreadable(path: folder, reason: String(cString: strerror(errno)))
        }
        defer { closedir(stream) }
        var entries: [Entry] = []
        while let pointer = readdir(stream) {
            let name = withUnsafePointer(to: &pointer.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasPrefix(".") { continue }
            let kind: EntryKind =
                switch Int32(pointer.pointee.d_type) {
                case Int32(DT_REG): .file
                case Int32(DT_DIR): .folder
                default: self.kind(of: "\(folder)/\(name)")
                }
            entries.append(Entry(name: name, kind: kind))
        }
        var names: Set<String> = []
        for entry in entries where !names.insert(entry.name).inserted {
            throw .namesLookEqual(folder: folder, entry.name)
        }
        return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// What a path leads to, links followed; `other` also where nothing is.
    static func kind(of path: String) -> EntryKind {
        var status = stat()
        guard stat(path, &status) == 0 else { return .other }
        return switch status.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .folder
        default: .other
        }
    }

    /// Why a file cannot be read, in the system's words; `nil` where it can.
    static func objection(toReading path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0, access(path, R_OK) == 0 else {
            let code = errno
            return path.unicodeScalars.contains("\u{FFFD}") && code == ENOENT
                ? "its name is not UTF-8" : String(cString: strerror(code))
        }
        return status.st_mode & S_IFMT == S_IFREG ? nil : "it is not a file"
    }

    /// Path of the first of several spellings that is a file, in the folder itself or in the folders inside it that
    /// archives are known to make.
    static func firstFile(
        of names: [String], below folder: String, inner: [String], format: String
    ) throws(DatasetError) -> String {
        let places = [folder] + inner.map { "\(folder)/\($0)" }
        for place in places {
            for name in names where kind(of: "\(place)/\(name)") == .file { return "\(place)/\(name)" }
        }
        let present = try entries(of: folder).filter { $0.kind == .file }.map(\.name)
        throw .fileNotFound(
            folder: folder, names: names, nearest: nearestName(to: names[0], in: present), format: format)
    }
}
