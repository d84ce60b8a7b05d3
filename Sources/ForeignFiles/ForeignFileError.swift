/// What is wrong with a file that another program made.
public struct ForeignFileError: Error, Equatable, Sendable, CustomStringConvertible {
    public let path: String
    /// Where in the file: `byte 12`, `entry 'archive/data.pkl', byte 12`; empty for the file as a whole.
    public let place: String
    /// What is wrong there.
    public let what: String
    /// How to mend it.
    public let fix: String

    public init(path: String, place: String = "", _ what: String, fix: String) {
        self.path = path
        self.place = place
        self.what = what
        self.fix = fix
    }

    public var description: String { "\(path): \(place.isEmpty ? "" : place + ": ")\(what)\n  fix: \(fix)" }

    /// The usual fix for a file that contradicts itself.
    public static let damaged = "the file is damaged or cut off: copy or write it again"
}
