import JSONValues

/// From a pipeline file to a plan: connects stages, expands matrices, decodes parameters, finds external files.
public struct Planner {
    private let file: PipelineFile
    private let registry: StageRegistry
    private var mistakes: [Mistake] = []
    /// Instances of one declaration make the same mistake once.
    private var reported: Set<Mistake> = []
    private var declarations: [String: StageDeclaration] = [:]
    private var expansions: [String: MatrixExpansion] = [:]
    private var stages: [PlannedStage] = []

    /// Plans a file.
    ///
    /// - Throws: ``PipelineMistakes`` with everything that can be known before running, also what the stages'
    ///   own checks find.
    /// - Complexity: O(stages + inputs), without recursion over stages.
    public static func plan(_ file: PipelineFile, stages registry: StageRegistry) throws(PipelineMistakes) -> Plan {
        var planner = Planner(file: file, registry: registry)
        let plan = planner.plan()
        guard planner.mistakes.isEmpty else {
            throw PipelineMistakes(mistakes: planner.mistakes + StageChecks.mistakes(in: plan))
        }
        return plan
    }

    private init(file: PipelineFile, registry: StageRegistry) {
        self.file = file
        self.registry = registry
        mistakes = file.mistakes
    }

    /// The stages that make sense; the plan is whole where there are no mistakes.
    private mutating func plan() -> Plan {
        var reader = DeclarationReader(file: file, registry: registry)
        let (read, names) = reader.read()
        mistakes += reader.mistakes
        declarations = Dictionary(uniqueKeysWithValues: read.map { ($0.name, $0) })
        findUnknownSources(in: read, names: names)
        let ordered = DeclarationGraph(read).order { stages, reference in
            let names = (stages + [stages[0]]).map(\.name)
            mistakes.append(
                file.mistake(
                    reference.path, "the stages wait for each other: \(names.joined(separator: " → "))",
                    fix: "remove one of these inputs"))
        }
        // Parameters of stages in cycles are looked at too, for all mistakes to show at once.
        let orderedNames = Set(ordered.map(\.name))
        for declaration in read where !orderedNames.contains(declaration.name) {
            if let decoded = decode(declaration, declaration.parameters) {
                _ = externalFiles(of: decoded, declaration)
            }
        }
        for declaration in ordered { expand(declaration) }
        keepFirstMistakePerPath()
        return Plan(file: file, stages: stages)
    }

    private mutating func findUnknownSources(in read: [StageDeclaration], names: Set<String>) {
        var sorted: [String]?
        var found = 0
        for declaration in read {
            for (_, sources) in declaration.inputs {
                for reference in sources where !names.contains(reference.source.stage) {
                    let all = sorted ?? names.sorted()
                    sorted = all
                    let name = reference.source.stage
                    let others = all.filter { $0 != declaration.name }
                    found += 1
                    // A file of nothing but wrong names is not worth looking for the nearest of each for minutes.
                    let nearest = found <= Self.helpedNames ? didYouMean(name, others) : ""
                    mistakes.append(
                        file.mistake(
                            reference.path, "there is no stage '\(name)'\(nearest)",
                            fix: others.isEmpty ? "add it to \"stages\"" : "choose from \(listed(others)), or add it"))
                }
            }
        }
    }

    private static let helpedNames = 100

    /// A value that cannot be right because its variable is unknown is not also of the wrong type.
    private mutating func keepFirstMistakePerPath() {
        let early = Set(file.mistakes.map(\.path))
        let late = mistakes.dropFirst(file.mistakes.count).filter { !early.contains($0.path) }
        mistakes = file.mistakes + late
    }

    // MARK: - Instances

