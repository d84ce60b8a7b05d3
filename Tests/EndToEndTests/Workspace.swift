import Foundation
import JSONValues
import TestSupport
import Testing

/// A folder that a user works in: pipeline files, data, a store and run folders, all removed when the test ends.
final class Workspace: Sendable {
    private let folder: TemporaryFolder

    var url: URL { folder.url }

    init() throws { folder = try TemporaryFolder() }

    /// With copies of the repository's pipelines and networks.
    convenience init(withPipelines: Void) throws {
        try self.init()
        for name in ["Pipelines", "Configs"] {
            try FileManager.default.copyItem(
                at: RealData.packageRoot.appendingPathComponent(name), to: url.appendingPathComponent(name))
        }
    }

    func path(_ name: String) -> String { folder.path(name) }

    // MARK: - Files

    func write(_ data: some Sequence<UInt8>, to name: String) throws {
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(data).write(to: file)
    }

    func write(_ text: String, to name: String) throws { try write(text.utf8, to: name) }

    func read(_ name: String) throws -> Data { try Data(contentsOf: url.appendingPathComponent(name)) }

    func text(_ name: String) throws -> String { String(decoding: try read(name), as: UTF8.self) }

    func json(_ name: String) throws -> JSONValue { try JSONDocument(parsing: [UInt8](read(name))).root }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    func move(_ name: String, to other: String) throws {
        try FileManager.default.moveItem(atPath: path(name), toPath: path(other))
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }

    /// Relative paths of all files below a folder, sorted; links to folders are not followed.
    func files(below name: String) throws -> [String] {
        let all = try FileManager.default.subpathsOfDirectory(atPath: path(name))
        return all.filter { file in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: path("\(name)/\(file)"), isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted()
    }

    // MARK: - The program

    @discardableResult
    func run(_ arguments: [String]) throws -> Program.Outcome { try Program.run(arguments, in: url) }

    /// Runs a pipeline that is meant to succeed, and returns what it did.
    @discardableResult
    func runPipeline(
        _ file: String, _ options: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> RunReport {
        let outcome = try run(["run", file, "--json"] + options)
        #expect(outcome.status == 0, "\(outcome.errors)", sourceLocation: sourceLocation)
        return try RunReport(outcome)
    }

    /// What the program says of a wrong input, with this folder's path replaced by `<folder>`.
    func complaint(of outcome: Program.Outcome) -> String {
        outcome.errors.replacingOccurrences(of: url.resolvingSymlinksInPath().path, with: "<folder>")
            .replacingOccurrences(of: url.path, with: "<folder>")
    }
}

/// What `convscope run --json` prints.
struct RunReport {
    let folder: String
    let executed: [String]
    let reused: [String]

    init(_ outcome: Program.Outcome) throws {
        let json = try JSONDocument(parsing: outcome.output).root
        func strings(_ key: String) -> [String] { json[key]?.array?.compactMap(\.string) ?? [] }
        folder = try #require(json["folder"]?.string)
        executed = strings("executed")
        reused = strings("reused")
    }
}
