import Foundation
import JSONValues
import Testing

/// What lies in a store, for comparison with another one.
struct StoreContents {
    /// Bytes of every file of every object, by path; of the manifests what is not about time and place.
    private(set) var files: [String: Data] = [:]
    /// Keys of the objects by the kind of stage that made them.
    private(set) var keys: [String: [String]] = [:]

    init(_ workspace: Workspace, store: String = ".convscope") throws {
        for name in try workspace.files(below: store + "/objects") {
            let path = "\(store)/objects/\(name)"
            guard name.hasSuffix("/manifest.json") else {
                files[name] = try workspace.read(path)
                continue
            }
            let manifest = try #require(workspace.json(path).object)
            var lasting = manifest
            lasting["record"] = manifest["record"]?["metrics"]
            lasting["checksum"] = nil
            files[name] = Data(JSONValue.object(lasting).canonicalText.utf8)
            let stage = try #require(manifest["manifest"]?["stage"]?.string)
            keys[stage, default: []].append(try #require(manifest["key"]?.string))
        }
    }

    /// Paths whose bytes differ, or that only one of the two has.
    func differences(from other: StoreContents) -> [String] {
        Set(files.keys).union(other.files.keys).filter { files[$0] != other.files[$0] }.sorted()
    }
}

extension Workspace {
    /// Expects that every object of the store is whole, its bytes have the digests that its manifest says, and nothing
    /// of unfinished work is left.
    ///
    /// Digests are taken by `sha256sum`, which shares no code with ours.
    func expectSoundStore(_ store: String = ".convscope", sourceLocation: SourceLocation = #_sourceLocation) throws {
        let left = try FileManager.default.contentsOfDirectory(atPath: path(store + "/temporary"))
        #expect(left.isEmpty, sourceLocation: sourceLocation)
        var expected: [String: String] = [:]
        var found: Set<String> = []
        for name in try files(below: store + "/objects") {
            let file = "\(store)/objects/\(name)"
            guard name.hasSuffix("/manifest.json") else {
                found.insert(file)
                continue
            }
            let folder = (file as NSString).deletingLastPathComponent
            for (_, output) in try #require(json(file)["outputs"]?.object) {
                for entry in output["files"]?.array ?? [] {
                    expected[folder + "/" + (entry["path"]?.string ?? "")] = (entry["bytes"] ?? entry["digest"])?.string
                }
            }
        }
        #expect(found == Set(expected.keys), sourceLocation: sourceLocation)
        #expect(try digests(of: found.sorted()) == expected, sourceLocation: sourceLocation)
    }

    /// SHA-256 of files, as coreutils has it.
    func digests(of names: [String]) throws -> [String: String] {
        guard !names.isEmpty else { return [:] }
        let outcome = try Program.run(URL(fileURLWithPath: "/usr/bin/sha256sum"), names, in: url)
        var digests: [String: String] = [:]
        for line in outcome.output.split(separator: "\n") {
            digests[String(line.dropFirst(66))] = String(line.prefix(64))
        }
        return digests
    }
}
