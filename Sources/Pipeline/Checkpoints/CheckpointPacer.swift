/// Says when it is time to keep a checkpoint: as often as is useful, for at most 2 % of the time.
struct CheckpointPacer: Sendable {
    /// Of the time between two checkpoints, what the writing of one may take at most.
    static let share = 0.02

    /// Bytes a second that a disk is taken to write before one was measured: a slow one.
    static let assumedSpeed = 150e6

    /// Seconds between two checkpoints at least: keeping less work is not worth wearing the disk.
    static let shortestInterval = 1.0

    /// Seconds between two checkpoints that somebody wants, whatever they cost.
    private let interval: Double?

    /// When work began that no checkpoint has yet, in seconds.
    private var start: Double

    /// Seconds that the last one took.
    private var cost = 0.0

    private var isSaving = false

    init(start: Double, interval: Double?) {
        self.start = start
        self.interval = interval
    }

    /// Whether a checkpoint of so many bytes is worth its time now.
    func isDue(at now: Double, bytes: Int) -> Bool {
        let expected = max(cost, Double(bytes) / Self.assumedSpeed)
        return !isSaving && now - start >= interval ?? max(Self.shortestInterval, expected / Self.share)
    }

    /// Nothing is due until ``ended(began:now:)``.
    mutating func began() { isSaving = true }

    mutating func ended(began: Double, now: Double) {
        cost = now - began
        start = now
        isSaving = false
    }
}
