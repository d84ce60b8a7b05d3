public import JSONValues
import Glibc
import Storage

/// The process that a run is, in its record, told apart from every other that had the same number on the same machine.
public struct RunProcess: Sendable, Hashable {
    private let host: String
    /// Changes with every start of the machine.
    private let boot: String
    private let number: Int
    /// Clock ticks between the start of the machine and that of the process.
    private let started: String

    public static var current: RunProcess {
        let number = Int(getpid())
        return RunProcess(host: MachineFacts.host, boot: thisBoot, number: number, started: start(of: number) ?? "")
    }

    private init(host: String, boot: String, number: Int, started: String) {
        self.host = host
        self.boot = boot
        self.number = number
        self.started = started
    }

    /// `nil` where the value is none.
    public init?(json: JSONValue?) {
        guard let host = json?["host"]?.string, let boot = json?["boot"]?.string, let number = json?["process"]?.int,
            let started = json?["started"]?.string
        else { return nil }
        self.init(host: host, boot: boot, number: number, started: started)
    }

    public var json: JSONValue {
        [
            "host": .string(host), "boot": .string(boot), "process": .integer(number), "started": .string(started),
        ]
    }

    /// `nil` where that cannot be known from here: another machine.
    public var isAlive: Bool? {
        guard host == MachineFacts.host else { return nil }
        return boot == Self.thisBoot && Self.start(of: number) == started
    }

    private static var thisBoot: String {
        let text = (try? FileSystem.read("/proc/sys/kernel/random/boot_id")).map { String(decoding: $0, as: UTF8.self) }
        return String((text ?? "").prefix { $0 != "\n" })
    }

    /// `nil` where there is no such process, or it has ended and waits to be asked for its status.
    private static func start(of number: Int) -> String? {
        guard let bytes = try? FileSystem.read("/proc/\(number)/stat") else { return nil }
        // The second field is the name in parentheses, which may hold anything; the start is the twentieth after it.
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 19 && fields[0] != "Z" ? String(fields[19]) : nil
    }
}
