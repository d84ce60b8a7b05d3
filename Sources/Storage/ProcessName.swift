import Glibc

/// A process in the name of a file or folder: `<host>-<process>-<place>`. The place, eight hexadecimal digits, stands for
/// what the number means something in: a start of a machine and a namespace of it. Machines and containers that share a
/// folder may have one name, and the same numbers.
struct ProcessName: CustomStringConvertible {
    private let host: String
    private let process: Int
    private let place: String

    static let current = ProcessName(
        host: MachineFacts.host, process: Int(getpid()),
        place: String(
            Digest(of: "\(MachineFacts.host) \(MachineFacts.boot) \(MachineFacts.processNamespace)").hex.prefix(8)))

    private init(host: String, process: Int, place: String) {
        (self.host, self.process, self.place) = (host, process, place)
    }

    /// `nil` where the text does not end like the name of a process; the host may have something before it.
    init?(ending text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 3, let process = Int(parts[parts.count - 2]), let place = parts.last, place.count == 8,
            place.allSatisfy(\.isHexDigit)
        else { return nil }
        self.init(host: parts.dropLast(2).joined(separator: "-"), process: process, place: String(place))
    }

    /// False also where that cannot be known from here.
    var isProvablyDead: Bool {
        place == Self.current.place && MachineFacts.tellsProcessesApart
            && !ProcessIdentity.isAlive(process, started: "")
    }

    var description: String { "\(host)-\(process)-\(place)" }
}
