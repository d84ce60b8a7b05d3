import Glibc

/// The time of day, for records only: nothing of it enters a result.
struct Moment: Sendable, Hashable {
    private let time: Int
    /// Nanoseconds of a clock that never jumps.
    private let monotonic: Int

    static var now: Moment { Moment(time: read(CLOCK_REALTIME), monotonic: read(CLOCK_MONOTONIC)) }

    /// Seconds since some moment, for the length of things.
    static var uptime: Double { Double(read(CLOCK_MONOTONIC)) / 1e9 }

    private static func read(_ clock: clockid_t) -> Int {
        var time = timespec()
        clock_gettime(clock, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    /// Seconds from an earlier moment to this one.
    func seconds(since earlier: Moment) -> Double { Double(monotonic - earlier.monotonic) / 1e9 }

    /// Lets time pass; less of it where a signal comes.
    static func wait(seconds: Double) {
        let whole = Int(seconds)
        var time = timespec(tv_sec: whole, tv_nsec: Int((seconds - Double(whole)) * 1e9))
        nanosleep(&time, nil)
    }

    /// ISO 8601 with milliseconds, in UTC: `2026-01-31T12:00:00.000Z`.
    var text: String {
        var seconds = time_t(time / 1_000_000_000)
        var fields = tm()
        gmtime_r(&seconds, &fields)
        func padded(_ number: some BinaryInteger, _ digits: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        let date = "\(padded(fields.tm_year + 1900, 4))-\(padded(fields.tm_mon + 1, 2))-\(padded(fields.tm_mday, 2))"
        let clock = "\(padded(fields.tm_hour, 2)):\(padded(fields.tm_min, 2)):\(padded(fields.tm_sec, 2))"
        return "\(date)T\(clock).\(padded(time / 1_000_000 % 1000, 3))Z"
    }
}

/// `850 ms`, `12.3 s`, `3:05`, `2:03:05`.
public func durationInWords(_ seconds: Double) -> String {
    if seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
    if seconds < 60 { return "\((seconds * 10).rounded() / 10) s" }
    let whole = Int(min(seconds, 1e9).rounded())
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return whole < 3600
        ? "\(whole / 60):\(two(whole % 60))" : "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
}
