import Glibc

/// The file that takes another's place once it is whole: `<path>.<host>-<process>.new`, so that processes that replace
/// the same file do so under names of their own.
public enum Replacement {
    private static let ending = ".new"

    static func path(for path: String) -> String { "\(path).\(MachineFacts.host)-\(getpid())\(ending)" }

    /// Removes those in a folder that processes of this machine left when they were killed. What cannot be removed stays.
    public static func removeAbandoned(in folder: String) {
        for name in (try? FileSystem.list(folder)) ?? [] where name.hasSuffix(ending) {
            let owner = name.dropLast(ending.count)
            guard let dash = owner.lastIndex(of: "-"), owner[..<dash].hasSuffix("." + MachineFacts.host),
                let process = Int(owner[owner.index(after: dash)...]), process != Int(getpid()),
                !ProcessIdentity.isAlive(process, started: "")
            else { continue }
            try? FileSystem.removeFile(folder + "/" + name)
        }
    }
}
