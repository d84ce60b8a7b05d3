import Foundation
import JSONValues
import NeuralNetwork
import Pipeline

/// A built-in architecture by name, or a network file (`….json`) by path.
struct ArchitectureReference: ParameterValue {
    let text: String

    static var expectation: String { "the name of an architecture or the path of a network file (.json)" }
    static var schema: JSONValue {
        ["anyOf": [["enum": .strings(Architecture.all.map(\.name))], ["type": "string", "pattern": #"\.json$"#]]]
    }

    init(json: JSONValue) throws(ParameterError) {
        guard let text = json.string else { throw Self.mismatch(json) }
        let names = Architecture.all.map(\.name)
        guard text.hasSuffix(".json") || names.contains(text) else {
            let nearest = nearestName(to: text, in: names).map { "; did you mean '\($0)'?" } ?? ""
            throw ParameterError(
                "there is no architecture '\(text)'\(nearest)",
                fix: "write one of \(names.joined(separator: ", ")), or the path of a network file (.json)")
        }
        self.text = text
    }

    var json: JSONValue { .string(text) }

    var inputFiles: [(path: JSONPath, file: InputFile)] { isFile ? [(.root, InputFile(text))] : [] }

    /// How the architecture's images are usually prepared; `nil` for a network file.
    var usualInput: InputContract? { Architecture.named(text)?.input }

    /// How the names in its published weights differ from its own.
    var published: PublishedNames { Architecture.named(text)?.published ?? .same }

    /// - Throws: `StageError` that names the file.
    func network(_ resolver: PathResolver) throws -> Network {
        if let architecture = Architecture.named(text) { return architecture.network }
        let path = resolver.absolute(text)
        do {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            let document = try JSONDocument(parsing: [UInt8](bytes), limit: Network.textLimit)
            if let twice = document.duplicateKeys.first {
                throw StageError(
                    "line \(twice.position.line): the key '\(twice.path)' stands there twice",
                    fix: "remove one of them",
                    place: text)
            }
            return try Network(json: document.root)
        } catch let error as JSONSyntaxError {
            throw StageError("is not JSON: \(error)", fix: "correct it there", place: text)
        } catch let error as NetworkError {
            throw StageError(error.what, fix: error.fix, place: text)
        }
    }

    private var isFile: Bool { Architecture.named(text) == nil }
}
