import Foundation
import Glibc

/// A program of the build, run with faults, killed, or ended when it takes too long.
///
/// Not `Foundation.Process`: thousands are started, and its way to wait for the end takes longer than they run.
struct Child {
    enum Ending: Equatable {
        case exit(Int32)
        case signal(Int32)
        /// It did not end in time: it hangs.
        case tooLong
    }

    struct Outcome {
        var ending: Ending
        /// Standard output and standard error.
        var output: String

        var isDone: Bool { ending == .exit(0) }
    }

    private let process: pid_t
    private let outputFile: String
    private let started = ContinuousClock.now

    private static let builds = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent()

    /// - Parameters:
    ///   - program: `runner-benchmark` or `convscope`.
    ///   - faults: `CONVSCOPE_FAULT`, as in `kill@17`.
    ///   - outputFile: where to write what it prints.
    init(
        _ program: String, _ arguments: [String], faults: String? = nil, countFile: String? = nil, outputFile: String
    ) throws {
        self.outputFile = outputFile
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("CONVSCOPE_") }
        environment["CONVSCOPE_FAULT"] = faults
        environment["CONVSCOPE_FAULT_COUNT"] = countFile
        let path = Self.builds.appendingPathComponent(program).path
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputFile, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let words = ([path] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, path, &actions, nil, words, variables)
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
        self.process = process
    }

    func kill() { Glibc.kill(process, SIGKILL) }

    /// Waits for the end.
    ///
    /// - Parameter limit: seconds since the start; ten thousand times what a run takes, so that no machine is too slow.
    func end(within limit: Double = 300) -> Outcome {
        var status: Int32 = 0
        var isTooLong = false
        while waitpid(process, &status, WNOHANG) == 0 {
            if !isTooLong, ContinuousClock.now - started > .seconds(limit) {
                isTooLong = true
                kill()
            }
            usleep(500)
        }
        let signal = status & 0x7F
        return Outcome(
            ending: isTooLong ? .tooLong : signal == 0 ? .exit(status >> 8 & 0xFF) : .signal(signal),
            output: (try? String(contentsOfFile: outputFile, encoding: .utf8)) ?? "")
    }
}
