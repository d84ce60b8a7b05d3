import JSONValues
import Pipeline
import Storage

/// Numbers, one per line of a text file: what the toy stages hand to each other.
struct Numbers: ArtifactReader {
    /// How many there will be.
    typealias Description = Int
    static let kinds = ["numbers"]
    let values: [Double]

    init(opening output: StoredOutput) throws {
        let text = String(decoding: try FileSystem.read(output.path("txt")), as: UTF8.self)
        values = text.split(separator: "\n").compactMap { Double($0) }
    }

    static func write(_ values: [Double], to path: String) throws {
        try FileSystem.write(values.map { "\($0)\n" }.joined(), to: path)
    }
}

enum ToyOrder: String, ParameterChoice { case up, down, none }

/// Counts from a start; the source of most toy pipelines.
struct CountStage: Stage {
    static let name = "toy.count"
    static let version = 1
    static let summary = "Counts."
    static let numbers = Output("numbers", kind: "numbers", "one per line")
    static let history = Output("history", kind: "history", "what happened", isOptional: true)
    static let outputs: [Output] = [numbers, history]

    @Parameter("How many numbers.", in: 1...1000) var count: Int = 3
    @Parameter("The first number.") var firstNumber: Float = 0.5
    @Parameter("In which order.") var order: ToyOrder = .up
    @Parameter("Numbers to leave out.") var skipped: [Int] = []
    @Parameter("At most this.", in: 0...1) var limit: Double? = nil
    @Parameter("How many at once; changes nothing.", in: 1..., .execution) var batch: Int = 8

    func validate() throws(ParameterError) {
        if skipped.count > count {
            throw ParameterError(parameter: "skipped", "\(skipped.count) of \(count) are skipped", fix: "skip fewer")
        }
    }

    func check(_ io: CheckIO) { io.describe(Self.numbers, as: count - skipped.count) }

    func run(_ io: StageIO) throws {
        let all = (0..<count).map { Double(firstNumber) + Double($0) }
        let kept = all.enumerated().filter { !skipped.contains($0.offset) }.map(\.element)
        io.progress(kept.count, of: count, unit: "numbers")
        io.metric("sum", kept.reduce(0, +))
        io.log("counted \(kept.count)")
        if kept.count == 1 { io.warn("only one number") }
        try Numbers.write(order == .down ? kept.reversed() : kept, to: io.path(Self.numbers, "txt"))
        io.writeSummary(["numbers": .integer(kept.count)])
        try FileSystem.write("picture", to: io.summaryFolder() + "/plot.png")
    }
}

/// Adds to every number, then rounds down: small changes of its input do not change its output.
struct AddStage: Stage {
    static let name = "toy.add"
    static let version = 1
    static let summary = "Adds and rounds."
    static let points = Input<Numbers>("points", "numbers")
    static let inputs: [any InputPort] = [points]
    static let sum = Output("sum", kind: "numbers", "one per line")
    static let outputs: [Output] = [sum]

    @Parameter("What to add.", in: 0...100) var amount: Float = 1

    func check(_ io: CheckIO) {
        guard let count = io.description(of: Self.points) else { return }
        if Float(count) < amount / 10 {
            io.problem(parameter: "amount", "\(amount) is much for \(count) numbers", fix: "add at most \(count * 10)")
        }
        io.describe(Self.sum, as: count)
    }

    func run(_ io: StageIO) throws {
        let values = try io.read(Self.points).values
        try Numbers.write(values.map { ($0 + Double(amount)).rounded(.down) }, to: io.path(Self.sum, "txt"))
    }
}

/// Reads numbers from a file of the user.
struct ReadStage: Stage {
    static let name = "toy.read"
    static let version = 1
    static let summary = "Reads."
    static let numbers = Output("numbers", kind: "numbers", "one per line")
    static let outputs: [Output] = [numbers]

    @Parameter("Where the numbers are.") var file: InputFile

    func run(_ io: StageIO) throws {
        let digest = try io.digest(ofExternalFile: io.path(of: file))
        try FileSystem.copy(try io.externalFile(digest: digest), to: io.path(Self.numbers, "txt"))
    }
}

/// Fails, waits for an interruption, or leaves files it should not, as its parameter says.
struct TroubleStage: Stage {
    enum Trouble: String, ParameterChoice { case badInput, failure, forgets, strays, interrupt, none, checkpoint }

    static let name = "toy.trouble"
    static let version = 1
    static let summary = "Makes trouble."
    static let points = OptionalInput<Numbers>("points", "numbers")
    static let inputs: [any InputPort] = [points]
    static let numbers = Output("numbers", kind: "numbers", "one per line")
    static let outputs: [Output] = [numbers]

    @Parameter("Which.") var trouble: Trouble = .none
    @Parameter("A file whose presence stops the trouble.", .execution) var cure: String = "/nowhere"

    func run(_ io: StageIO) throws {
        let isCured = FileSystem.exists(io.resolver.absolute(cure))
        try Numbers.write([1], to: io.path(Self.numbers, "txt"))
        switch trouble {
        case _ where isCured: break
        case .none: break
        case .badInput: throw StageError("60 samples, but 91 are needed", fix: "feed more samples", place: "'points'")
        case .failure: throw StageError("the machine is on fire", kind: .failed)
        case .forgets: try FileSystem.remove(io.path(Self.numbers, "txt"))
        case .strays: try FileSystem.write("x", to: io.path(Output("other", kind: "x", ""), "txt"))
        case .interrupt: throw Cancelled()
        case .checkpoint:
            let file = try io.checkpointFolder() + "/step"
            if !FileSystem.exists(file) {
                try FileSystem.write("5", to: file)
                throw StageError("killed", kind: .failed)
            }
            try Numbers.write(
                [Double(String(decoding: FileSystem.read(file), as: UTF8.self))!], to: io.path(Self.numbers, "txt"))
        }
    }
}

/// Reads any stage's summary.
struct SummaryText: ArtifactReader {
    typealias Description = Never
    static let kinds = ["summary"]
    let label: String
    let text: String

    init(opening output: StoredOutput) throws {
        label = output.label ?? "?"
        text = String(decoding: try FileSystem.read(output.path("json")), as: UTF8.self)
    }
}

/// Puts summaries on a page.
struct PageStage: Stage {
    static let name = "toy.page"
    static let version = 1
    static let summary = "Shows."
    static let sections = ListInput<SummaryText>("sections", "what to show", isLabelled: true)
    static let inputs: [any InputPort] = [sections]
    static let report = Output("report", kind: "report", "the page")
    static let outputs: [Output] = [report]

    func run(_ io: StageIO) throws {
        let sections = try io.read(Self.sections)
        try FileSystem.write(sections.map { "\($0.label): \($0.text)" }.joined(), to: io.path(Self.report, "html"))
    }
}

/// The same stage as ``CountStage`` after its author changed a default, or the numbers it makes.
struct CountStageWithOtherDefault: Stage {
    static let name = "toy.count"
    static let version = 1
    static let summary = "Counts."
    static let outputs: [Output] = CountStage.outputs
    @Parameter("How many numbers.", in: 1...1000) var count: Int = 4
    func run(_ io: StageIO) throws { try Numbers.write([], to: io.path(CountStage.numbers, "txt")) }
}

let toyStages: [any Stage.Type] = [
    CountStage.self, AddStage.self, ReadStage.self, TroubleStage.self, PageStage.self,
]
