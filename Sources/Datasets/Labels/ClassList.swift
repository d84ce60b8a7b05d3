import ForeignFiles
import JSONValues

/// The classes of a network or a data set in the order of their numbers, from a file.
///
/// That is a text with one name a line, with WordNet ids before the names or instead of them (`n01440764 tench, Tinca
/// tinca`); a JSON list of names; or Keras's `imagenet_class_index.json` (`{"0": ["n01440764", "tench"], …}`).
public struct ClassList: Sendable, Equatable {
    /// Name of each class. ImageNet has two cranes: names need not differ.
    public let names: [String]

    /// Each class by its WordNet id, where the file says those.
    private let classOfID: [String: Int]

    /// Each class by its name in plain spelling; without names that several classes have.
    private let classOfName: [String: Int]

    /// - Throws: ``DatasetError`` that names the file.
    public init(path: String) throws(DatasetError) {
        let entries = try Self.entries(path)
        names = entries.map { $0.name }
        classOfID = Dictionary(
            entries.enumerated().compactMap { index, entry in entry.id.map { ($0, index) } }, uniquingKeysWith: min)
        let indices = Dictionary(grouping: entries.indices) { Self.plain(entries[$0].name) }
        classOfName = indices.compactMapValues { $0.count == 1 ? $0[0] : nil }
    }

    /// The number of the class that a data set calls by its WordNet id or by its name.
    func number(of name: String) -> Int? { classOfID[name] ?? classOfName[Self.plain(name)] }

    /// A name as it is compared: whatever its case, `_` like a space.
    public static func plain(_ name: String) -> String { name.lowercased().replacing("_", with: " ") }

    private typealias Entry = (id: String?, name: String)

    private static func entries(_ path: String) throws(DatasetError) -> [Entry] {
        let text = try FileReader(path: path).text()
        guard let first = text.first(where: { !$0.isWhitespace }), "[{".contains(first) else {
            return text.split(whereSeparator: \.isNewline).map(entry(ofLine:))
        }
        let fix = "write a list of names, or an object from \"0\" to the last class"
        let json: JSONValue
        do { json = try JSONDocument(parsing: text).root } catch {
            throw .foreign(.init(path: path, "is not JSON: \(error)", fix: fix))
        }
        if let list = json.array, case let names = list.compactMap(\.string), names.count == list.count {
            return names.map { (nil, $0) }
        }
        guard let object = json.object else { throw .foreign(.init(path: path, "holds no list of names", fix: fix)) }
        var entries: [Entry] = []
        for index in 0..<object.count {
            guard let entry = object[String(index)], let name = entry.string ?? entry[1]?.string else {
                throw .foreign(.init(path: path, "has no name for class \(index)", fix: fix))
            }
            entries.append((entry[0]?.string, name.replacing("_", with: " ")))
        }
        return entries
    }

    private static func entry(ofLine line: Substring) -> Entry {
        let words = line.split(separator: " ", maxSplits: 1)
        guard let id = words.first, isWordNetID(id) else { return (nil, String(line)) }
        return (String(id), String(words.last!))
    }

    private static func isWordNetID(_ word: Substring) -> Bool {
        word.count == 9 && word.first == "n" && word.dropFirst().allSatisfy(\.isNumber)
    }
}
