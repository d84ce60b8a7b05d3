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

    /// Paths of values that mean nothing, because of a mistake in a variable that is told already.
    let senseless: Set<JSONPath>

    private let sources: IncludedFiles

    /// In the order of the command line.
    private var overrides: [Override] = []

    /// Merged and overridden, with the names of variables still in it.
    private let unresolved: JSONValue

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
            do throws(Mistake) {
                let override = try Override(parsing: setting)
                try override.apply(to: &value)
                overrides.append(override)
            } catch {
                wrongSettings.append(error)
            }
        }
        unresolved = .object(value)
        var variables = Variables(value["variables"]?.object ?? JSONObject())
        let wrongVariables = value["variables"].map { $0.object == nil } ?? false
        value["variables"] = nil
        var resolved = variables.substitute(in: .object(value)).object ?? JSONObject()
        resolved["$schema"] = nil
        resolved["include"] = nil
        self.resolved = resolved
        senseless = Set(variables.senseless)
        name = resolved["name"]?.string ?? Self.stem(of: path)

        mistakes = sources.mistakes + wrongSettings
        if wrongVariables {
            mistakes.append(
                mistake(JSONPath("variables"), "expected an object", fix: "write { \"name\": value, … }"))
        }
        mistakes += variables.mistakes.map { mistake($0.path, $0.what, fix: $0.fix) }
    }

    /// A mistake at a path of the resolved pipeline, placed in the file or setting that says it.
    func mistake(_ path: JSONPath, _ what: String, fix: String) -> Mistake {
        let place = variable(at: path).map { JSONPath("variables", $0) }
        let override = overrides.last { $0.sets(path) || (place.map($0.sets) ?? false) }
        return override?.mistake(path, what, fix: fix) ?? sources.mistake(path, what, fix: fix)
    }

    /// Whether a setting of the command line says what stands at a path.
    func isSet(_ path: JSONPath) -> Bool { overrides.contains { $0.sets(path) } }

    /// The variable that is the whole value at a path.
    private func variable(at path: JSONPath) -> String? {
        guard !overrides.isEmpty, let text = unresolved[path]?.string, text.hasPrefix("${"), text.last == "}"
        else { return nil }
        return String(text.dropFirst(2).dropLast())
    }

    private static func stem(of path: String) -> String {
        let name = Paths.name(of: path)
        return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    }
}
