import JSONValues

/// Reads the members of a resolved pipeline file one by one, and collects everything that has the wrong shape or name.
struct DeclarationReader {
    private let file: PipelineFile
    private let registry: StageRegistry
    private(set) var mistakes: [Mistake] = []

    private static let fileKeys = ["$schema", "description", "include", "name", "stages", "variables"]
    private static let stageKeys = ["description", "inputs", "matrix", "parameters", "resources", "shards", "stage"]

    init(file: PipelineFile, registry: StageRegistry) {
        self.file = file
        self.registry = registry
    }

    /// The declarations that make sense by themselves, in the order of the file.
    mutating func read() -> [StageDeclaration] {
        findUnknownKeys(in: file.resolved, at: .root, valid: Self.fileKeys)
        for key in ["name", "description"] { _ = string(file.resolved[key], at: JSONPath(key)) }
        if !isRunName(file.name) {
            mistake(
                JSONPath("name"), "'\(file.name)' cannot name a folder",
                fix: "use letters, digits, '.', '_' and '-', and neither '.' nor '-' at the start")
        }
        findLongName(file.name, at: JSONPath("name"))
        let path = JSONPath("stages")
        guard let stages = object(file.resolved["stages"] ?? .null, at: path, example: "{ \"data\": { \"stage\": … } }")
        else { return [] }
        if stages.isEmpty { mistake(path, "there are no stages", fix: "add one; 'convscope stages' lists the kinds") }
        var declarations: [StageDeclaration] = []
        for (name, value) in stages where mistakes.count < PipelineMistakes.limit {
            if let declaration = declaration(name, value, at: path.appending(name)) { declarations.append(declaration) }
        }
        return declarations
    }

    private mutating func declaration(_ name: String, _ value: JSONValue, at path: JSONPath) -> StageDeclaration? {
        if !isStageName(name) {
            mistake(
                path, "'\(name)' is no name for a stage",
                fix: "use letters, digits, '_' and '-', and no '-' at the start")
        }
        findLongName(name, at: path)
        guard let object = object(value, at: path, example: "{ \"stage\": …, \"inputs\": { … } }") else { return nil }
        findUnknownKeys(in: object, at: path, valid: Self.stageKeys)
        _ = string(object["description"], at: path.appending("description"))
        let parameters = members("parameters", of: object, at: path)
        let resources = self.resources(members("resources", of: object, at: path), at: path.appending("resources"))
        let shards = self.shards(object["shards"], at: path.appending("shards"))
        let matrix = self.matrix(members("matrix", of: object, at: path), at: path.appending("matrix"))
        let inputs = members("inputs", of: object, at: path)
        guard let entry = entry(object["stage"], at: path.appending("stage")) else { return nil }
        let connected = self.inputs(inputs, of: entry, at: path.appending("inputs"))
        return StageDeclaration(
            name: name, path: path, entry: entry, inputs: connected, parameters: parameters, matrix: matrix,
            resources: resources, shards: shards)
    }

    private mutating func entry(_ value: JSONValue?, at path: JSONPath) -> StageRegistry.Entry? {
        guard let value else {
            mistake(
                path.parent, "it does not say which stage it is",
                fix: "write \"stage\": \"\(registry.names.first ?? "")\", or another; 'convscope stages' lists them")
            return nil
        }
        guard let name = string(value, at: path) else { return nil }
        guard let entry = registry[name] else {
            mistake(
                path, "there is no stage '\(name)'\(registry.didYouMean(name))",
                fix: "write one of \(listed(registry.names)); 'convscope stages' describes them")
            return nil
        }
        return entry
    }

    // MARK: - Inputs

    private mutating func inputs(
        _ object: JSONObject, of entry: StageRegistry.Entry, at path: JSONPath
    ) -> [(port: any InputPort, sources: [StageDeclaration.Reference])] {
        let ports = entry.type.inputs
        for key in object.keys where !ports.contains(where: { $0.name == key }) {
            let names = ports.map(\.name)
            mistake(
                path.appending(key), "'\(entry.type.name)' has no input '\(key)'\(didYouMean(key, names))",
                fix: "rename or remove it; " + (names.isEmpty ? "it has none" : "the inputs are \(listed(names))"))
        }
        return ports.compactMap { port in
            guard let value = object[port.name], !value.isNull else {
                if !port.isOptional {
                    mistake(
                        path, "'\(entry.type.name)' needs the input '\(port.name)': \(port.documentation)",
                        fix: "write \"\(port.name)\": with the name of a stage that makes \(kindsInWords(port))")
                }
                return nil
            }
            return (port, references(value, port: port, at: path.appending(port.name)))
        }
    }

