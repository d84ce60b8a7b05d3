import JSONValues
import Pipeline

/// A class of a network, by index or name.
enum ClassReference: ParameterValue, Hashable {
    case index(Int)
    case name(String)

    static var expectation: String { "the index or name of a class" }
    static var schema: JSONValue {
        ["anyOf": [["type": "integer", "minimum": 0], ["type": "string", "minLength": 1]]]
    }

    init(json: JSONValue) throws(ParameterError) {
        if let index = json.int, index >= 0 {
            self = .index(index)
        } else if let name = json.string, !name.isEmpty {
            self = .name(name)
        } else {
            throw Self.mismatch(json)
        }
    }

    var json: JSONValue {
        switch self {
        case .index(let index): .integer(index)
        case .name(let name): .string(name)
        }
    }

    /// - Parameters:
    ///   - count: scores that the network gives.
    ///   - names: of the classes, in the order of its output; may be empty.
    func resolved(count: Int, names: [String]) throws(ParameterError) -> Int {
        switch self {
        case .index(let index):
            guard index < count else {
                throw ParameterError(
                    "there is no class \(index); the network's \(count) classes count from 0",
                    fix: "choose classes in 0...\(count - 1)")
            }
            return index
        case .name(let name):
            if let index = names.firstIndex(where: { $0.lowercased() == name.lowercased() }) { return index }
            let nearest = nearestName(to: name, in: names).map { "; did you mean '\($0)'?" } ?? ""
            throw ParameterError(
                names.isEmpty
                    ? "the network's classes have no names" : "'\(name)' is none of the network's classes\(nearest)",
                fix: "write \(Self.expectation)")
        }
    }
}
