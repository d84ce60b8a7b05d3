import Glibc
import JSONValues
import Synchronization

/// Folders of this process that nobody else touches, and the removal of those that dead processes left.
final class TemporaryFolders: Sendable {
    private let path: String
    private let counter = Atomic<Int>(0)

    init(path: String) { self.path = path }

    /// A new folder `<host>-<pid>-<counter>` with a file `owner` in it.
    func make() throws(FileSystemError) -> String {
        while true {
            let count = counter.add(1, ordering: .relaxed).newValue
            let folder = "\(path)/\(ProcessIdentity.current.host)-\(ProcessIdentity.current.process)-\(count)"
            // A former process may have had the same number, or another store object of this process the same count.
            if FileSystem.exists(folder) { continue }
            try FileSystem.makeFolder(folder)
            try FileSystem.write(ProcessIdentity.current.json.compactText + "\n", to: folder + "/owner")
            return folder
        }
    }

    func removeLeftovers() throws(FileSystemError) {
        for name in try FileSystem.list(path) {
            let folder = path + "/" + name
            if isLeftover(folder, name: name) { try FileSystem.remove(folder) }
        }
    }

    private func isLeftover(_ folder: String, name: String) -> Bool {
        if let bytes = try? FileSystem.read(folder + "/owner"), let json = try? JSONDocument(parsing: bytes).root,
            let owner = ProcessIdentity(json: json)
        {
            return owner.isProvablyDead
        }
        // Nothing that a process of ours ever makes here.
        let parts = name.split(separator: "-")
        guard parts.count >= 3, let process = Int32(parts[parts.count - 2]), FileSystem.isFolder(folder) else {
            return true
        }
        // Killed between the folder and its owner file: the name tells host and process.
        guard parts.dropLast(2).joined(separator: "-") == ProcessIdentity.current.host
        else { return false }
        return kill(process, 0) != 0 && errno == ESRCH
    }
}

/// A process, told apart from every other that ever had the same number on the same machine.
struct ProcessIdentity: Sendable, Hashable {
    var host: String
    /// Changes with every start of the machine.
    var boot: String
    /// Process numbers mean something only within one of these.
    var namespace: String
    var process: Int
    /// Clock ticks between the start of the machine and the start of the process.
    var started: String

    static let current = ProcessIdentity(
        host: MachineFacts.host, boot: MachineFacts.boot, namespace: MachineFacts.processNamespace,
        process: Int(getpid()), started: startTime(of: Int(getpid())) ?? "")

    /// False also where that cannot be known from here: another machine, another container.
    var isProvablyDead: Bool {
        let current = Self.current
        guard host == current.host else { return false }
        guard boot == current.boot else { return true }
        return namespace == current.namespace && Self.startTime(of: process) != started
    }

    /// Whether the process would be seen from here if it were alive.
    var isKnownHere: Bool {
        let current = Self.current
        return host == current.host && boot == current.boot && namespace == current.namespace
    }

    private static func startTime(of process: Int) -> String? {
        guard let bytes = try? FileSystem.read("/proc/\(process)/stat") else { return nil }
        // The second field is the name in parentheses, which may hold anything; the start is the twentieth after it.
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 19 ? String(fields[19]) : nil
    }
}

extension ProcessIdentity {
    var json: JSONValue {
        [
            "host": .string(host), "boot": .string(boot), "namespace": .string(namespace), "process": .integer(process),
            "started": .string(started),
        ]
    }

    init?(json: JSONValue) {
        guard let host = json["host"]?.string, let boot = json["boot"]?.string,
            let namespace = json["namespace"]?.string, let process = json["process"]?.int,
            let started = json["started"]?.string
        else { return nil }
        self.init(host: host, boot: boot, namespace: namespace, process: process, started: started)
    }
}
