import Attribution
import JSONValues
import Pipeline

/// What is explained: a class by index or name, `"predicted"`, or a unit as `"features.14:220"`.
enum AttributionTargetParameter: ParameterValue {
    case target(AttributionTarget)
    case className(String)

    static var expectation: String {
        "\"predicted\", a class by index or name, or a unit as \"features.14:220\" (with \"@center\", \"@strongest\" or \"@row,column\")"
    }
    static var schema: JSONValue {
        ["anyOf": [["type": "integer", "minimum": 0], ["type": "string", "minLength": 1]]]
    }

    init(json: JSONValue) throws(ParameterError) {
        if let index = json.int, index >= 0 {
            self = .target(.classIndex(index))
        } else if let text = json.string, !text.isEmpty {
            // Digits in quotes are a name: some networks call their classes so.
            let target = Int(text) == nil ? AttributionTarget(text) : nil
            self = target.map { .target($0) } ?? .className(text)
        } else {
            throw Self.mismatch(json)
        }
    }

    var json: JSONValue {
        switch self {
        case .target(.classIndex(let index)): .integer(index)
        case .target(let target): .string(target.description)
        case .className(let name): .string(name)
        }
    }

    /// - Throws: `ParameterError` that names the nearest class, or the numbers of several of one name.
    func resolved(_ classes: NamedClasses) throws(ParameterError) -> AttributionTarget {
        switch self {
        case .target(let target): return target
        case .className(let name):
            let found = classes.indices(of: name)
            if found.count == 1 { return .classIndex(found[0]) }
            guard found.isEmpty else {
                let numbers = found.map(String.init).joined(separator: ", ")
                throw ParameterError(
                    parameter: "target", "'\(name)' is the name of \(found.count) classes: \(numbers)",
                    fix: "write the number of the one that is meant")
            }
            let nearest = classes.nearest(to: name).map { "; did you mean '\($0)'?" } ?? ""
            throw ParameterError(
                parameter: "target",
                classes.names.isEmpty
                    ? "'\(name)' is no target, and the network's classes have no names"
                    : "'\(name)' is none of the network's \(classes.names.count) classes\(nearest)",
                fix: "write \(Self.expectation)")
        }
    }
}
