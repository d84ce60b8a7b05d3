import Storage

/// How to run a plan; nothing in here changes what comes out.
public struct RunOptions: Sendable {
    /// The folder that run folders are in.
    public var runsFolder = "runs"

    /// The most stages that run side by side.
    public var jobs = 1

    /// The cores that all running stages may use together.
    public var threads = MachineFacts.processors

    /// The bytes that all running stages may need together, as their `resources` say.
    public var memory = MachineFacts.availableMemory

    /// Positions in the plan of stages that may run; `nil` for all. Results that are stored are reused all the same.
    public var selected: Set<Int>?

    /// Of these, positions of stages that run although their result is stored.
    public var forced: Set<Int> = []

    /// Whether external files are digested again although they look as they did.
    public var rehashes = false

    /// Whether stages that do not depend on a failed one still run.
    public var keepsGoing = false

    /// Seconds between two checkpoints of a stage, whatever they cost; `nil` for as often as 2 % of the time allows.
    public var checkpointInterval: Double?

    /// Whether the process ends after the run: nothing that it knows is freed then, see ``keepUntilExit(_:)``.
    public var endsProcess = false

    /// For the record.
    public var commandLine: [String] = []
    public var digester = ContentDigester()

    /// Tells errors about wrong data or files, which end with exit code 65, from others.
    public var isBadInput: @Sendable (any Error) -> Bool = { _ in false }
    public var cancellation = Cancellation.process
    public var progress: (any ProgressSink)?

    public init() {}
}
