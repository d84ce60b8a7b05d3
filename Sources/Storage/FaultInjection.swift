import Glibc
import Synchronization

/// Faults on purpose: what the crash suite drives the program with.
///
/// Every call that store and runner make to the system goes through `FileSystem` and is counted here first. The
/// environment variable `CONVSCOPE_FAULT` says what happens at which of them, as in `EINTR@3,kill@17`:
/// - `kill@17`: instead of the 17th call the process is killed, as by `kill -9`.
/// - `ENOSPC@17`, `EDQUOT@17`, `EIO@17`, `EINTR@17`: the 17th call fails with this error and is not made. (`close` is
///   made: Linux gives the descriptor back whatever it reports.)
/// - `count`: at the end of the process the number of calls is written to the file that `CONVSCOPE_FAULT_COUNT` names.
///
/// Without the variable it costs one relaxed addition per call.
enum FaultInjection {
    private static let calls = Atomic<Int>(0)
    private static let faults: [Int: Int32] = Environment.faults

    /// No `errno` has this number.
    private static let kill: Int32 = 0

    /// Counts a call that is about to be made.
    ///
    /// - Returns: the error that it fails with instead.
    static func nextCall() -> Int32? {
        let number = calls.add(1, ordering: .relaxed).newValue
        guard !faults.isEmpty, let code = faults[number] else { return nil }
        if code == kill {
            Glibc.kill(getpid(), SIGKILL)
            // The signal may reach another thread first.
            while true { pause() }
        }
        return code
    }

    private enum Environment {
        static let codes = ["kill": kill, "ENOSPC": ENOSPC, "EDQUOT": EDQUOT, "EIO": EIO, "EINTR": EINTR]

        static var faults: [Int: Int32] {
            guard let text = getenv("CONVSCOPE_FAULT") else { return [:] }
            var faults: [Int: Int32] = [:]
            for fault in String(cString: text).split(separator: ",") {
                if fault == "count" {
                    atexit { FaultInjection.writeCount() }
                    continue
                }
                let parts = fault.split(separator: "@")
                guard parts.count == 2, let code = codes[String(parts[0])], let number = Int(parts[1]) else {
                    fatalError(
                        "CONVSCOPE_FAULT: '\(fault)' is none of count, kill@n, ENOSPC@n, EDQUOT@n, EIO@n, EINTR@n")
                }
                faults[number] = code
            }
            return faults
        }
    }

    private static func writeCount() {
        guard let path = getenv("CONVSCOPE_FAULT_COUNT"), let file = fopen(path, "w") else { return }
        fputs("\(calls.load(ordering: .relaxed))\n", file)
        fclose(file)
    }
}
