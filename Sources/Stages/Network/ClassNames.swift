import Foundation
import JSONValues
import Pipeline

/// Names of classes from a file: one a line (WordNet ids at the start are dropped), a JSON list, or Keras's
/// `imagenet_class_index.json` (`{"0": ["n01440764", "tench"], …}`).
enum ClassNames {
    /// - Throws: `StageError` that names the file.
    static func read(_ path: String) throws -> [String] {
        let text: String
        do {
            text = try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8)
        } catch {
            throw StageError("cannot be read as text", fix: "write one name a line, in UTF-8", place: path)
        }
        guard let first = text.first(where: { !$0.isWhitespace }), "[{".contains(first) else {
            let lines = text.split(whereSeparator: \.isNewline).map(String.init)
            return lines.map { line in
                let words = line.split(separator: " ", maxSplits: 1)
                return words.count == 2 && isWordNetID(words[0]) ? String(words[1]) : line
            }
        }
        let fix = "write a list of names, or an object from \"0\" to the last class"
        do {
            let json = try JSONDocument(parsing: text).root
            if let list = json.array, case let names = list.compactMap(\.string), names.count == list.count {
                return names
            }
            guard let object = json.object else { throw StageError("holds no list of names", fix: fix, place: path) }
            return try (0..<object.count).map { index in
                guard let entry = object[String(index)], let name = entry.string ?? entry[1]?.string else {
                    throw StageError("has no name for class \(index)", fix: fix, place: path)
                }
                return name.replacing("_", with: " ")
            }
        } catch let error as JSONSyntaxError {
            throw StageError("is not JSON: \(error)", fix: fix, place: path)
        }
    }

    private static func isWordNetID(_ word: Substring) -> Bool {
        word.count == 9 && word.first == "n" && word.dropFirst().allSatisfy(\.isNumber)
    }
}