    private mutating func expand(_ declaration: StageDeclaration) {
        var expansion = MatrixExpansion(declaration, offset: stages.count)
        var ports: [[(reference: StageDeclaration.Reference, port: String)]] = []
        var isConnected = true
        for (port, references) in declaration.inputs {
            var resolved: [(StageDeclaration.Reference, String)] = []
            for reference in references {
                guard let source = declarations[reference.source.stage],
                    let output = output(of: source, for: reference, port: port, of: declaration),
                    let upstream = expansions[source.name], fixes(reference, in: upstream, of: source, port: port)
                else {
                    isConnected = false
                    continue
                }
                if case .matching(let fixed) = reference.source.selection { expansion.inherit(upstream, fixing: fixed) }
                resolved.append((reference, output))
            }
            ports.append(resolved)
        }
        for (parameter, _) in declaration.matrix where declaration.parameters[parameter] != nil {
            mistakes.append(
                file.mistake(
                    declaration.path.appending("matrix").appending(parameter),
                    "'\(parameter)' is in \"parameters\" as well", fix: "remove it from one of the two"))
        }
        guard let count = expansion.count, stages.count + count <= MatrixExpansion.limit else {
            mistakes.append(
                file.mistake(
                    declaration.path, "this makes more than \(MatrixExpansion.limit) instances",
                    fix: "shorten a list in \"matrix\", or gather with [*]"))
            return
        }
        var instances: [PlannedStage] = []
        for instance in 0..<count {
            let values = expansion.values(ofInstance: instance)
            var parameters = declaration.parameters
            for (axis, value) in zip(expansion.axes, values) where axis.origin == declaration.name {
                parameters[axis.parameter] = axis.values[value]
            }
            guard let decoded = decode(declaration, parameters) else { continue }
            guard let files = externalFiles(of: decoded, declaration), isConnected else { continue }
            let inputs = zip(declaration.inputs, ports).map { input, resolved in
                (input.port, resolved.flatMap { sources(of: $0.reference, $0.port, taker: expansion, values) })
            }
            instances.append(
                PlannedStage(
                    id: expansion.id(ofInstance: instance, of: declaration.name), path: declaration.path,
                    declaration: declaration.name, stage: decoded.stage, inputs: inputs,
                    resources: declaration.resources,
                    shards: declaration.shards, parameters: Self.keyParameters(decoded, files: files),
                    externalFiles: files))
        }
        guard instances.count == count else { return }
        findUnfitNames(of: instances, declaration)
        stages += instances
        expansions[declaration.name] = expansion
    }

    /// Names of instances name files, and tell instances apart.
    private mutating func findUnfitNames(of instances: [PlannedStage], _ declaration: StageDeclaration) {
        // The reader looks at names without values.
        guard instances.first.map({ $0.id != declaration.name }) ?? false else { return }
        var seen: Set<String> = []
        for instance in instances {
            let length = fileName(ofStage: instance.id).utf8.count
            let what: String
            if length > nameLimit {
                what = "the name of an instance has \(length) bytes; at most \(nameLimit) fit into the name of a folder"
            } else if !seen.insert(instance.id).inserted {
                what = "two instances have the name '\(instance.id)'"
            } else {
                continue
            }
            let fix = "use other values in \"matrix\", here or upstream"
            return mistakes.append(file.mistake(declaration.path, what, fix: fix))
        }
    }

    private func sources(
        of reference: StageDeclaration.Reference, _ port: String, taker: MatrixExpansion, _ values: [Int]
    ) -> [PlannedStage.Source] {
        let expansion = expansions[reference.source.stage]!
        switch reference.source.selection {
        case .all:
            return (0..<expansion.count!).map { PlannedStage.Source(stage: expansion.offset + $0, port: port) }
        case .matching(let fixed):
            let instance = expansion.instance(matching: taker, values, fixing: fixed)
            return [PlannedStage.Source(stage: expansion.offset + instance, port: port)]
        }
    }

    // MARK: - Connections

    /// The output that a reference means; `nil`, with a mistake, where there is none or it does not fit.
    private mutating func output(
        of source: StageDeclaration, for reference: StageDeclaration.Reference, port: any InputPort,
        of taker: StageDeclaration
    ) -> String? {
        let outputs = source.entry.outputs
        let name = reference.source.port ?? (port.kinds.contains("summary") ? "summary" : outputs[0].name)
        guard let output = outputs.first(where: { $0.name == name }) else {
            mistakes.append(
                file.mistake(
                    reference.path,
                    "'\(source.name)' has no output '\(name)'\(didYouMean(name, outputs.map(\.name)))",
                    fix: "the outputs of '\(source.entry.type.name)' are \(listed(outputs.map(\.name)))"))
            return nil
        }
        guard port.kinds.contains("*") || port.kinds.contains(output.kind) else {
            mistakes.append(
                file.mistake(
                    reference.path,
                    "'\(reference.text)' is of kind '\(output.kind)', but '\(port.name)' takes \(kindsInWords(port))",
                    fix: fixForKind(of: source, port: port, of: taker)))
            return nil
        }
        return name
    }