    private mutating func references(
        _ value: JSONValue, port: any InputPort, at path: JSONPath
    ) -> [StageDeclaration.Reference] {
        switch value {
        case .string(let text): return reference(text, at: path).map { [$0] } ?? []
        case .array(let elements) where port.isList:
            if elements.isEmpty, !port.isOptional {
                mistake(path, "the list is empty", fix: "name at least one stage that makes \(kindsInWords(port))")
            }
            return elements.enumerated().compactMap { index, element in
                string(element, at: path.appending(index)).flatMap { reference($0, at: path.appending(index)) }
            }
        default:
            mistake(
                path, "expected the name of a stage\(port.isList ? ", or a list of them" : ""), found \(value.inWords)",
                fix: "write \"stage\" or \"stage.output\"")
            return []
        }
    }

    private mutating func reference(_ text: String, at path: JSONPath) -> StageDeclaration.Reference? {
        guard let source = SourceName(parsing: text) else {
            mistake(path, "'\(text)' does not name a stage", fix: "write \"stage\" or \"stage.output\"")
            return nil
        }
        return StageDeclaration.Reference(path: path, text: text, source: source)
    }

    // MARK: - How to run

    private mutating func resources(_ object: JSONObject, at path: @autoclosure () -> JSONPath) -> Resources {
        Resources(object) { key, what, fix in mistake(path().appending(key), what, fix: fix) }
    }

    private mutating func shards(_ value: JSONValue?, at path: @autoclosure () -> JSONPath) -> Int? {
        guard let value else { return nil }
        guard let shards = value.int, shards > 0 else {
            mistake(path(), "expected a whole number above 0, found \(value.inWords)", fix: "write 8, or remove it")
            return nil
        }
        return shards
    }

    private mutating func matrix(
        _ object: JSONObject, at makePath: @autoclosure () -> JSONPath
    ) -> [(parameter: String, values: [JSONValue])] {
        if object.isEmpty { return [] }
        let path = makePath()
        return object.compactMap { key, value in
            guard let values = value.array, !values.isEmpty else {
                mistake(
                    path.appending(key), "expected a list of values, found \(value.inWords)", fix: "write [5, 30, 50]")
                return nil
            }
            guard values.count <= MatrixExpansion.limit else {
                mistake(
                    path.appending(key), "this makes more than \(MatrixExpansion.limit) instances",
                    fix: "shorten the list")
                return nil
            }
            var seen: [String: String] = [:]
            let different = values.enumerated().filter { index, value in
                let text = MatrixExpansion.text(value)
                let same = MatrixExpansion.text(value.simplest)
                guard let other = seen.updateValue(text, forKey: same) else { return true }
                let why = other == text ? ": two instances would have one name" : " as \(other), the same number"
                mistake(
                    path.appending(key).appending(index), "\(text) is in the list already\(why)",
                    fix: "remove one of the two")
                return false
            }
            return (key, different.map(\.element))
        }
    }

    // MARK: - Shapes

    private mutating func findLongName(_ name: String, at path: JSONPath) {
        guard name.utf8.count > nameLimit else { return }
        mistake(
            path, "the name has \(name.utf8.count) bytes; at most \(nameLimit) fit into the name of a folder",
            fix: "shorten it")
    }

    private mutating func findUnknownKeys(in object: JSONObject, at path: JSONPath, valid: [String]) {
        for key in object.keys where !valid.contains(key) {
            mistake(
                path.appending(key), "unknown key '\(key)'\(didYouMean(key, valid))",
                fix: "rename or remove it; the keys are \(valid.joined(separator: ", "))")
        }
    }

    private mutating func members(_ key: String, of object: JSONObject, at path: JSONPath) -> JSONObject {
        guard let value = object[key] else { return JSONObject() }
        return self.object(value, at: path.appending(key), example: "{ … }") ?? JSONObject()
    }

    // Most values are right: their paths are made only where a mistake needs them.

    private mutating func object(
        _ value: JSONValue, at path: @autoclosure () -> JSONPath, example: String
    ) -> JSONObject? {
        if let object = value.object { return object }
        mistake(path(), "expected an object, found \(value.inWords)", fix: "write \(example)")
        return nil
    }

    private mutating func string(_ value: JSONValue?, at path: @autoclosure () -> JSONPath) -> String? {
        guard let value else { return nil }
        if let string = value.string { return string }
        mistake(path(), "expected a string, found \(value.inWords)", fix: "write a string in double quotes")
        return nil
    }

    private mutating func mistake(_ path: JSONPath, _ what: String, fix: String) {
        mistakes.append(file.mistake(path, what, fix: fix))
    }
}

extension JSONValue {
    /// A whole number however it is written: `1.0` is 1.
    fileprivate var simplest: JSONValue {
        guard case .number(let number) = self else { return self }
        return Int(exactly: number).map(JSONValue.integer) ?? self
    }
}

/// A name that is safe for a folder.
private func isRunName(_ name: String) -> Bool {
    !name.hasPrefix(".") && isStageName(name.filter { $0 != "." })
}

/// `activations or dataset`
func kindsInWords(_ port: any InputPort) -> String {
    port.kinds.contains("*") ? "anything" : listed(port.kinds, "or")
}
