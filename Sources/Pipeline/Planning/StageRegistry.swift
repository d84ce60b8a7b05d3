public import JSONValues

/// The kinds of stage that pipeline files can name.
public struct StageRegistry: Sendable {
    /// A kind of stage and what is known about it without a file. Shared by all stages of the kind.
    final class Entry: Sendable {
        let type: any Stage.Type
        /// The parameters of `Self()`, in the order of their declaration.
        let parameters: [(key: String, parameter: any AnyParameter)]
        let parametersByKey: [String: any AnyParameter]
        /// The names of their properties, in the same order.
        let properties: [String]
        /// With the implicit `summary`.
        let outputs: [Output]

        init(_ type: any Stage.Type) {
            self.type = type
            let list = type.init().parameterList
            parameters = list.map { (snakeCase($0.property), $0.parameter) }
            properties = list.map(\.property)
            parametersByKey = Dictionary(uniqueKeysWithValues: parameters.map { ($0.key, $0.parameter) })
            outputs = type.outputs + [.summary]
        }
    }

    private let entries: [String: Entry]

    /// The names of all stages, in the order of the list.
    public let names: [String]

    /// - Precondition: no two stages have the same name.
    public init(_ stages: [any Stage.Type]) {
        names = stages.map { $0.name }
        entries = Dictionary(uniqueKeysWithValues: stages.map { ($0.name, Entry($0)) })
    }

    subscript(name: String) -> Entry? { entries[name] }

    /// The stage that somebody who wrote a name most likely meant: the nearest, also when its family was left out.
    public func nearestName(to name: String) -> String? {
        if let nearest = JSONValues.nearestName(to: name, in: names) { return nearest }
        func member(_ name: String) -> String { String(name.split(separator: ".").last ?? "") }
        let nearest = JSONValues.nearestName(to: member(name), in: names.map(member))
        return nearest.flatMap { nearest in names.first { member($0) == nearest } }
    }

    func didYouMean(_ name: String) -> String { nearestName(to: name).map { "; did you mean '\($0)'?" } ?? "" }

    /// What a user can know about a stage; `nil` where there is none of this name.
    public func description(of name: String) -> StageDescription? { entries[name].map(StageDescription.init) }
}

/// A kind of stage, for the catalogue.
public struct StageDescription: Sendable {
    public struct Parameter: Sendable {
        /// As in the pipeline file.
        public let key: String
        public let documentation: String
        /// `a number`, `one of none, mean, max`
        public let expectation: String
        /// `nil` where it must be set.
        public let defaultValue: JSONValue?
        public let range: ParameterRange?
        public let role: ParameterRole
        /// JSON Schema of its values, without range and variables.
        let valueSchema: JSONValue
    }

    public let name: String
    public let version: Int
    public let summary: String
    public let details: String
    public let inputs: [any InputPort]
    public let outputs: [Output]
    public let parameters: [Parameter]

    init(_ entry: StageRegistry.Entry) {
        name = entry.type.name
        version = entry.type.version
        summary = entry.type.summary
        details = entry.type.details
        inputs = entry.type.inputs
        outputs = entry.outputs
        parameters = entry.parameters.map { key, parameter in
            let type = Swift.type(of: parameter).valueType
            return Parameter(
                key: key, documentation: parameter.documentation, expectation: type.expectation,
                defaultValue: parameter.json, range: parameter.range, role: parameter.role,
                valueSchema: type.schema)
        }
    }
}
