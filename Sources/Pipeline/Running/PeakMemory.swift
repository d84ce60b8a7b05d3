import Storage

/// The most memory that the process held since the last reset, as Linux counts it.
enum PeakMemory {
    static func reset() { try? FileSystem.write("5", to: "/proc/self/clear_refs") }

    /// Bytes.
    static var current: Int {
        guard let bytes = try? FileSystem.read("/proc/self/status") else { return 0 }
        let line = bytes.split(separator: UInt8(ascii: "\n")).first { $0.starts(with: "VmHWM:".utf8) } ?? []
        let digits = line.filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return (Int(String(decoding: digits, as: UTF8.self)) ?? 0) * 1024
    }
}
