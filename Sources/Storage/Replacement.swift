/// The file that takes another's place once it is whole: `<path>.<process>-<random>.new`, so that whoever replaces the same
/// file does so under a name of its own.
public enum Replacement {
    private static let ending = ".new"

    /// Nanoseconds without a change after which one of a process that cannot be seen from here is taken for abandoned.
    private static let patience = 86_400 * 1_000_000_000

    static func path(for path: String) -> String {
        let random = String(UInt32.random(in: 1 << 28...UInt32.max), radix: 16)
        return "\(path).\(ProcessName.current)-\(random)\(ending)"
    }

    /// Removes those in a folder that processes left when they were killed. What cannot be removed stays.
    public static func removeAbandoned(in folder: String) {
        for name in (try? FileSystem.list(folder)) ?? [] where name.hasSuffix(ending) {
            let parts = name.dropLast(ending.count).split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count > 3, parts.last?.count == 8,
                let owner = ProcessName(ending: parts.dropLast().joined(separator: "-"))
            else { continue }
            let file = folder + "/" + name
            if owner.isProvablyDead || isOld(file) { try? FileSystem.removeFile(file) }
        }
    }

    private static func isOld(_ file: String) -> Bool {
        guard let status = (try? FileSystem.status(of: file, followingLinks: false)) ?? nil else { return false }
        return MachineFacts.now - status.modified > patience
    }
}
