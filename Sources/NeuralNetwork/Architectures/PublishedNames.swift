/// How the names in an architecture's published weights differ from those of its layers' parameters.
public struct PublishedNames: Sendable {
    /// They do not.
    public static let same = PublishedNames()

    /// Patterns of parameters that inference has no use for: classifiers that help in training.
    public let unused: [String]
    /// Parts of names as they were when the weights were published, and as they are today.
    private let older: [(part: String, now: String)]

    public init(unused: [String] = [], older: [(part: String, now: String)] = []) {
        self.unused = unused
        self.older = older
    }

    /// What a parameter of that name is called today.
    public func current(_ name: String) -> String {
        older.reduce(name) { $0.replacing($1.part, with: $1.now) }
    }
}
