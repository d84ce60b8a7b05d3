import Glibc
public import JSONValues

/// A process, told apart from every other that ever had the same number on the same machine.
public struct ProcessIdentity: Sendable, Hashable {
    public let host: String
    /// Changes with every start of the machine.
    var boot: String
    /// Process numbers mean something only within one of these.
    var namespace: String
    public let process: Int
    /// Clock ticks between the start of the machine and the start of the process; empty where `/proc` does not say.
    var started: String
    /// The SLURM job that the process belongs to, for whoever looks at a lease.
    var job: String?

    public static let current = ProcessIdentity(
        host: MachineFacts.host, boot: MachineFacts.boot, namespace: MachineFacts.processNamespace,
        process: Int(getpid()), started: facts(of: Int(getpid()))?.started ?? "",
        job: getenv("SLURM_JOB_ID").map { String(cString: $0) })

    public enum Life: Sendable {
        case alive, dead
        /// It cannot be seen from here: another machine, another container.
        case unknown
    }

    /// How it stands with a process that has left its identity in a file.
    ///
    /// - Parameter isShared: whether other machines can write to the disk of that file. Where they cannot, a process of
    ///   another start of the machine is dead; where they can, it may be at work on a machine of the same name.
    public func life(onSharedDisk isShared: @autoclosure () -> Bool) -> Life {
        guard host == MachineFacts.host, MachineFacts.tellsProcessesApart else { return .unknown }
        guard boot == MachineFacts.boot else { return isShared() ? .unknown : .dead }
        guard namespace == MachineFacts.processNamespace else { return .unknown }
        return Self.isAlive(process, started: started) ? .alive : .dead
    }

    /// Whether a process of this machine lives. One that hides its facts from us, as other users' do where `/proc` is
    /// mounted with hidepid, does.
    static func isAlive(_ process: Int, started: String) -> Bool {
        guard let process = pid_t(exactly: process), process > 0 else { return false }
        if kill(process, 0) != 0 && errno == ESRCH { return false }
        guard let facts = facts(of: Int(process)) else { return true }
        // A zombie is over; its parent has not asked for its status yet.
        if facts.state == "Z" || facts.state == "X" { return false }
        return started.isEmpty || facts.started == started
    }

    private static func facts(of process: Int) -> (state: Substring, started: String)? {
        guard let bytes = try? FileSystem.read("/proc/\(process)/stat") else { return nil }
        // The second field is the name in parentheses, which may hold anything; the start is the twentieth after it.
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 19 ? (fields[0], String(fields[19])) : nil
    }
}

extension ProcessIdentity {
    public var json: JSONObject {
        var json: JSONObject = [
            "host": .string(host), "boot": .string(boot), "namespace": .string(namespace), "process": .integer(process),
            "started": .string(started),
        ]
        if let job { json["slurm_job"] = .string(job) }
        return json
    }

    public init?(json: JSONValue) {
        guard let host = json["host"]?.string, let boot = json["boot"]?.string,
            let namespace = json["namespace"]?.string, let process = json["process"]?.int,
            let started = json["started"]?.string
        else { return nil }
        self.init(
            host: host, boot: boot, namespace: namespace, process: process, started: started,
            job: json["slurm_job"]?.string)
    }
}
