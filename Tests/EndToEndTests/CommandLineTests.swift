import Foundation
import JSONValues
import TestSupport
import Testing

@Suite struct CommandLineTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func run(_ arguments: String...) throws -> Program.Outcome { try Program.run(arguments, in: folder.url) }

    private func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.url.appendingPathComponent(name))
    }

    @Test func `the version comes at once`() throws {
        let start = ContinuousClock.now
        let outcome = try run("--version")
        // Twenty times what it takes, for a busy machine.
        #expect(ContinuousClock.now - start < .seconds(1))
        #expect(outcome.status == 0)
        #expect(outcome.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
        #expect(outcome.errors == "")
    }

    @Test(arguments: [
        ["rnu", "p.json"], ["run"], ["run", "p.json", "--threads", "0"], ["run", "p.json", "--sett", "a=1"],
        ["cache", "lits"],
        ["stages", "nothing.there"], ["layers", "nothing"], ["inspect", "nothing.h5"],
    ])
    func `a wrong command line ends with 2 and says so on standard error`(arguments: [String]) throws {
        let outcome = try Program.run(arguments, in: folder.url)
        #expect(outcome.status == 2)
        #expect(outcome.output == "")
        #expect(outcome.errors.hasPrefix("Error: "))
    }

    @Test func `a folder, a pipe and a link to nowhere are no files to inspect`() throws {
        try FileManager.default.createDirectory(at: folder.url.appending(path: "d"), withIntermediateDirectories: false)
        #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
        try FileManager.default.createSymbolicLink(atPath: folder.path("nowhere"), withDestinationPath: "none")
        for name in ["d", "pipe"] {
            let outcome = try run("inspect", name)
            #expect(outcome.status == 65)
            #expect(outcome.errors.contains("\(name): is no regular file"))
        }
        let outcome = try run("inspect", "nowhere")
        #expect(outcome.status == 2)
        #expect(!outcome.errors.contains("did you mean"))
    }

    @Test(arguments: [
        (["rnu", "p.json"], "there is no command 'rnu'; did you mean 'run'?"),
        (["cache", "lits"], "there is no command 'lits'; did you mean 'list'?"),
        (["help", "cache", "prun"], "there is no command 'prun'; did you mean 'prune'?"),
        (["stages", "tnse"], "there is no stage 'tnse'; did you mean 'reduce.tsne'?"),
    ])
    func `unknown commands and stages have a nearest name and a fix`(arguments: [String], words: String) throws {
        let outcome = try Program.run(arguments, in: folder.url)
        #expect(outcome.status == 2)
        #expect(outcome.errors.hasPrefix("Error: \(words)\n  fix: choose from "), "\(outcome.errors)")
    }

    @Test(arguments: ["run", "plan", "check"])
    func `a wrong pipeline file ends with 65, with place and fix`(command: String) throws {
        try write("{\n  \"stages\": {,}\n}", to: "p.json")
        let outcome = try run(command, "p.json")
        #expect(outcome.status == 65)
        #expect(outcome.output == "")
        #expect(
            outcome.errors == """
                p.json:2:14: not JSON: expected a key in double quotes, found ','
                  fix: correct the text there

                """)
    }

    @Test func `check reports the mistakes of all files, as text or as JSON`() throws {
        try write("[]", to: "a.json")
        try write("{\"stages\": {}}", to: "b.json")
        let text = try run("check", "a.json", "b.json")
        #expect(text.status == 65)
        #expect(
            text.errors == """
                a.json:1:1: expected an object, found an empty list
                  fix: write { "stages": { … } }
                b.json:1:2: stages: there are no stages
                  fix: add one; 'convscope stages' lists the kinds

                """)
        let json = try run("check", "a.json", "b.json", "--json")
        #expect(json.status == 65)
        #expect(json.errors == "")
        let mistakes = try #require(JSONDocument(parsing: json.output).root.array)
        #expect(mistakes.map { $0["file"] } == ["a.json", "b.json"])
        #expect(mistakes.map { $0["line"] } == [1, 1])
    }

    @Test(arguments: [
        ("1y", "expected a whole number and s, m, h, d or w"),
        ("d", "expected a whole number and s, m, h, d or w"),
        ("-1d", "expected a whole number and s, m, h, d or w"),
        ("99999999999999999999d", "expected a whole number and s, m, h, d or w"),
        ("9223372036854775807w", "that is more than a hundred years"),
        ("5218w", "that is more than a hundred years"),
    ]) func `an age that makes no sense is refused with the reason`(age: String, reason: String) throws {
        let outcome = try run("cache", "prune", "--older-than=\(age)")
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains(reason + "\n  fix: write "), "\(outcome.errors)")
    }

    @Test func `what is not in the pipeline cannot be set`() throws {
        try write("{\"stages\": {\"a\": {\"stage\": \"nothing\"}}}", to: "p.json")
        let outcome = try run("plan", "p.json", "--set", "stages.a.nothing.x=1")
        #expect(outcome.status == 65)
        #expect(outcome.errors.hasPrefix("--set stages.a.nothing.x=1: the pipeline has no 'stages.a.nothing'\n"))
    }

    @Test func `the catalogue has a page for every stage`() throws {
        let list = try run("stages", "--json")
        #expect(list.status == 0)
        let names = try #require(JSONDocument(parsing: list.output).root.array).compactMap { $0["name"]?.string }
        #expect(names == names.sorted())
        #expect(Set(names).count == names.count)
        for name in names {
            let page = try run("stages", name)
            #expect(page.status == 0)
            #expect(page.output.hasPrefix("\(name), version "))
        }
    }

    @Test func `layers of a known network are listed with shapes, parameters and receptive fields`() throws {
        let outcome = try run("layers", "vgg16")
        #expect(outcome.status == 0)
        let lines = outcome.output.split(separator: "\n")
        let fields = lines.first { $0.hasPrefix("features.28 ") }?.split(separator: " ")
        // The last convolution: 512 · 512 · 9 weights and 512 biases; 196 pixels is the published receptive field.
        #expect(fields == ["features.28", "convolution", "512×14×14", "2,359,808", "196×196", "16×16", "block5_conv3"])
        #expect(lines.last?.contains("138,357,544 parameters") == true)
    }

    @Test func `listing a store that is not there says so and makes none`() throws {
        let missing = try run("cache", "list", "--store", "here")
        #expect(missing.status == 65)
        #expect(missing.errors.hasPrefix("there is no store in 'here'"))
        #expect(missing.errors.contains("\n  fix: "))
        #expect(!FileManager.default.fileExists(atPath: folder.path("here")))
        try FileManager.default.createDirectory(atPath: folder.path("photos/summer"), withIntermediateDirectories: true)
        let refused = try run("cache", "list", "--store", "photos")
        #expect(refused.status == 65)
        #expect(refused.errors.hasPrefix("there is no store in 'photos'"))
    }
}
