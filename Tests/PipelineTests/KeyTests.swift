import JSONValues
import Pipeline
import Storage
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@Suite struct KeyTests {
    private func key(_ parameters: String, stages: [any Stage.Type] = toyStages) throws -> String {
        let workspace = try Workspace(#"{"stages": {"a": {"stage": "toy.count", "parameters": {\#(parameters)}}}}"#)
        workspace.stages = stages
        _ = try workspace.run()
        return try #require(try workspace.keys()["a"])
    }

    @Test func `order of members, spelled-out defaults and execution parameters do not change a key`() throws {
        let plain = try key(#""count": 2, "order": "down""#)
        #expect(try key(#""order": "down", "count": 2"#) == plain)
        #expect(try key(#""order": "down", "count": 2.0, "first_number": 0.5, "limit": null"#) == plain)
        #expect(try key(#""order": "down", "count": 2, "batch": 1"#) == plain)
    }

    @Test func `every semantic parameter, a default and a version change a key`() throws {
        let keys = [
            try key(""), try key(#""count": 4"#), try key(#""first_number": 0.25"#), try key(#""order": "down""#),
            try key(#""skipped": [1]"#), try key(#""limit": 0.5"#),
            try key("", stages: [CountStageWithOtherDefault.self]), try key("", stages: [CountStageOfNextVersion.self]),
        ]
        #expect(Set(keys).count == keys.count)
    }

    @Test func `a key is SHA-256 of its canonical manifest, which is kept with the result`() throws {
        let workspace = try Workspace(RunnerTests.chain)
        _ = try workspace.run()
        let record = try workspace.json("runs/p/run.json")
        let key = try #require(record["stages"]?["sum"]?["key"]?.string)
        let manifest = try workspace.json("store/objects/\(key.prefix(2))/\(key.dropFirst(2))/manifest.json")
        let numbers = try #require(record["stages"]?["count"]?["outputs"]?["numbers"]?["digest"]?.string)
        let expected =
            #"{"inputs":{"points":["\#(numbers)"]},"parameters":{"amount":1.0},"stage":"toy.add","version":1}"#
        #expect(manifest["manifest"]?.canonicalText == expected)
        #expect(Digest(of: expected).hex == key)
    }

    @Test func `external files count by content, not by name, time or place`() throws {
        let workspace = try Workspace(
            #"{"stages": {"a": {"stage": "toy.read", "parameters": {"file": "x.txt"}}}}"#)
        try workspace.write("x.txt", "1\n2\n")
        #expect(try workspace.run().executed == ["a"])
        let key = try workspace.keys()["a"]

        // Touched.
        var times = [timeval(tv_sec: 1_000_000, tv_usec: 0), timeval(tv_sec: 1_000_000, tv_usec: 0)]
        utimes(workspace.path + "/x.txt", &times)
        #expect(try workspace.run().executed == [])

        // Moved.
        try FileSystem.makeFolder(workspace.path + "/data")
        try FileSystem.rename(workspace.path + "/x.txt", to: workspace.path + "/data/y.txt")
        #expect(try workspace.run("stages.a.parameters.file=data/y.txt").executed == [])
        #expect(try workspace.keys()["a"] == key)

        // Changed, with the same size and time as before.
        try workspace.write("data/y.txt", "1\n3\n")
        utimes(workspace.path + "/data/y.txt", &times)
        #expect(try workspace.run("stages.a.parameters.file=data/y.txt").executed == [])
        try FileSystem.remove(workspace.path + "/data/y.txt")
        try workspace.write("data/y.txt", "1\n3\n")
        #expect(try workspace.run("stages.a.parameters.file=data/y.txt").executed == ["a"])
        #expect(try workspace.read("runs/p/outputs/a/numbers.txt") == "1\n3\n")
    }

    @Test func `a digest of data instead of bytes keeps provenance from waking followers`() throws {
        let workspace = try Workspace(
            """
            {"stages": {"count": {"stage": "toy.count"}, "sum": {"stage": "toy.add", "inputs": {"points": "count"}}}}
            """)
        // Everything that the text files hold is taken for provenance.
        workspace.digester = ContentDigester(["txt": { _ in Digest(of: "the same data") }])
        _ = try workspace.run()
        let second = try workspace.run("stages.count.parameters.count=2")
        #expect(second.executed == ["count"])
        #expect(second.reused == ["sum"])
        // The bytes are on record all the same.
        let files = try workspace.json("runs/p/run.json")["stages"]?["count"]?["outputs"]?["numbers"]?["files"]
        #expect(files?[0]?["sha256"] == .string(Digest(of: "0.5\n1.5\n").hex))
    }

    @Test func `which input an output goes to is part of the key`() throws {
        func pipeline(_ larger: String, _ smaller: String) -> String {
            """
            {"stages": {
              "a": {"stage": "toy.count"}, "b": {"stage": "toy.count", "parameters": {"first_number": 0.25}},
              "d": {"stage": "toy.subtract", "inputs": {"larger": "\(larger)", "smaller": "\(smaller)"}} }}
            """
        }
        let workspace = try Workspace(pipeline("a", "b"))
        workspace.stages += [SubtractStage.self]
        _ = try workspace.run()
        let key = try workspace.keys()["d"]
        try workspace.write("p.json", pipeline("b", "a"))
        #expect(try workspace.run().executed == ["d"])
        #expect(try workspace.keys()["d"] != key)
        #expect(try workspace.read("runs/p/outputs/d/difference.txt") == "-0.25\n-0.25\n-0.25\n")
    }

    @Test func `another source of equal content keeps the key`() throws {
        func pipeline(_ source: String) -> String {
            """
            {"stages": {
              "a": {"stage": "toy.count"}, "b": {"stage": "toy.count", "parameters": {"count": 4, "skipped": [3]}},
              "sum": {"stage": "toy.add", "inputs": {"points": "\(source)"}} }}
            """
        }
        let workspace = try Workspace(pipeline("a"))
        _ = try workspace.run()
        let key = try workspace.keys()["sum"]
        try workspace.write("p.json", pipeline("b"))
        #expect(try workspace.run().executed == [])
        #expect(try workspace.keys()["sum"] == key)
    }

    @Test func `names of sources are in the key only where the stage sees them`() throws {
        let workspace = try Workspace(RunnerTests.chain)
        _ = try workspace.run()
        try workspace.write("p.json", RunnerTests.chain.replacing("\"count\"", with: "\"tally\""))
        let renamed = try workspace.run()
        #expect(renamed.executed == ["page"])
        #expect(renamed.reused == ["tally", "sum"])
    }
}

/// ``CountStage``, making other numbers.
struct CountStageOfNextVersion: Stage {
    static let name = "toy.count"
    static let version = 2
    static let summary = "Counts."
    static let outputs: [Output] = CountStage.outputs
    @Parameter("How many numbers.", in: 1...1000) var count: Int = 3
    @Parameter("The first number.") var firstNumber: Float = 0.5
    @Parameter("In which order.") var order: ToyOrder = .up
    @Parameter("Numbers to leave out.") var skipped: [Int] = []
    @Parameter("At most this.", in: 0...1) var limit: Double? = nil
    func run(_ io: StageIO) throws { try Numbers.write([], to: io.path(CountStage.numbers, "txt")) }
}

/// Takes numbers from numbers, one by one.
struct SubtractStage: Stage {
    static let name = "toy.subtract"
    static let version = 1
    static let summary = "Subtracts."
    static let larger = Input<Numbers>("larger", "numbers")
    static let smaller = Input<Numbers>("smaller", "as many")
    static let inputs: [any InputPort] = [larger, smaller]
    static let difference = Output("difference", kind: "numbers", "one per line")
    static let outputs: [Output] = [difference]

    func run(_ io: StageIO) throws {
        let (left, right) = (try io.read(Self.larger).values, try io.read(Self.smaller).values)
        try Numbers.write(zip(left, right).map { $0 - $1 }, to: io.path(Self.difference, "txt"))
    }
}
