import FeatureVisualization
import JSONValues
import NeuralNetwork
import Pipeline

/// A term of a sum that is maximized: `{ "layer": "conv2", "channel": 3, "position": "center", "weight": -0.5 }`,
/// `{ "layer": "conv2", "direction": […] }`, `{ "layer": "conv2" }` or `{ "class": "tabby" }`.
struct ObjectiveTermParameter: ParameterValue {
    private enum Subject {
        case layer(String, ObjectiveTerm.Measure)
        case score(ClassReference)
    }

    private let subject: Subject
    private let weight: Float

    private static let keys = ["channel", "class", "direction", "layer", "position", "weight"]

    static var expectation: String {
        "an object with \"layer\" and \"channel\", \"layer\" and \"direction\", \"layer\" alone, or \"class\"; with \"position\" and \"weight\" on demand"
    }

    static var schema: JSONValue {
        [
            "type": "object", "additionalProperties": false,
            "properties": [
                "layer": ["type": "string"], "channel": ["type": "integer", "minimum": 0],
                "direction": ["type": "array", "items": ["type": "number"], "minItems": 1],
                "class": ClassReference.schema, "weight": ["type": "number"],
                "position": [
                    "anyOf": [["enum": ["everywhere", "center"]], ["type": "string", "pattern": "^[0-9]+,[0-9]+$"]]
                ],
            ],
            "anyOf": [["required": ["layer"]], ["required": ["class"]]],
        ]
    }

    init(json: JSONValue) throws(ParameterError) {
        guard let members = json.object else { throw Self.mismatch(json) }
        for key in members.keys where !Self.keys.contains(key) {
            let nearest = nearestName(to: key, in: Self.keys).map { "; did you mean '\($0)'?" } ?? ""
            throw ParameterError(
                path: JSONPath(key), "a term has no '\(key)'\(nearest)",
                fix: "rename or remove it; the keys are \(Self.keys.joined(separator: ", "))")
        }
        func refuse(_ key: String, beside other: String) throws(ParameterError) {
            guard members[key] != nil else { return }
            throw ParameterError(path: JSONPath(key), "'\(key)' and '\(other)' exclude each other", fix: "remove one")
        }
        weight = try Self.read(Float.self, "weight", json) ?? 1
        guard weight != 0 else {
            throw ParameterError(path: JSONPath("weight"), "a term of weight 0 says nothing", fix: "remove the term")
        }
        if let reference = try Self.read(ClassReference.self, "class", json) {
            for key in ["layer", "channel", "direction", "position"] { try refuse(key, beside: "class") }
            subject = .score(reference)
            return
        }
        guard let layer = try Self.read(String.self, "layer", json) else { throw Self.mismatch(json) }
        let text = try Self.read(String.self, "position", json)
        guard let position = text.map({ ObjectiveTerm.Position($0) }) ?? .everywhere else {
            throw ParameterError(
                path: JSONPath("position"), "'\(text!)' is no position",
                fix: "write \(ObjectiveTerm.Position.expectation)")
        }
        if let channel = try Self.read(Int.self, "channel", json) {
            try refuse("direction", beside: "channel")
            guard channel >= 0 else {
                throw ParameterError(
                    path: JSONPath("channel"), "\(channel) is no channel", fix: "channels count from 0")
            }
            subject = .layer(layer, .channel(channel, position))
        } else if let direction = try Self.read([Float].self, "direction", json) {
            guard direction.contains(where: { $0 != 0 }) else {
                throw ParameterError(
                    path: JSONPath("direction"), "a vector of length 0 points nowhere",
                    fix: "give a number for each channel, not all of them 0")
            }
            subject = .layer(layer, .direction(direction, position))
        } else {
            guard text == nil else {
                throw ParameterError(
                    path: JSONPath("position"), "a whole layer has no position", fix: "add a channel, or remove it")
            }
            subject = .layer(layer, .layer)
        }
    }

    private static func read<Value: ParameterValue>(
        _ type: Value.Type, _ key: String, _ json: JSONValue
    ) throws(ParameterError) -> Value? {
        guard let member = json[key] else { return nil }
        do throws(ParameterError) { return try Value(json: member) } catch {
            throw ParameterError(path: JSONPath(key).appending(error.path), error.what, fix: error.fix)
        }
    }

    /// Written in full, so that two ways of saying the same have the same key.
    var json: JSONValue {
        switch subject {
        case .score(let reference): ["class": reference.json, "weight": weight.json]
        case .layer(let layer, .layer): ["layer": .string(layer), "weight": weight.json]
        case .layer(let layer, .channel(let channel, let position)):
            [
                "layer": .string(layer), "channel": .integer(channel), "position": .string(position.text),
                "weight": weight.json,
            ]
        case .layer(let layer, .direction(let direction, let position)):
            [
                "layer": .string(layer), "direction": direction.json, "position": .string(position.text),
                "weight": weight.json,
            ]
        }
    }

    /// The term in a network, its layer by the name that the network has for it.
    /// - Throws: `ParameterError`, its path from the term.
    func resolved(in network: Network, classNames: [String]) throws(ParameterError) -> ObjectiveTerm {
        switch subject {
        case .score(let reference):
            guard let count = network.scoreCount else {
                throw ParameterError(path: JSONPath("class"), "the network scores no classes", fix: "name a layer")
            }
            do throws(ParameterError) {
                let index = try reference.resolved(count: count, names: classNames)
                return ObjectiveTerm(
                    layer: network.nodes[network.logitsNode].name, .channel(index, .everywhere), weight: weight)
            } catch { throw ParameterError(path: JSONPath("class"), error.what, fix: error.fix) }
        case .layer(let layer, let measure):
            do throws(NetworkError) {
                let node = try network.index(of: layer)
                return ObjectiveTerm(layer: network.nodes[node].name, measure, weight: weight)
            } catch { throw ParameterError(path: JSONPath("layer"), error.what, fix: error.fix) }
        }
    }
}
