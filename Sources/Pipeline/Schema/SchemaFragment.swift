import JSONValues

/// Changes to a JSON Schema of values: a range for its numbers, and variables in the place of its values.
///
/// Only the keywords that ``ParameterValue/schema`` may use are known: `type`, `enum`, `const`, `anyOf`, `oneOf`, `items`,
/// `properties`, `additionalProperties`, `minLength` and `pattern`.
enum SchemaFragment {
    /// A string that is one `${name}` and nothing else: it stands for a value of any type.
    static let variable = #"^\$\{[^}]+\}$"#

    /// A string with a `${name}` in it: it becomes another string.
    static let interpolation = #"(^|[^$])\$\{[^}]+\}"#

    /// The range for every number in the value, as ``ParameterRange`` has it.
    static func ranged(_ schema: JSONValue, _ range: ParameterRange?) -> JSONValue {
        guard let range, var object = schema.object else { return schema }
        if ["integer", "number"].contains(object["type"]?.string) {
            object["minimum"] = range.lower
            object["maximum"] = range.upper
            return .object(object)
        }
        return mappingParts(of: object) { ranged($0, range) }
    }

    /// Lets a variable stand wherever the pipeline file may have one: for the value, and for each part of it.
    ///
    /// Where the type allows, the string is a second type beside the first, not an alternative schema: editors then still
    /// complete the first, and messages say what is wrong with it.
    static func open(_ schema: JSONValue) -> JSONValue {
        guard let object = schema.object else { return schema }
        if object["enum"] != nil || object["const"] != nil || object["pattern"] != nil {
            return ["anyOf": [schema, ["type": "string", "pattern": .string(interpolation)]]]
        }
        guard var opened = mappingParts(of: object, change: open).object else { return schema }
        if let type = opened["type"]?.string, type != "string", type != "null" {
            opened["type"] = [.string(type), "string"]
            opened["pattern"] = .string(variable)
        }
        return .object(opened)
    }

    private static func mappingParts(of object: JSONObject, change: (JSONValue) -> JSONValue) -> JSONValue {
        JSONValue.object(
            JSONObject(
                object.map { key, value in
                    switch key {
                    case "items", "additionalProperties": (key, change(value))
                    case "properties":
                        (key, .object(JSONObject((value.object ?? [:]).map { ($0, change($1)) })))
                    // With variables, more than one of them can fit.
                    case "anyOf", "oneOf": ("anyOf", .array((value.array ?? []).map(change)))
                    default: (key, value)
                    }
                }))
    }
}
