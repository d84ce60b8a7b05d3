import Storage
import Synchronization

/// What a stage keeps so that it goes on after a kill or an interruption, in files that are whole or ignored.
///
/// A stage asks for what was kept (``load(_:)``), wraps its loop in ``savingWhenCancelled(_:_:)``, and calls
/// ``saveIfDue(as:bytes:_:)`` between pieces of work. When to save is decided here, by the time that saving takes; no
/// result may depend on it. Checkpoints are help, not duty: one that cannot be read or written never ends a stage.
/// Safe to use from several threads.
public final class Checkpoints: Sendable {
    /// Absolute; removed when the stage has finished. Files that a stage builds up over hours may lie here too.
    public let folder: String

    private let key: String
    private let layout: Int
    private let log: @Sendable (String) -> Void
    private let warn: @Sendable (String) -> Void
    private let clock: @Sendable () -> Double
    private let pacer: Mutex<CheckpointPacer>
    private let hasWarned = Atomic(false)

    /// The name of a checkpoint where a stage has only one.
    public static let usualName = "state"

    private static let fileExtension = ".checkpoint"

    /// - Parameters:
    ///   - key: what the checkpoints belong to: those of another key are ignored.
    ///   - layout: raised whenever the arrays mean something else than before.
    ///   - interval: seconds between two checkpoints, whatever they cost; `nil` for what costs little.
    ///   - clock: seconds since some moment.
    package init(
        folder: String, key: String, layout: Int, interval: Double? = nil,
        log: @escaping @Sendable (String) -> Void, warn: @escaping @Sendable (String) -> Void,
        clock: @escaping @Sendable () -> Double
    ) {
        (self.folder, self.key, self.layout) = (folder, key, layout)
        (self.log, self.warn, self.clock) = (log, warn, clock)
        pacer = Mutex(CheckpointPacer(start: clock(), interval: interval))
    }

    // MARK: - Going on

    /// What an earlier run kept; `nil` where there is nothing, and, with a line in the log, where it cannot be used.
    public func load(_ name: String = usualName) -> Checkpoint? { try? load(name) { $0 } }

    /// What an earlier run kept, as the state that `restore` makes of it.
    ///
    /// - Parameter restore: returns `nil` or throws for what does not fit: it is then ignored, with a line in the log.
    /// - Throws: ``Cancelled``, where `restore` does.
    public func load<State>(_ name: String = usualName, _ restore: (Checkpoint) throws -> State?) throws -> State? {
        switch file(name).read() {
        case .nothing: break
        case .unusable(let reason): log("the checkpoint '\(name)' of an earlier run is ignored: \(reason)")
        case .whole(let checkpoint):
            do {
                if let state = try restore(checkpoint) { return state }
            } catch let error as Cancelled {
                throw error
            } catch {
                // As good as something that does not fit.
            }
            log("the checkpoint '\(name)' of an earlier run is ignored: it does not fit this work")
        }
        return nil
    }

    /// The names of the checkpoints that are kept, sorted.
    public var names: [String] {
        ((try? FileSystem.list(folder)) ?? []).filter { $0.hasSuffix(Self.fileExtension) }
            .map { String($0.dropLast(Self.fileExtension.count)) }
    }

    // MARK: - Keeping

    /// Whether a checkpoint of about so many bytes is due.
    public func isDue(bytes: Int = 0) -> Bool {
        let now = clock()
        return pacer.withLock { $0.isDue(at: now, bytes: bytes) }
    }

    /// Saves when it is time; call it between pieces of work as often as you like.
    ///
    /// - Parameters:
    ///   - bytes: about how large it is, where that is much.
    ///   - make: called when it is time; what it throws the user is told, and the work goes on.
    public func saveIfDue(as name: String = usualName, bytes: Int = 0, _ make: () throws -> Checkpoint) {
        let now = clock()
        let isMine = pacer.withLock { pacer in
            guard pacer.isDue(at: now, bytes: bytes) else { return false }
            pacer.began()
            return true
        }
        if isMine { save(as: name, make) }
    }

    /// Saves now, and counts the time of making and writing. What `make` throws the user is told, and the work goes on.
    public func save(as name: String = usualName, _ make: () throws -> Checkpoint) {
        let began = clock()
        defer {
            let now = clock()
            pacer.withLock { $0.ended(began: began, now: now) }
        }
        do {
            keep(try make(), as: name)
        } catch {
            tell(error)
        }
    }

    /// Does the work; when it is cancelled, saves before that is passed on, whether that works or not.
    public func savingWhenCancelled<Result>(
        as name: String = usualName, _ make: () throws -> Checkpoint, _ work: () throws -> Result
    ) throws -> Result {
        do {
            return try work()
        } catch let error as Cancelled {
            save(as: name, make)
            throw error
        }
    }

    /// Writes one more checkpoint, inside of `make` above: its time counts there.
    ///
    /// - Returns: whether it was written; the user is told once where not.
    @discardableResult
    public func keep(_ checkpoint: Checkpoint, as name: String) -> Bool {
        do {
            // Someone who tidies the store may have removed the folder since.
            try Self.makeFolder(folder)
            try file(name).write(checkpoint)
            return true
        } catch {
            tell(error)
            return false
        }
    }

    /// Makes the folder of one stage, and that of all stages around it; not the store around both, which is somewhere
    /// else where those are missing.
    static func makeFolder(_ folder: String) throws(FileSystemError) {
        for folder in [Paths.folder(of: folder), folder] { try FileSystem.makeFolder(folder, makingParents: false) }
    }

    private func tell(_ error: any Error) {
        if !hasWarned.exchange(true, ordering: .relaxed) {
            warn("what was done so far cannot be kept for the case of an interruption: \(error)")
        }
    }

    private func file(_ name: String) -> CheckpointFile {
        CheckpointFile(path: "\(folder)/\(name)\(Self.fileExtension)", key: key, layout: layout)
    }
}

extension StageIO {
    /// The checkpoints of this stage.
    ///
    /// - Parameter layout: raise it whenever the arrays in them mean something else than before.
    public func checkpoints(layout: Int) throws -> Checkpoints {
        Checkpoints(
            folder: try checkpointFolder(), key: provenance.key, layout: layout, interval: checkpointInterval,
            log: { [self] in log($0) }, warn: { [self] in warn($0) }, clock: { Moment.uptime })
    }
}
