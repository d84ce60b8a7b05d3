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

    /// Files that cannot be read.
    private var unreadable: [Mistake] = []

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
            unreadable.append(error)
        }
        for source in sources {
            for duplicate in source.document.duplicateKeys {
                mistakes.append(
                    Mistake(
                        file: source.path, position: duplicate.position, path: duplicate.path,
                        what: "the key is already there, in \(Self.words(duplicate.firstPosition))",
                        fix: "remove one of the two"))
            }
        }
        // What the others say without it cannot be judged.
        guard unreadable.isEmpty else { throw PipelineMistakes(mistakes: unreadable + mistakes) }
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
        for (included, place) in try includes(of: own, in: document, path: path) {
            do throws(Mistake) {
                merged = Self.merge(try include(included, place, of: document, at: path, below: files), over: merged)
            } catch {
                // All that cannot be read are told at once; too many are told once.
                guard includeCount <= Self.includeLimit else { throw error }
                unreadable.append(error)
            }
        }
        sources.append(Source(path: path, document: document))
        return Self.merge(own, over: merged)
    }

    /// - Parameter place: where the document, which was read from `path`, includes the file.
    private mutating func include(
        _ included: String, _ place: JSONPath, of document: JSONDocument, at path: String, below files: [String]
    ) throws(Mistake) -> JSONObject {
        func mistake(_ what: String, fix: String) -> Mistake {
            Mistake(file: path, position: document.position(of: place), path: place, what: what, fix: fix)
        }
        let absolute = Paths.absolute(included, in: Paths.folder(of: Paths.absolute(path)))
        let open = files + [Paths.absolute(path)]
        guard !open.contains(absolute) else {
            throw mistake("the files include each other", fix: "remove '\(included)'")
        }
        guard FileSystem.exists(absolute) else {
            let folder = Paths.folder(of: absolute)
            let neighbours = ((try? FileSystem.list(folder)) ?? []).filter { !open.contains(folder + "/" + $0) }
            throw mistake(
                "there is no file '\(included)'\(didYouMean(Paths.name(of: included), neighbours))",
                fix: "correct the path; it starts at the folder of \(path)")
        }
        includeCount += 1
        guard includeCount <= Self.includeLimit else {
            throw mistake(
                "this is the include number \(includeCount); \(Self.includeLimit) are allowed",
                fix: "put files together")
        }
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

    /// The files that a file includes; what is no path is noted, and left out.
    private mutating func includes(
        of object: JSONObject, in document: JSONDocument, path: String
    ) throws(Mistake) -> [(file: String, place: JSONPath)] {
        guard let value = object["include"] else { return [] }
        func mistake(_ place: JSONPath, _ expected: String, _ found: JSONValue, fix: String) -> Mistake {
            Mistake(
                file: path, position: document.position(of: place), path: place,
                what: "expected \(expected), found \(found.inWords)", fix: fix)
        }
        let place = JSONPath("include")
        guard let files = value.array else {
            throw mistake(place, "a list of files", value, fix: "write [\"base.json\"]")
        }
        return files.enumerated().compactMap { index, file in
            if let name = file.string { return (name, place.appending(index)) }
            unreadable.append(mistake(place.appending(index), "the path of a file", file, fix: "write \"base.json\""))
            return nil
        }
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

    private static func words(_ position: JSONDocument.Position) -> String {
        "line \(position.line), column \(position.column)"
    }

    private static func joined(_ folder: String, _ file: String) -> String {
        folder == "." ? file : folder + "/" + file
    }
}
