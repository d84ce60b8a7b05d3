/// What is wrong with a file of weights or a network.
public struct ModelFileError: Error, Equatable, Sendable, CustomStringConvertible {
    public let path: String
    /// What is wrong with the file.
    public let what: String
    /// How to mend it.
    public let fix: String

    public init(path: String, _ what: String, fix: String) {
        self.path = path
        self.what = what
        self.fix = fix
    }

    public var description: String { "\(path): \(what)\n  fix: \(fix)" }
}
