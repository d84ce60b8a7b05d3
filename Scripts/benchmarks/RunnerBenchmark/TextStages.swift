import Pipeline
import Storage

/// A text in a file: what the stages of this program hand to each other.
struct Text: ArtifactReader {
    typealias Description = Never
    static let kinds = ["text"]
    let text: String

    init(opening output: StoredOutput) throws {
        text = String(decoding: try FileSystem.read(output.path("txt")), as: UTF8.self)
    }
}

/// Writes a text; upper and lower case give the same output.
struct WriteStage: Stage {
    static let name = "text.write"
    static let version = 1
    static let summary = "Writes a text in capitals."
    static let text = Output("text", kind: "text", "the text in capitals")
    static let outputs = [text]

    @Parameter("What to write.") var content: String = "root"
    @Parameter("Changes nothing but the key; for sweeps.") var number: Int = 0

    func run(_ io: StageIO) throws {
        try FileSystem.write(content.uppercased() + "\n", to: io.path(Self.text, "txt"))
    }
}

/// Joins texts and adds one.
struct JoinStage: Stage {
    static let name = "text.join"
    static let version = 1
    static let summary = "Joins texts and adds a line."
    static let texts = ListInput<Text>("texts", "texts to join", isOptional: true)
    static let inputs: [any InputPort] = [texts]
    static let text = Output("text", kind: "text", "the last line of each text, and a line of its own")
    static let outputs = [text]

    @Parameter("The line to add.") var line: String = ""
    @Parameter("How long it takes.", in: 0...60_000, .execution) var milliseconds: Int = 0

    func run(_ io: StageIO) throws {
        if milliseconds > 0 { wait(milliseconds: milliseconds) }
        // Only last lines, so that texts stay short along a chain.
        let lines = try io.read(Self.texts).map { $0.text.split(separator: "\n").last ?? "" }
        try FileSystem.write((lines + [line[...]]).map { "\($0)\n" }.joined(), to: io.path(Self.text, "txt"))
    }
}

/// Works for some time, with a checkpoint after each step, so that a stopped one goes on from there.
struct WorkStage: Stage {
    static let name = "text.work"
    static let version = 1
    static let summary = "Counts slowly, with checkpoints."
    static let texts = ListInput<Text>("texts", "what it waits for", isOptional: true)
    static let inputs: [any InputPort] = [texts]
    static let text = Output("text", kind: "text", "the numbers up to `steps`")
    static let outputs = [text]

    @Parameter("Numbers to write.", in: 1...1_000_000) var steps: Int = 3
    @Parameter("Milliseconds for each.", in: 0...60_000, .execution) var milliseconds: Int = 0

    func run(_ io: StageIO) throws {
        let checkpoint = try io.checkpointFolder() + "/text"
        var text = FileSystem.exists(checkpoint) ? String(decoding: try FileSystem.read(checkpoint), as: UTF8.self) : ""
        for step in text.utf8.count(where: { $0 == 10 })..<steps {
            try io.checkCancelled()
            if milliseconds > 0 { wait(milliseconds: milliseconds) }
            text += "\(step)\n"
            try FileSystem.replace(checkpoint, with: text)
            io.progress(step + 1, of: steps, unit: "numbers")
        }
        try FileSystem.write(text, to: io.path(Self.text, "txt"))
    }
}
