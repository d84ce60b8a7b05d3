import Glibc

/// Paths as text: joined, made absolute, made relative. Nothing here looks at the disk, but for the working folder.
public enum Paths {
    /// `/` where it has been removed; programs look at ``workingFolderExists`` first.
    public static var workingFolder: String {
        guard let buffer = getcwd(nil, 0) else { return "/" }
        defer { free(buffer) }
        return String(cString: buffer)
    }

    public static var workingFolderExists: Bool {
        guard let buffer = getcwd(nil, 0) else { return false }
        free(buffer)
        return true
    }

    /// The path seen from `folder` (absolute), without `.` and `..`; a leading `~/` is the home folder.
    public static func absolute(_ path: String, in folder: String? = nil) -> String {
        if path.hasPrefix("~/"), let home = getenv("HOME") {
            return normalized(String(cString: home) + path.dropFirst())
        }
        return normalized(path.hasPrefix("/") ? path : (folder ?? workingFolder) + "/" + path)
    }

    /// The way from one absolute folder to an absolute path, in `..` and names.
    public static func relative(_ path: String, from folder: String) -> String {
        let target = path.split(separator: "/")
        let start = folder.split(separator: "/")
        var common = 0
        while common < min(target.count, start.count), target[common] == start[common] { common += 1 }
        let steps = Array(repeating: "..", count: start.count - common) + target[common...].map(String.init)
        return steps.isEmpty ? "." : steps.joined(separator: "/")
    }

    /// Everything before the last `/`; `.` where there is none.
    public static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Everything after the last `/`.
    public static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// The letters after the last dot of the name, in lower case; empty where there is none.
    public static func fileExtension(of path: String) -> String {
        let name = name(of: path)
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }

    private static func normalized(_ path: String) -> String {
        var names: [Substring] = []
        for name in path.split(separator: "/") where name != "." {
            if name == ".." { _ = names.popLast() } else { names.append(name) }
        }
        return "/" + names.joined(separator: "/")
    }
}
