import JSONValues

/// How to run a stage. Nothing here changes what comes out.
public struct Resources: Sendable, Hashable {
    public var threads: Int?
    /// Bytes.
    public var memory: Int?
    /// Seconds.
    public var time: Int?
    public var partition: String?

    public init() {}

    static let keys = ["memory", "partition", "threads", "time"]

    /// Reads `{ "threads": 2, "memory": "8GB", "time": "01:00:00", "partition": "…" }`, calling `mistake` with the key
    /// for whatever is wrong.
    init(_ json: JSONObject, mistake: (_ key: String, _ what: String, _ fix: String) -> Void) {
        for (key, value) in json {
            switch key {
            case "threads":
                threads = value.int.flatMap { $0 > 0 ? $0 : nil }
                if threads == nil { mistake(key, "expected a whole number above 0, found \(value.inWords)", "write 2") }
            case "memory":
                memory = value.string.flatMap(Self.bytes)
                if memory == nil {
                    let hint = value.string.map(Self.whatIsWrong(withAmount:)) ?? ""
                    mistake(key, "expected an amount of memory, found \(value.inWords)\(hint)", "write \"8GB\"")
                }
            case "time":
                time = value.string.flatMap(Self.seconds)
                if time == nil {
                    mistake(key, "expected hours, minutes and seconds, found \(value.inWords)", "write \"01:00:00\"")
                }
            case "partition":
                partition = value.string
                if partition == nil { mistake(key, "expected a string, found \(value.inWords)", "write a partition") }
            default:
                mistake(
                    key, "unknown key '\(key)'\(didYouMean(key, Self.keys))",
                    "rename or remove it; the keys are \(Self.keys.joined(separator: ", "))")
            }
        }
    }

    /// `8GB`, `500 MB`, `1.5GB`: powers of 1,000, or of 1,024 as `GiB`.
    public static func bytes(_ text: String) -> Int? {
        let (number, unit) = amount(text)
        guard let number, let factor = units[unit], number > 0, number * factor < 1e18 else { return nil }
        return Int(number * factor)
    }

    /// Why a text is no amount: `, which has no unit`; empty where it is nothing like one.
    public static func whatIsWrong(withAmount text: String) -> String {
        switch amount(text) {
        case (nil, _): ""
        case (0, _): ", which is nothing"
        case (_, ""): ", which has no unit"
        case (_, let unit) where units[unit] == nil:
            ", whose unit '\(unit)' is none of B, KB, MB, GB, TB, KiB, MiB, GiB"
        default: ", which is more than any machine has"
        }
    }

    private static let units = [
        "b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "kib": 1024, "mib": 1_048_576, "gib": 1_073_741_824,
    ]

    /// A number and what stands behind it.
    private static func amount(_ text: String) -> (number: Double?, unit: String) {
        let number = text.prefix { $0.isNumber || $0 == "." }
        return (Double(number), text[number.endIndex...].filter { $0 != " " }.lowercased())
    }

    /// `01:30:00`, `2-00:00:00` with days, `30:00` for minutes and seconds.
    public static func seconds(_ text: String) -> Int? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard let clock = parts.last, parts.count <= 2 else { return nil }
        let days = parts.count == 2 ? Int(parts[0]) : 0
        let fields = clock.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard let days, (2...3).contains(fields.count),
            fields.allSatisfy({ $0.map { (0..<1_000_000).contains($0) } ?? false }),
            (0..<100_000).contains(days)
        else { return nil }
        return fields.reduce(0) { $0 * 60 + $1! } + days * 86_400
    }
}
