import JSONValues

/// What a stage sees before anything runs: descriptions of what its inputs will hold, and a place for mistakes.
public final class CheckIO {
    public let resolver: PathResolver
    private let inputs: [(port: String, described: [(any Sendable)?])]
    private(set) var described: [String: any Sendable] = [:]
    private(set) var problems: [CheckProblem] = []

    /// - Parameter inputs: by port, what each source was described as.
    init(resolver: PathResolver, inputs: [(port: String, described: [(any Sendable)?])]) {
        self.resolver = resolver
        self.inputs = inputs
    }

    // MARK: - Inputs

    /// What the input will hold; `nil` where the stage that makes it could not say.
    public func description<Reader>(of input: Input<Reader>) -> Reader.Description? {
        described(input).first?.flatMap(Reader.description(from:))
    }

    public func description<Reader>(of input: OptionalInput<Reader>) -> Reader.Description? {
        described(input).first?.flatMap(Reader.description(from:))
    }

    public func descriptions<Reader>(of input: ListInput<Reader>) -> [Reader.Description?] {
        described(input).map { $0.flatMap(Reader.description(from:)) }
    }

    public func isConnected(_ input: any InputPort) -> Bool { !described(input).isEmpty }

    private func described(_ input: any InputPort) -> [(any Sendable)?] {
        inputs.first { $0.port == input.name }?.described ?? []
    }

    // MARK: - Outputs

    /// Says what an output will hold, for the stages that take it: a value that their reader makes its `Description` of.
    public func describe(_ output: Output, as description: any Sendable) { described[output.name] = description }

    // MARK: - Mistakes

    /// - Parameter parameter: as in the pipeline file: `layers`, or `layers[2]`.
    public func problem(parameter: String, _ what: String, fix: String) {
        let path = JSONPath(parsing: parameter) ?? JSONPath(parameter)
        problems.append(CheckProblem(path: JSONPath("parameters").appending(path), what: what, fix: fix))
    }

    public func problem(input: any InputPort, _ what: String, fix: String) {
        problems.append(CheckProblem(path: JSONPath("inputs", input.name), what: what, fix: fix))
    }

    /// For a problem of no single parameter or input.
    public func problem(_ what: String, fix: String) {
        problems.append(CheckProblem(path: .root, what: what, fix: fix))
    }
}

/// A mistake that a stage found, its path starting at the stage.
struct CheckProblem: Sendable {
    var path: JSONPath
    var what: String
    var fix: String
}
