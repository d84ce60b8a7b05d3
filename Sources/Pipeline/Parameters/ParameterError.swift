public import JSONValues

/// What is wrong with a parameter's value, and how to mend it. The runner adds file, place and stage.
public struct ParameterError: Error, Sendable, Hashable {
    /// From the parameters of the stage: `perplexity`, `layers[2]`. Inside ``ParameterValue`` from the value itself.
    public var path: JSONPath

    /// `expected a number, found the string "30"`
    public var what: String

    /// `write a number`
    public var fix: String

    public init(path: JSONPath = .root, _ what: String, fix: String) {
        self.path = path
        self.what = what
        self.fix = fix
    }

    /// - Parameter parameter: as in the pipeline file, `learning_rate`.
    public init(parameter: String, _ what: String, fix: String) {
        self.init(path: JSONPath(parameter), what, fix: fix)
    }
}
