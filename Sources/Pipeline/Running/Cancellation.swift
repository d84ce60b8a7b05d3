import Glibc
import Synchronization

/// Whether somebody asked this process to stop.
public final class Cancellation: Sendable {
    private let signal = Atomic<Int32>(0)
    /// When the first came, in nanoseconds.
    private let moment = Atomic<Int>(0)

    /// Seconds within which a second signal is the first one again: some programs signal a process and its group.
    private static let repetition = 0.5

    public init() {}

    /// The one that SIGINT and SIGTERM set, after ``catchSignals()``.
    public static let process = Cancellation()

    public var isRequested: Bool { signal.load(ordering: .relaxed) != 0 }

    /// 130 after an interruption by the user, 75 (worth resubmitting) after a signal that batch systems send.
    public var exitCode: Int32 {
        signal.load(ordering: .relaxed) == SIGINT ? ExitStatus.interrupted : ExitStatus.stoppedEarly
    }

    /// As if the user had interrupted.
    public func request() { _ = request(signal: SIGINT) }

    /// Whether it was the first.
    private func request(signal number: Int32) -> Bool {
        signal.compareExchange(expected: 0, desired: number, ordering: .relaxed).exchanged
    }

    /// What a signal handler may do: note the first signal, and end the process at one that comes later.
    private func receive(_ number: Int32) {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let now = time.tv_sec * 1_000_000_000 + time.tv_nsec
        if request(signal: number) { return moment.store(now, ordering: .relaxed) }
        let first = moment.load(ordering: .relaxed)
        if first != 0, Double(now - first) > Self.repetition * 1e9 { _exit(exitCode) }
    }

    /// From now on the first SIGINT, SIGTERM, SIGUSR1, SIGUSR2 or SIGHUP lets the running stages stop in good order, the
    /// second, half a second later or more, ends the process. That nobody reads what is printed ends nothing.
    public static func catchSignals() {
        // Made before the handler can run: making a global is nothing for a signal handler.
        _ = process
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGHUP] where number != SIGHUP || !isIgnored(number) {
            sigaddset(&signals, number)
            Glibc.signal(number) { Cancellation.process.receive($0) }
        }
        Glibc.signal(SIGPIPE, SIG_IGN)
        // Whoever starts this process from a thread that blocks signals hands that on; it could then not be stopped.
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    /// As `nohup` leaves SIGHUP.
    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}

/// What the program says with its exit code.
public enum ExitStatus {
    public static let done: Int32 = 0
    public static let stageFailed: Int32 = 1
    public static let wrongCommandLine: Int32 = 2
    /// The pipeline file or data is wrong.
    public static let wrongInput: Int32 = 65
    /// Worth resubmitting: time limit, preemption.
    public static let stoppedEarly: Int32 = 75
    public static let interrupted: Int32 = 130
}

/// The version of this program, in run records and HDF5 attributes; never part of a key.
public let convscopeVersion = "0.1.0"
