import JSONValues
import Pipeline
import Storage
import Testing

/// External files that change while a pipeline runs: no result is stored under the key of what was not read.
@Suite struct ExternalFileTests {
    private func workspace(_ pipeline: String, files: [String]) throws -> Workspace {
        let workspace = try Workspace(pipeline)
        workspace.stages = toyStages + [PairStage.self, ReferStage.self, FollowStage.self]
        for file in files { try workspace.write(file, "1.0\n") }
        return workspace
    }

    /// Writes another content to a file as soon as a stage says that it reads.
    private func change(_ file: String, in workspace: Workspace, when isTime: @escaping @Sendable (RunEvent) -> Bool) {
        let path = workspace.path + "/" + file
        workspace.events.once { event in
            guard isTime(event) else { return false }
            return (try? FileSystem.write("22.0\n", to: path)) != nil
        }
    }

    @Test(arguments: ["a.txt", "b.txt"])
    func `of two files with equal content each is watched`(changed: String) throws {
        let workspace = try workspace(
            #"{"stages": {"pair": {"stage": "toy.pair", "parameters": {"first": "a.txt", "second": "b.txt"}}}}"#,
            files: ["a.txt", "b.txt"])
        change(changed, in: workspace) { $0 == .log(stage: "pair", message: "reads") }
        let result = try workspace.run()
        #expect(result.failures.count == 1)
        #expect(result.failures[0].contains("\(changed)' has changed while the pipeline ran\n  fix: run it again"))
        #expect(try workspace.store().keys() == [])
        #expect(try workspace.run().executed == ["pair"])
        let isFirst = changed == "a.txt"
        #expect(
            try workspace.read("runs/p/outputs/pair/numbers.txt") == (isFirst ? "22.0\n1.0\n" : "1.0\n22.0\n"))
    }

    private static let chain = """
        {"stages": {"first": {"stage": "toy.refer", "parameters": {"file": "a.txt"}},
        "second": {"stage": "toy.refer", "parameters": {"file": "b.txt"}},
        "follow": {"stage": "toy.follow", "inputs": {"numbers": "first"}}}}
        """

    @Test func `a file that an input has open and that changes meanwhile fails the stage`() throws {
        let workspace = try workspace(Self.chain.replacing("b.txt", with: "a.txt"), files: ["a.txt"])
        change("a.txt", in: workspace) { $0 == .log(stage: "follow", message: "reads") }
        let result = try workspace.run()
        #expect(result.failures.count == 1)
        #expect(result.failures[0].contains("a.txt' has changed while the pipeline ran"))
        #expect(try workspace.json("runs/p/run.json")["stages"]?["follow"]?["state"] == "failed")
        #expect(try workspace.run().executed.contains("follow"))
        #expect(try workspace.read("runs/p/outputs/follow/numbers.txt") == "22.0\n")
    }

    @Test func `where one of two equal files has changed the other is read`() throws {
        let workspace = try workspace(Self.chain, files: ["a.txt", "b.txt"])
        change("a.txt", in: workspace) { event in
            if case .stageStarted("follow", _, _, _, _, _) = event { true } else { false }
        }
        #expect(try workspace.run().state == .finished)
        #expect(try workspace.read("runs/p/outputs/follow/numbers.txt") == "1.0\n")
    }
}

/// Reads two files one after the other, and says when it begins.
private struct PairStage: Stage {
    static let name = "toy.pair"
    static let version = 1
    static let summary = "Reads two files."
    static let numbers = Output("numbers", kind: "numbers", "one per line")
    static let outputs: [Output] = [numbers]

    @Parameter("The one.") var first: InputFile
    @Parameter("The other.") var second: InputFile

    func run(_ io: StageIO) throws {
        io.log("reads")
        let bytes = try FileSystem.read(io.path(of: first)) + FileSystem.read(io.path(of: second))
        try FileSystem.write(bytes, to: io.path(Self.numbers, "txt"))
    }
}

/// Names a file by its digest, as data sets do.
private struct ReferStage: Stage {
    static let name = "toy.refer"
    static let version = 1
    static let summary = "Names a file."
    static let reference = Output("reference", kind: "reference", "a digest")
    static let outputs: [Output] = [reference]

    @Parameter("Which.") var file: InputFile

    func run(_ io: StageIO) throws {
        try FileSystem.write(io.digest(ofExternalFile: io.path(of: file)).hex, to: io.path(Self.reference, "txt"))
    }
}

/// The file that a digest names.
private struct ReferredFile: ArtifactReader {
    typealias Description = Never
    static let kinds = ["reference"]
    let path: String

    init(opening output: StoredOutput) throws {
        let text = String(decoding: try FileSystem.read(output.path("txt")), as: UTF8.self)
        path = try output.externalFile(digest: Digest(hex: text)!)
    }
}

/// Reads a file that is named by its digest, and says when it begins.
private struct FollowStage: Stage {
    static let name = "toy.follow"
    static let version = 1
    static let summary = "Reads a file of another stage."
    static let file = Input<ReferredFile>("numbers", "which file")
    static let inputs: [any InputPort] = [file]
    static let numbers = Output("numbers", kind: "numbers", "one per line")
    static let outputs: [Output] = [numbers]

    func run(_ io: StageIO) throws {
        let file = try io.read(Self.file)
        io.log("reads")
        try FileSystem.copy(file.path, to: io.path(Self.numbers, "txt"))
    }
}
