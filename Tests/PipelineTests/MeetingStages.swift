import Glibc
import Pipeline
import Storage
import Synchronization

/// Counts how many of it run at the same time: each waits a little for others to come.
struct MeetStage: Stage {
    struct Meeting: Sendable {
        var present = 0
        var most = 0
        var threads: Set<Int> = []
    }

    static let meeting = Mutex(Meeting())

    static let name = "toy.meet"
    static let version = 1
    static let summary = "Meets others."
    static let points = OptionalInput<Numbers>("points", "numbers")
    static let inputs: [any InputPort] = [points]
    static let numbers = Output("numbers", kind: "numbers", "one per line")
    static let outputs: [Output] = [numbers]

    @Parameter("Which of them.") var id: Int = 0

    func run(_ io: StageIO) throws {
        Self.meeting.withLock { meeting in
            meeting.present += 1
            meeting.most = max(meeting.most, meeting.present)
            meeting.threads.insert(io.threads)
        }
        defer { Self.meeting.withLock { $0.present -= 1 } }
        for _ in 0..<10 {
            usleep(10_000)
            try io.checkCancelled()
        }
        try Numbers.write([Double(id)], to: io.path(Self.numbers, "txt"))
    }
}

/// Numbers that stages share, and how often they were opened and let go.
final class SharedNumbers: ArtifactReader {
    typealias Description = Int
    static let kinds = ["numbers"]
    static let isShared = true
    static let opened = Atomic<Int>(0)
    static let living = Atomic<Int>(0)
    static let livingAfterwards = Atomic<Int>(-1)
    let values: [Double]

    init(opening output: StoredOutput) throws {
        values = try Numbers(opening: output).values
        Self.opened.add(1, ordering: .relaxed)
        Self.living.add(1, ordering: .relaxed)
    }

    deinit { Self.living.subtract(1, ordering: .relaxed) }
}

/// Takes shared numbers.
struct TakeStage: Stage {
    static let name = "toy.take"
    static let version = 1
    static let summary = "Takes shared numbers."
    static let points = Input<SharedNumbers>("points", "numbers")
    static let inputs: [any InputPort] = [points]
    static let numbers = Output("numbers", kind: "numbers", "one per line")
    static let outputs: [Output] = [numbers]

    @Parameter("Added to each.") var id: Int = 0

    func run(_ io: StageIO) throws {
        let values = try io.read(Self.points).values
        usleep(20_000)
        try Numbers.write(values.map { $0 + Double(id) }, to: io.path(Self.numbers, "txt"))
    }
}

/// Takes shared numbers and others.
struct BothStage: Stage {
    static let name = "toy.both"
    static let version = 1
    static let summary = "Takes two kinds of numbers."
    static let points = Input<SharedNumbers>("points", "numbers")
    static let others = Input<Numbers>("others", "numbers")
    static let inputs: [any InputPort] = [points, others]
    static let numbers = Output("numbers", kind: "numbers", "one per line")
    static let outputs: [Output] = [numbers]

    func run(_ io: StageIO) throws {
        let values = try io.read(Self.points).values + io.read(Self.others).values
        try Numbers.write(values, to: io.path(Self.numbers, "txt"))
    }
}
