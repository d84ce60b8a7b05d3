public import JSONValues
import Storage

/// A pipeline file as it was read: included files merged, overrides set, variables put in.
public struct PipelineFile: Sendable {
    /// As given, for messages.
    public let path: String

    /// The absolute folder of the file; relative paths in it start here.
    public let folder: String

    /// The `name` in the file, else the file's own name without its extension. Names the run folder.
    public let name: String

    /// Without `$schema`, `include` and `variables`, which have done their work.
    public let resolved: JSONObject

    /// What is wrong so far; planning goes on to find the rest.
    private(set) var mistakes: [Mistake] = []

    private let sources: IncludedFiles

    /// The `description` in the file.
    public var description: String? { resolved["description"]?.string }

    public var resolver: PathResolver { PathResolver(folder: folder) }

    /// Reads a file with everything it includes.
    ///
    /// - Parameter settings: `stages.map.parameters.perplexity=50`, each a path and a value: JSON where it is JSON, text
    ///   otherwise.
    /// - Throws: ``PipelineMistakes`` where a file cannot be read at all. Other mistakes show when it is planned.
    public init(reading path: String, settings: [String] = []) throws(PipelineMistakes) {
        sources = try IncludedFiles(reading: path)
        self.path = path
        folder = Paths.folder(of: Paths.absolute(path))

        var value = sources.merged
        var wrongSettings: [Mistake] = []
        for setting in settings {
            do throws(Mistake) { try Override(parsing: setting).apply(to: &value) } catch {
                wrongSettings.append(error)
            }
        }
        var variables = Variables(value["variables"]?.object ?? JSONObject())
        let wrongVariables = value["variables"].map { $0.object == nil } ?? false
        value["variables"] = nil
        var resolved = variables.substitute(in: .object(value)).object ?? JSONObject()
        resolved["$schema"] = nil
        resolved["include"] = nil
        self.resolved = resolved
        name = resolved["name"]?.string ?? Self.stem(of: path)

        mistakes = sources.mistakes + wrongSettings
        if wrongVariables {
            mistakes.append(
                mistake(JSONPath("variables"), "expected an object", fix: "write { \"name\": value, … }"))
        }
        mistakes += variables.mistakes.map { mistake($0.path, $0.what, fix: $0.fix) }
    }

    /// A mistake at a path of the resolved pipeline, placed in the file that says it.
    func mistake(_ path: JSONPath, _ what: String, fix: String) -> Mistake {
        sources.mistake(path, what, fix: fix)
    }

    private static func stem(of path: String) -> String {
        let name = Paths.name(of: path)
        return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    }
}
