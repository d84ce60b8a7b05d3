public import JSONValues

/// A file that a parameter names, relative to the pipeline file. It enters the key by content: moving or
/// renaming it recomputes nothing.
public struct InputFile: ParameterValue, Hashable {
    /// As written in the pipeline file. `StageIO.path(of:)` has the absolute path.
    public var path: String

    public init(_ path: String) { self.path = path }

    public static var expectation: String { "the path of a file" }
    public static var schema: JSONValue { ["type": "string", "minLength": 1] }
    public init(json: JSONValue) throws(ParameterError) {
        guard let path = json.string, !path.isEmpty else { throw Self.mismatch(json) }
        self.path = path
    }
    public var json: JSONValue { .string(path) }
    public var inputFiles: [(path: JSONPath, file: InputFile)] { [(.root, self)] }
}
