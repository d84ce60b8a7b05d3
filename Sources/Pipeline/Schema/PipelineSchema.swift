public import JSONValues

extension StageRegistry {
    /// The JSON Schema (draft 2020-12) of pipeline files that use these stages, for editors and validators.
    ///
    /// It accepts every file without mistakes, and rejects what can be rejected by looking at one value at a time: names,
    /// types, ranges, choices, what is missing. What needs the graph, a model or a file is left to `check`. In a file with
    /// `include` nothing is required, for another file may say it.
    public var pipelineSchema: JSONValue {
        let stages = names.sorted().compactMap(description(of:))
        return [
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A pipeline of convscope",
            "type": "object", "properties": .object(Self.fileMembers), "additionalProperties": false,
            "if": ["not": ["required": ["include"]]],
            "then": [
                "required": ["stages"],
                "properties": ["stages": ["minProperties": 1, "additionalProperties": ["$ref": "#/$defs/whole"]]],
            ],
            "$defs": [
                "stage": Self.stage(stages), "whole": Self.whole(stages),
                "source": [
                    "description": "A stage or one of its outputs: map, map.history, map[*], map[seed=0].",
                    "type": "string", "anyOf": [["pattern": .string(Self.source)], ["pattern": Self.interpolation]],
                ],
                "kinds": .object(JSONObject(stages.map { ($0.name, StageSchema($0).members) })),
            ],
        ]
    }

    private static let source =
        #"^[A-Za-z0-9_-]+(\[(\*|[^\],=]+=[^\],]*(,[^\],=]+=[^\],]*)*)\])?(\..+)?$"#
    private static let interpolation = JSONValue.string(SchemaFragment.interpolation)

    // MARK: - The file

    private static let fileMembers: JSONObject = [
        "$schema": ["description": "Where this schema is, for editors."],
        "name": [
            "description": "What the run folder is called; the file's own name if absent.", "type": "string",
            "anyOf": [["pattern": "^[A-Za-z0-9_][A-Za-z0-9._-]*$"], ["pattern": Self.interpolation]],
        ],
        "description": ["description": "What the pipeline asks, in Markdown, for the report.", "type": "string"],
        "include": [
            "description": "Files to merge below this one; later ones win.", "type": "array",
            "items": ["type": "string"],
        ],
        "variables": [
            "description": "Values for ${name} anywhere in the file; --set variables.name=… changes one.",
            "type": "object",
        ],
        "stages": opened(
            [
                "description": "The stages by name. Their inputs make the graph; their order means nothing.",
                "propertyNames": ["pattern": "^[A-Za-z0-9_][A-Za-z0-9_-]*$"],
                "additionalProperties": ["$ref": "#/$defs/stage"],
            ], to: "object"),
    ]

    /// A value of a type, or a variable in its place.
    private static func opened(_ schema: JSONValue, to type: String) -> JSONValue {
        var opened = schema
        opened["type"] = [.string(type), "string"]
        opened["pattern"] = .string(SchemaFragment.variable)
        return opened
    }

    // MARK: - A stage

    /// Whatever a stage says, by its kind. Nothing is required.
    private static func stage(_ stages: [StageDescription]) -> JSONValue {
        let kinds = stages.map { ["const": .string($0.name), "description": .string($0.summary)] as JSONValue }
        let members: JSONObject = [
            "stage": [
                "description": "Which kind of stage it is.",
                "anyOf": .array(kinds + [["type": "string", "pattern": interpolation]]),
            ],
            "description": ["description": "For readers of the file.", "type": "string"],
            "inputs": opened(["description": "What it takes."], to: "object"),
            "parameters": opened(["description": "Its settings."], to: "object"),
            "matrix": opened(["description": "Lists of values for its parameters."], to: "object"),
            "resources": resources,
            "shards": opened(["description": "In how many parts to run it.", "minimum": 1], to: "integer"),
        ]
        var schema = opened(["properties": .object(members), "additionalProperties": false], to: "object")
        schema["allOf"] = .array(
            stages.map { cases(of: $0, then: ["$ref": .string("#/$defs/kinds/\($0.name)")]) })
        return schema
    }

    /// What a stage must say where no other file can say it.
    private static func whole(_ stages: [StageDescription]) -> JSONValue {
        let requirements = stages.compactMap { stage in
            StageSchema(stage).requirements.map { cases(of: stage, then: $0) }
        }
        return ["required": ["stage"], "allOf": .array(requirements)]
    }

    private static func cases(of stage: StageDescription, then schema: JSONValue) -> JSONValue {
        ["if": ["required": ["stage"], "properties": ["stage": ["const": .string(stage.name)]]], "then": schema]
    }

    private static let resources = opened(
        [
            "description": "How to run it. Nothing here changes results.",
            "properties": [
                "threads": opened(["description": "How many threads it may use.", "minimum": 1], to: "integer"),
                "memory": text("8GB, 500 MB, 1.5GiB", #"^([0-9]+\.?[0-9]*|\.[0-9]+) *([kKmMgGtT]?|[kKmMgG][iI])[bB]$"#),
                "time": text("01:30:00, or 2-00:00:00 with days", "^([0-9]+-)?[0-9]+(:[0-9]+){1,2}$"),
                "partition": ["description": "Where to run it, on a cluster.", "type": "string"],
            ], "additionalProperties": false,
        ], to: "object")

    private static func text(_ description: String, _ pattern: String) -> JSONValue {
        [
            "description": .string(description), "type": "string",
            "anyOf": [["pattern": .string(pattern)], ["pattern": Self.interpolation]],
        ]
    }
}