    private func fixForKind(of source: StageDeclaration, port: any InputPort, of taker: StageDeclaration) -> String {
        if let other = source.entry.outputs.first(where: { port.kinds.contains($0.kind) }) {
            return "write \"\(source.name).\(other.name)\""
        }
        let fitting = declarations.values.filter {
            $0.name != taker.name && port.kinds.contains($0.entry.outputs[0].kind)
        }.map(\.name).sorted()
        return fitting.isEmpty
            ? "add a stage that makes \(kindsInWords(port))" : "name a stage that fits: \(listed(fitting, "or"))"
    }

    /// Whether the instances that a reference picks exist, and are not many for a port that takes one.
    private mutating func fixes(
        _ reference: StageDeclaration.Reference, in expansion: MatrixExpansion, of source: StageDeclaration,
        port: any InputPort
    ) -> Bool {
        switch reference.source.selection {
        case .all:
            guard !port.isList, let count = expansion.count, count > 1 else { return true }
            mistakes.append(
                file.mistake(
                    reference.path, "'\(port.name)' takes one source, and '\(reference.text)' are \(count)",
                    fix: "remove [*] to make one instance for each"))
            return false
        case .matching(let fixed):
            for (label, text) in fixed.sorted(by: { $0.key < $1.key }) {
                guard let index = expansion.labels.firstIndex(of: label) else {
                    let labels = expansion.labels
                    mistakes.append(
                        file.mistake(
                            reference.path, "'\(source.name)' has no axis '\(label)'\(didYouMean(label, labels))",
                            fix: labels.isEmpty ? "write \"\(source.name)\"" : "its axes are \(listed(labels))"))
                    return false
                }
                let values = expansion.axes[index].values.map(MatrixExpansion.text)
                guard values.contains(text) else {
                    mistakes.append(
                        file.mistake(
                            reference.path,
                            "'\(label)' of '\(source.name)' is never \(text)\(didYouMean(text, values))",
                            fix: "choose from \(listed(values))"))
                    return false
                }
            }
            return true
        }
    }

    // MARK: - Parameters

    /// A stage with its values, and what of them can enter the key.
    private struct Decoded {
        var stage: any Stage
        var parameters: [(key: String, parameter: any AnyParameter)]
    }

    private mutating func decode(_ declaration: StageDeclaration, _ parameters: JSONObject) -> Decoded? {
        switch ParameterDecoder.decode(declaration.entry, from: parameters) {
        case .errors(let errors):
            for error in errors { report(error, declaration) }
            return nil
        case .stage(let stage, let parameters):
            do throws(ParameterError) {
                try stage.validate()
            } catch {
                report(error, declaration)
                return nil
            }
            return Decoded(stage: stage, parameters: parameters)
        }
    }

    private mutating func externalFiles(of decoded: Decoded, _ declaration: StageDeclaration) -> [ExternalFile]? {
        do {
            if let files = try decoded.stage.externalFiles(file.resolver) { return files }
            var files: [ExternalFile] = []
            for (key, parameter) in decoded.parameters {
                for (path, named) in parameter.inputFiles {
                    files.append(try file.resolver.file(named.path, parameter: key, name: path.description))
                }
            }
            return files
        } catch let error as ParameterError {
            report(error, declaration)
        } catch let error as StageError {
            let what = error.place.isEmpty ? error.what : "\(error.place): \(error.what)"
            mistakes.append(file.mistake(declaration.path, what, fix: error.fix))
        } catch {
            mistakes.append(file.mistake(declaration.path, "\(error)", fix: "make its files readable"))
        }
        return nil
    }

    private mutating func report(_ error: ParameterError, _ declaration: StageDeclaration) {
        let inMatrix = error.path.components.first.map { first in
            declaration.matrix.contains { .key($0.parameter) == first }
        }
        let path =
            inMatrix == true
            ? declaration.path.appending("matrix").appending(JSONPath(Array(error.path.components.prefix(1))))
            : declaration.path.appending("parameters").appending(error.path)
        let mistake = file.mistake(path, error.what, fix: error.fix)
        if reported.insert(mistake).inserted { mistakes.append(mistake) }
    }

    /// A parameter whose files enter the key does not enter it by its text as well.
    private static func keyParameters(_ decoded: Decoded, files: [ExternalFile]) -> JSONObject {
        let byContent = Set(files.compactMap(\.parameter))
        var parameters = JSONObject()
        for (key, parameter) in decoded.parameters where parameter.role == .semantic && !byContent.contains(key) {
            parameters.append(key: key, value: parameter.json ?? .null)
        }
        return parameters
    }
}
