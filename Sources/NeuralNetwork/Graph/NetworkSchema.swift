public import JSONValues

extension Network {
    /// The JSON Schema of network files, draft 2020-12, made from what the layers read.
    public static var schema: JSONValue {
        let size: JSONValue = ["type": "integer", "minimum": 1, "maximum": .integer(1 << 16)]
        let kinds = LayerKinds.all.map { $0.kind }
        return [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "A network for convscope",
            "type": "object",
            "required": ["name", "input", "layers"],
            "additionalProperties": false,
            "properties": [
                "$schema": ["type": "string"],
                "name": ["type": "string", "description": "What reports call the network."],
                "description": ["type": "string", "description": "One sentence for 'convscope models'."],
                "input": [
                    "type": "array", "minItems": 3, "maxItems": 3, "items": size,
                    "description": "Channels, height and width of an image.",
                ],
                "layers": [
                    "type": "array", "minItems": 1, "items": ["$ref": "#/$defs/layer"],
                    "description": "In the order of computation; the last one's output is the network's.",
                ],
            ],
            "$defs": [
                "name": ["type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[^/]+$"],
                "layer": [
                    "type": "object", "required": ["name", "kind"],
                    "properties": ["kind": ["enum": .strings(kinds), "description": "What the layer computes."]],
                    "allOf": .array(LayerKinds.all.map(rule)),
                ],
            ],
        ]
    }

    /// What a layer of one kind may hold.
    private static func rule(for type: any Layer.Type) -> JSONValue {
        let recorder = SettingsRecorder()
        // Errors of kinds that have settings in relation to each other are about values, and there are none.
        _ = try? type.init(settings: LayerSettings(recordedBy: recorder))
        var properties: JSONObject = [
            "name": ["$ref": "#/$defs/name", "description": "As PyTorch's named_modules() has it: 'features.14'."],
            "alias": ["$ref": "#/$defs/name", "description": "Another name that the layer answers to."],
            "kind": true,
            "inputs": [
                "type": "array", "minItems": 1, "items": ["$ref": "#/$defs/name"],
                "description": "Names of earlier layers, or 'input'; the layer before, where this is absent.",
            ],
        ]
        for (key, schema) in recorder.settings { properties[key] = schema }
        var then: JSONObject = ["properties": .object(properties), "additionalProperties": false]
        if !recorder.required.isEmpty { then["required"] = .strings(recorder.required) }
        return ["if": ["properties": ["kind": ["const": .string(type.kind)]]], "then": .object(then)]
    }
}
