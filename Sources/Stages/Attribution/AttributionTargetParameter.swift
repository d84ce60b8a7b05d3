import Attribution
import JSONValues
import NeuralNetwork
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

    /// - Parameter classNames: of the network, in the order of its output.
    /// - Throws: `ParameterError` that names the nearest class.
    func resolved(classNames: [String]) throws(ParameterError) -> AttributionTarget {
        switch self {
        case .target(let target): return target
        case .className(let name):
            if let index = classNames.firstIndex(where: { $0.caseInsensitiveEquals(name) }) {
                return .classIndex(index)
            }
            let nearest = nearestName(to: name, in: classNames).map { "; did you mean '\($0)'?" } ?? ""
            throw ParameterError(
                parameter: "target",
                classNames.isEmpty
                    ? "'\(name)' is no target, and the network's classes have no names"
                    : "'\(name)' is none of the network's \(classNames.count) classes\(nearest)",
                fix: "write \(Self.expectation)")
        }
    }
}

extension String {
    fileprivate func caseInsensitiveEquals(_ other: String) -> Bool { lowercased() == other.lowercased() }
}
