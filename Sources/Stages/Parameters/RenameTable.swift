import JSONValues
import ModelFormats
import Pipeline

/// What tensors of a file are called in a network: `{ "encoder.*": "features.*", "fc.weight": "classifier.weight" }`.
struct RenameTable: ParameterValue {
    let rules: [RenameRule]

    static let empty = RenameTable(rules: [])

    static var expectation: String { "an object from names in the file to names in the network" }
    static var schema: JSONValue {
        ["type": "object", "additionalProperties": ["type": "string", "minLength": 1]]
    }

    private init(rules: [RenameRule]) { self.rules = rules }

    init(json: JSONValue) throws(ParameterError) {
        guard let members = json.object else { throw Self.mismatch(json) }
        rules = try members.map { old, new throws(ParameterError) in
            guard let name = new.string else {
                throw ParameterError(
                    path: JSONPath(old), "expected a name in the network, found \(new.inWords)", fix: "write a string")
            }
            guard let rule = RenameRule(old, to: name) else {
                throw ParameterError(
                    path: JSONPath(old), "'\(old)' cannot be renamed to '\(name)'",
                    fix: "write names with at most one '*' each, and none in the new name if the old one has none")
            }
            return rule
        }
    }

    var json: JSONValue {
        .object(JSONObject(rules.sorted { $0.old < $1.old }.map { ($0.old, .string($0.new)) }))
    }
}
