import JSONValues
import Pipeline

/// A file of weights by path, or the word `random`.
struct WeightsReference: ParameterValue {
    static let random = WeightsReference(text: "random")

    let text: String

    static var expectation: String { "\"random\" or the path of a file of weights" }
    static var schema: JSONValue { ["type": "string", "minLength": 1] }

    private init(text: String) { self.text = text }

    init(json: JSONValue) throws(ParameterError) {
        guard let text = json.string, !text.isEmpty else { throw Self.mismatch(json) }
        self.text = text
    }

    var json: JSONValue { .string(text) }

    /// `nil` for random weights.
    var file: InputFile? { text == "random" ? nil : InputFile(text) }

    var inputFiles: [(path: JSONPath, file: InputFile)] { file.map { [(.root, $0)] } ?? [] }
}
