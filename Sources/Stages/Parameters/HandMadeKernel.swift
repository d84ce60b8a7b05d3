import JSONValues
import Pipeline

/// A kernel that somebody wrote down: `{ "name": "edges", "values": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]] }`.
struct HandMadeKernel: ParameterValue {
    let name: String
    /// Rows of one length, at least one of each.
    let values: [[Float]]

    var height: Int { values.count }
    var width: Int { values[0].count }

    private static let longestSide = 63

    static var expectation: String { "an object with a name and values, which are rows of numbers" }

    static var schema: JSONValue {
        let row: JSONValue = [
            "type": "array", "items": ["type": "number"], "minItems": 1, "maxItems": .integer(longestSide),
        ]
        return [
            "type": "object", "additionalProperties": false, "required": ["name", "values"],
            "properties": [
                "name": ["type": "string", "minLength": 1],
                "values": ["type": "array", "items": row, "minItems": 1, "maxItems": .integer(longestSide)],
            ],
        ]
    }

    init(json: JSONValue) throws(ParameterError) {
        guard let members = json.object else { throw Self.mismatch(json) }
        for key in members.keys where key != "name" && key != "values" {
            throw ParameterError(path: JSONPath(key), "a kernel has no '\(key)'", fix: "write \(Self.expectation)")
        }
        guard let name = json["name"]?.string, let numbers = json["values"] else { throw Self.mismatch(json) }
        if let objection = Self.objection(toName: name) {
            throw ParameterError(
                path: JSONPath("name"), "a kernel cannot be called \(name.debugDescription): \(objection)",
                fix: "use letters, digits, dots, dashes and underscores")
        }
        do throws(ParameterError) {
            values = try [[Float]](json: numbers)
        } catch {
            throw ParameterError(path: JSONPath("values").appending(error.path), error.what, fix: error.fix)
        }
        let widths = Set(values.map(\.count))
        guard widths.count == 1, 1...Self.longestSide ~= values.count, 1...Self.longestSide ~= widths.first! else {
            throw ParameterError(
                path: JSONPath("values"),
                widths.count > 1
                    ? "its rows have different lengths" : "a kernel has 1...\(Self.longestSide) rows and columns",
                fix: "write rows of equal length")
        }
        self.name = name
    }

    var json: JSONValue { ["name": .string(name), "values": values.json] }

    /// Why a name cannot be: it becomes a group of an HDF5 file.
    private static func objection(toName name: String) -> String? {
        if name.isEmpty || name == "." || name == ".." { return "it names no group of a file" }
        if name.utf8.count > 100 { return "it has more than 100 bytes" }
        if name.unicodeScalars.contains(where: { $0 == "/" || $0.properties.generalCategory == .control }) {
            return "it has a slash or a control character"
        }
        return ["labels", "samples", "sample_ids", "dimensions"].contains(name)
            ? "every file has something of that name" : nil
    }
}
