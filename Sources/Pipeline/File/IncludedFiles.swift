import JSONValues
import Storage

/// A pipeline file and the files it includes, merged: objects member by member, everything else the later one wins, and
/// what a file says itself wins over what it includes.
struct IncludedFiles: Sendable {
    private struct Source: Sendable {
        var path: String
        var document: JSONDocument
    }

    private(set) var merged = JSONObject()
    private(set) var mistakes: [Mistake] = []

    /// In the order of merging: the last one wins.
    private var sources: [Source] = []

    /// Files with what they include, by absolute path: each is read once, however often it is included.
    private var known: [String: (path: String, merged: JSONObject)] = [:]

    /// How often a file was included so far.
    private var includeCount = 0

    /// The most includes that a pipeline may have.
    private static let includeLimit = 1000

    init(reading path: String) throws(PipelineMistakes) {
        do throws(Mistake) {
            merged = try read(path, below: [])
        } catch {
            throw PipelineMistakes(mistakes: [error])
        }
        for source in sources {
            for duplicate in source.document.duplicateKeys {
                mistakes.append(
                    Mistake(
                        file: source.path, position: duplicate.position, path: duplicate.path,
                        what: "the key is already there, in line \(duplicate.firstPosition.line)",
                        fix: "remove one of the two"))
            }
        }
    }

    /// Places a mistake in the winning file that has the path, else where the nearest part of it is.
    func mistake(_ path: JSONPath, _ what: String, fix: String) -> Mistake {
        let source = sources.last { $0.document.position(of: path) != nil } ?? sources.last!
        return Mistake(
            file: source.path, position: source.document.nearestPosition(of: path), path: path, what: what, fix: fix)
    }

    /// - Parameter files: absolute paths of the files that are being read, each included by the one before.
    private mutating func read(_ path: String, below files: [String]) throws(Mistake) -> JSONObject {
        let document = try Self.document(path)
        guard let own = document.root.object else {
            throw Mistake(
                file: path, position: document.position(of: .root), path: .root,
                what: "expected an object, found \(document.root.inWords)", fix: "write { \"stages\": { … } }")
        }
        var merged = JSONObject()
        for (included, place) in try Self.includes(of: own, in: document, path: path) {
            let absolute = Paths.absolute(included, in: Paths.folder(of: Paths.absolute(path)))
            let open = files + [Paths.absolute(path)]
            guard !open.contains(absolute) else {
                throw Mistake(
                    file: path, position: document.position(of: place), path: place,
                    what: "the files include each other", fix: "remove '\(included)'")
            }
            guard FileSystem.exists(absolute) else {
                throw Mistake(
                    file: path, position: document.position(of: place), path: place,
                    what: "there is no file '\(included)'", fix: "correct the path; it starts at the folder of \(path)")
            }
            includeCount += 1
            guard includeCount <= Self.includeLimit else {
                throw Mistake(
                    file: path, position: document.position(of: place), path: place,
                    what: "this is the include number \(includeCount); \(Self.includeLimit) are allowed",
                    fix: "put files together")
            }
            merged = Self.merge(try include(included, absolute, from: path, below: open), over: merged)
        }
        sources.append(Source(path: path, document: document))
        return Self.merge(own, over: merged)
    }

    private mutating func include(
        _ included: String, _ absolute: String, from path: String, below open: [String]
    ) throws(Mistake) -> JSONObject {
        if let (given, merged) = known[absolute] {
            // It wins again over those between.
            if let index = sources.firstIndex(where: { $0.path == given }) { sources.append(sources.remove(at: index)) }
            return merged
        }
        let given = included.hasPrefix("/") ? included : Self.joined(Paths.folder(of: path), included)
        let merged = try read(given, below: open)
        known[absolute] = (given, merged)
        return merged
    }

    private static func document(_ path: String) throws(Mistake) -> JSONDocument {
        let bytes: [UInt8]
        do {
            if let size = try FileSystem.status(of: path)?.size, size > JSONDocument.sizeLimit {
                throw Mistake(
                    file: path, path: .root, what: "the file has \(size) bytes; at most 64 MB are read",
                    fix: "is this a pipeline file?")
            }
            bytes = try FileSystem.read(path)
        } catch let error as FileSystemError {
            let nearest = didYouMean(Paths.name(of: path), (try? FileSystem.list(Paths.folder(of: path))) ?? [])
            throw Mistake(
                file: path, path: .root, what: error.isMissing ? "there is no such file\(nearest)" : "\(error)",
                fix: "give the path of a pipeline file")
        } catch {
            throw error as! Mistake
        }
        do throws(JSONSyntaxError) {
            return try JSONDocument(parsing: bytes)
        } catch {
            throw Mistake(
                file: path, position: error.position, path: .root, what: "not JSON: \(error.message)",
                fix: "correct the text there")
        }
    }

    private static func includes(
        of object: JSONObject, in document: JSONDocument, path: String
    ) throws(Mistake) -> [(file: String, place: JSONPath)] {
        guard let value = object["include"] else { return [] }
        let place = JSONPath("include")
        guard let files = value.array, files.allSatisfy({ $0.string != nil }) else {
            throw Mistake(
                file: path, position: document.position(of: place), path: place,
                what: "expected a list of files, found \(value.inWords)", fix: "write [\"base.json\"]")
        }
        return files.enumerated().map { ($1.string!, place.appending($0)) }
    }

    private static func merge(_ winner: JSONObject, over base: JSONObject) -> JSONObject {
        var merged = base
        for (key, value) in winner {
            if let members = value.object, let others = base[key]?.object {
                merged[key] = .object(merge(members, over: others))
            } else {
                merged[key] = value
            }
        }
        return merged
    }

    private static func joined(_ folder: String, _ file: String) -> String {
        folder == "." ? file : folder + "/" + file
    }
}
