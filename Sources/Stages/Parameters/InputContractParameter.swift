import JSONValues
import NeuralNetwork
import Pipeline

/// How images become a network's input: a name, or `{ "order": "RGB", "range": 255, "mean": […], "std": […] }`.
struct InputContractParameter: ParameterValue {
    let contract: InputContract

    /// Written in full, so that two ways of saying the same have the same key.
    var json: JSONValue { contract.json }

    private static var names: [String] { InputContract.named.map(\.name) }

    static var expectation: String {
        "one of \(names.joined(separator: ", ")), or an object with order, range, mean and std"
    }

    static var schema: JSONValue {
        let list: JSONValue = ["type": "array", "items": ["type": "number"], "minItems": 1]
        let numbers: JSONValue = ["anyOf": [list, ["type": "number"]]]
        return [
            "oneOf": [
                ["enum": .strings(names)],
                [
                    "type": "object", "additionalProperties": false,
                    "properties": [
                        "order": ["enum": ["RGB", "BGR"]], "range": ["type": "number"], "mean": numbers, "std": numbers,
                    ],
                ],
            ]
        ]
    }

    init(json: JSONValue) throws(ParameterError) {
        if let name = json.string {
            guard let known = InputContract.named.first(where: { $0.name == name }) else {
                let nearest = nearestName(to: name, in: Self.names).map { "; did you mean '\($0)'?" } ?? ""
                throw ParameterError("'\(name)' is no kind of input\(nearest)", fix: "write \(Self.expectation)")
            }
            contract = known.contract
        } else if let given = InputContract(json: json) {
            contract = given
        } else {
            throw Self.mismatch(json)
        }
    }
}
