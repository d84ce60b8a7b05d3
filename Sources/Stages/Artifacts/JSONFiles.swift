import Foundation
import JSONValues
import Pipeline
import Storage

/// Reads a JSON file that another stage wrote.
func readJSON(_ path: String) throws -> JSONValue {
    do {
        return try JSONDocument(parsing: [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))).root
    } catch let error as JSONSyntaxError {
        throw StageError("is not JSON: \(error)", fix: "run the stage that made it again", place: path)
    }
}

/// Writes a JSON file for people and programs.
func writeJSON(_ value: JSONValue, to path: String) throws {
    try FileSystem.write(value.prettyText + "\n", to: path)
}
