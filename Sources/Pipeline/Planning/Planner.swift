import JSONValues
import Storage

/// From a pipeline file to a plan: connects stages, expands matrices, decodes parameters, finds external files.
public struct Planner {
    let file: PipelineFile
    private let registry: StageRegistry
    var mistakes: [Mistake] = []
    /// Instances of one declaration make the same mistake once.
    var reported: Set<Mistake> = []
    var graph = DeclarationGraph([])
    /// By position in the graph; `nil` where a declaration, or what it takes from, makes no sense.
    private var expansions: [MatrixExpansion?] = []
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
        let declarations = reader.read()
        mistakes += reader.mistakes
        graph = DeclarationGraph(declarations)
        expansions = Array(repeating: nil, count: declarations.count)
        findUnknownSources()
        let order = graph.order { stages, reference in
            let names = (stages + [stages[0]]).map(\.name)
            mistakes.append(
                file.mistake(
                    reference.path, "the stages wait for each other: \(names.joined(separator: " → "))",
                    fix: "remove one of these inputs"))
        }
        let isOrdered = order.reduce(into: Array(repeating: false, count: declarations.count)) { $0[$1] = true }
        // Most of the time goes here, and none of it depends on other stages.
        let variants = concurrentMap(declarations.count) { [resolver = file.resolver] position in
            declarations[position].matrix.isEmpty && isOrdered[position]
                ? Self.variant(of: declarations[position], [], resolver) : nil
        }
        for position in order where mistakes.count < PipelineMistakes.limit { expand(position, variants[position]) }
        // Stages in cycles and behind them are looked at too, for all mistakes to show at once.
        for position in declarations.indices where !isOrdered[position] && mistakes.count < PipelineMistakes.limit {
            _ = connect(declarations[position])
            findRepeatedParameters(of: declarations[position])
            findMistakesInParameters(of: declarations[position])
        }
        keepFirstMistakePerPath()
        return Plan(file: file, stages: stages)
    }

    private mutating func findUnknownSources() {
        let names = file.resolved["stages"]?.object ?? JSONObject()
        var sorted: [String]?
        var found = 0
        for declaration in graph.declarations {
            for (_, sources) in declaration.inputs {
                for reference in sources where graph.source(of: reference) == nil {
                    let name = reference.source.stage
                    // It is there, but makes no sense.
                    if names[name] != nil { continue }
                    let all = sorted ?? names.keys.sorted()
                    sorted = all
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

    /// A value that cannot be right because of its variable is not also of the wrong type, or no file.
    private mutating func keepFirstMistakePerPath() {
        let early = Set(file.mistakes.map(\.path)).union(file.senseless)
        let late = mistakes.dropFirst(file.mistakes.count).filter { !early.contains($0.path) }
        mistakes = file.mistakes + late
    }

    // MARK: - Instances

    /// - Parameters:
    ///   - position: in the graph, after those that it takes from.
    ///   - variant: what it is with the parameters of the file; `nil` where it has a matrix.
    private mutating func expand(_ position: Int, _ variant: Result<StageVariant, StageVariant.Failure>?) {
        let declaration = graph.declarations[position]
        let (expansion, connections, isConnected) = connect(declaration)
        findRepeatedParameters(of: declaration)
        guard let count = expansion.count, stages.count + count <= MatrixExpansion.limit else {
            mistakes.append(
                file.mistake(
                    declaration.path, "this makes more than \(MatrixExpansion.limit) instances",
                    fix: "shorten a list in \"matrix\", or gather with [*]"))
            return
        }
        let variants = variant.map { [$0] } ?? self.variants(of: declaration, expansion)
        var instances: [PlannedStage] = []
        instances.reserveCapacity(count)
        for instance in 0..<count {
            let combination = instance / (count / variants.count)
            let choice = expansion.choice(ofCombination: combination)
            let variant: StageVariant
            switch variants[combination] {
            case .success(let made): variant = made
            case .failure(let failure):
                report(failure, declaration, choice)
                continue
            }
            guard isConnected else { continue }
            let values = expansion.values(ofInstance: instance)
            let inputs = connections.map { port, sources in
                (port, sources.flatMap { $0.sources(ofInstance: values, of: expansion) })
            }
            instances.append(
                PlannedStage(
                    id: expansion.id(ofInstance: instance, of: declaration.name), declaration: declaration,
                    choice: choice, variant: variant, inputs: inputs))
        }
        guard instances.count == count else { return }
        findUnfitNames(of: instances, declaration)
        stages += instances
        expansions[position] = expansion
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

    // MARK: - Connections

    /// The axes of a declaration, with those that its sources hand on, and what each of its inputs takes; without the
    /// references that mean nothing, and then not connected.
    private mutating func connect(_ declaration: StageDeclaration) -> (
        expansion: MatrixExpansion, connections: [(port: any InputPort, sources: [Connection])], isConnected: Bool
    ) {
        var expansion = MatrixExpansion(declaration, offset: stages.count)
        var connections: [(port: any InputPort, sources: [Connection])] = []
        var isConnected = true
        for (port, references) in declaration.inputs {
            var sources: [Connection] = []
            for reference in references {
                guard let source = graph.source(of: reference),
                    let output = output(of: graph.declarations[source], for: reference, port: port, of: declaration),
                    let upstream = expansions[source], fixes(reference, in: upstream, port: port)
                else {
                    isConnected = false
                    continue
                }
                if case .matching(let fixed) = reference.source.selection { expansion.inherit(upstream, fixing: fixed) }
                sources.append(Connection(upstream: upstream, selection: reference.source.selection, port: output))
            }
            connections.append((port, sources))
        }
        return (expansion, connections, isConnected)
    }
}
