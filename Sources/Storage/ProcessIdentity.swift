import Glibc
public import JSONValues

/// A process, told apart from every other that ever had the same number on the same machine.
public struct ProcessIdentity: Sendable, Hashable {
    var host: String
    /// Changes with every start of the machine.
    var boot: String
    /// Process numbers mean something only within one of these.
    var namespace: String
    var process: Int
    /// Clock ticks between the start of the machine and the start of the process; empty where `/proc` does not say.
    var started: String
    /// The SLURM job that the process belongs to, for whoever looks at a lease.
    var job: String?

    public static let current = ProcessIdentity(
        host: MachineFacts.host, boot: MachineFacts.boot, namespace: MachineFacts.processNamespace,
        process: Int(getpid()), started: facts(of: Int(getpid()))?.started ?? "",
        job: getenv("SLURM_JOB_ID").map { String(cString: $0) })

    /// False also where that cannot be known from here: another machine, another container.
    public var isProvablyDead: Bool {
        guard host == MachineFacts.host else { return false }
        guard boot == MachineFacts.boot else { return true }
        guard namespace == MachineFacts.processNamespace else { return false }
        return !Self.isAlive(process, started: started)
    }

    /// Whether the process would be seen from here if it were alive.
    public var isKnownHere: Bool {
        host == MachineFacts.host && boot == MachineFacts.boot && namespace == MachineFacts.processNamespace
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
