import Glibc
import Pipeline

/// Standard error: messages, and progress in the form that fits what it is.
enum Terminal {
    /// Text of the user, as names, cannot act on the terminal.
    static func writeError(_ message: String) { write(message.visible() + "\n") }

    /// A live line on a terminal, plain lines in a log file.
    static var progress: any ProgressSink {
        guard isatty(STDERR_FILENO) == 1 else { return PlainProgress(write: writeError) }
        return TerminalProgress(columns: { columns }, write: write)
    }

    private static var columns: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    @Sendable private static func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress!, $0.count) }
            // Nobody to tell: standard error itself cannot be written.
            guard count > 0 || errno == EINTR else { return }
            bytes = bytes.dropFirst(max(count, 0))
        }
    }
}
