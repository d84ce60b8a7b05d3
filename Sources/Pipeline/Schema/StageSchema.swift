public import JSONValues

/// What the pipeline file may say of one kind of stage.
struct StageSchema {
    private let stage: StageDescription

    init(_ stage: StageDescription) { self.stage = stage }

    /// Names, types and ranges of `inputs`, `parameters` and `matrix`. Nothing is required: an including file may say a
    /// part of a stage only.
    var members: JSONValue {
        let ports = stage.inputs.map { ($0.name, Self.schema(of: $0)) }
        let parameters = stage.parameters.map { ($0.key, $0.schema) }
        let axes = stage.parameters.map { ($0.key, Self.axis($0)) }
        return [
            "description": .string(Self.words(stage)),
            "properties": [
                "inputs": Self.object("What it takes.", ports), "parameters": Self.object("Its settings.", parameters),
                "matrix": Self.object("Lists of values for its parameters; one instance for each combination.", axes),
            ],
        ]
    }

    /// The inputs and parameters that must be there; `nil` where none must.
    var requirements: JSONValue? {
        let inputs = stage.inputs.filter { !$0.isOptional }.map(\.name)
        var all: [JSONValue] = []
        if !inputs.isEmpty { all.append(Self.having(inputs, in: "inputs")) }
        for parameter in stage.parameters where parameter.defaultValue == nil {
            all.append(
                ["anyOf": [Self.having([parameter.key], in: "parameters"), Self.having([parameter.key], in: "matrix")]])
        }
        return all.isEmpty ? nil : ["allOf": .array(all)]
    }

    // MARK: - Parts

    /// A variable in the place of the object may hold the names.
    private static func having(_ names: [String], in section: String) -> JSONValue {
        ["required": [.string(section)], "properties": [section: ["required": .strings(names)]]]
    }

    private static func object(_ description: String, _ members: [(String, JSONValue)]) -> JSONValue {
        [
            "description": .string(description), "type": ["object", "string"],
            "pattern": .string(SchemaFragment.variable), "properties": .object(JSONObject(members)),
            "additionalProperties": false,
        ]
    }

    private static func schema(of port: any InputPort) -> JSONValue {
        let description = "\(port.documentation) (\(kindsInWords(port)))"
        var schema: JSONValue = ["$ref": "#/$defs/source"]
        if port.isList {
            let list: JSONValue = [
                "type": "array", "items": ["$ref": "#/$defs/source"], "minItems": port.isOptional ? 0 : 1,
            ]
            schema = ["anyOf": [schema, list]]
        }
        if port.isOptional { schema = ["anyOf": [schema, ["type": "null"]]] }
        schema["description"] = .string(description)
        return schema
    }

    private static func axis(_ parameter: StageDescription.Parameter) -> JSONValue {
        [
            "description": .string(parameter.documentation), "type": ["array", "string"],
            "pattern": .string(SchemaFragment.variable), "items": parameter.schema, "minItems": 1,
        ]
    }

    private static func words(_ stage: StageDescription) -> String {
        stage.details.isEmpty ? stage.summary : stage.summary + "\n\n" + stage.details
    }
}

extension StageDescription.Parameter {
    /// JSON Schema of the value: type, choices, range, default and what it means; a variable may stand in its place.
    public var schema: JSONValue {
        var schema: JSONValue = [:]
        schema["description"] = .string(
            role == .execution ? documentation + " Never changes results." : documentation)
        if let defaultValue { schema["default"] = defaultValue }
        for (key, value) in SchemaFragment.open(SchemaFragment.ranged(valueSchema, range)).object ?? [:] {
            schema[key] = value
        }
        return schema
    }
}
