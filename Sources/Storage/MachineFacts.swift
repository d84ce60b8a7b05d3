import Glibc

/// What the machine says about itself.
public enum MachineFacts {
    public static let host: String = {
        var buffer = [UInt8](repeating: 0, count: 256)
        let status = buffer.withUnsafeMutableBytes { gethostname($0.bindMemory(to: CChar.self).baseAddress!, 255) }
        return status == 0 ? String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self) : "unknown"
    }()

    /// Changes with every start of the machine.
    static let boot: String = firstLine(of: "/proc/sys/kernel/random/boot_id")

    static let processNamespace: String = ((try? FileSystem.target(ofLink: "/proc/self/ns/pid")) ?? nil) ?? ""

    /// Name and release of the operating system: `Linux 6.1.0`.
    public static let system: String =
        "\(firstLine(of: "/proc/sys/kernel/ostype")) \(firstLine(of: "/proc/sys/kernel/osrelease"))"

    /// Processors that this process may run on.
    public static let processors: Int = {
        let status = (try? FileSystem.read("/proc/self/status")).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let label = "Cpus_allowed_list:\t"
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(label) }) else {
            return max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        }
        // "0-3,8": ranges and single numbers.
        let count = line.dropFirst(label.count).split(separator: ",").reduce(0) { count, range in
            let ends = range.split(separator: "-").compactMap { Int($0) }
            return count + (ends.count == 2 ? ends[1] - ends[0] + 1 : ends.count)
        }
        return max(1, count)
    }()

    /// The time of day in nanoseconds since 1970.
    static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    /// Bytes that this process could still have: what Linux can give without swapping, within the limits of the control
    /// group that containers and batch systems put it in, and of the groups which that is in.
    public static let availableMemory: Int = {
        let label = "MemAvailable:"
        let lines = (try? FileSystem.read("/proc/meminfo")).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let line = lines.split(separator: "\n").first { $0.hasPrefix(label) }
        let machine = line.flatMap { Int($0.dropFirst(label.count).filter(\.isNumber)) }.map { $0 * 1024 } ?? .max
        let group = firstLine(of: "/proc/self/cgroup").split(separator: ":").last ?? ""
        return min(machine, availableMemory(ofGroup: String(group), below: "/sys/fs/cgroup"))
    }()

    /// What a control group and those above it leave; `Int.max` where none has a limit.
    ///
    /// - Parameter root: the folder of the group `/`.
    package static func availableMemory(ofGroup group: String, below root: String) -> Int {
        var least = Int.max
        var names = group.split(separator: "/")
        while true {
            let folder = ([root] + names.map(String.init)).joined(separator: "/")
            if let limit = Int(firstLine(of: folder + "/memory.max")) {
                least = min(least, max(0, limit - (Int(firstLine(of: folder + "/memory.current")) ?? 0)))
            }
            if names.popLast() == nil { return least }
        }
    }

    private static func firstLine(of path: String) -> String {
        let text = (try? FileSystem.read(path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return String(text.prefix { $0 != "\n" })
    }
}
