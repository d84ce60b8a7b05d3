import FeatureVisualization
import Pipeline
import Synchronization
import Tensors

/// Keeps what was done of a list of units: results once each, states of running units again and again.
///
/// Units are independent of each other, so their states may be of different moments.
final class MaximizationKeeper: Sendable {
    private struct Contents: Sendable {
        var states: [TargetUnit: OptimizationState] = [:]
        var results: [TargetUnit: [MaximizedUnit]] = [:]
        /// Not yet in a file.
        var fresh: [MaximizedUnit] = []
        /// Files of results so far.
        var files = 0
    }

    private let checkpoints: Checkpoints
    private let contents = Mutex(Contents())

    private static let resultsPrefix = "finished-"

    /// Steps between two looks at a unit's state: taking it makes the next step copy its tensors.
    private static let interval = 16

    /// Takes up what an earlier run kept of the units.
    init(
        _ checkpoints: Checkpoints, _ units: [TargetUnit], _ maximization: Maximization, variants: Int
    ) throws {
        self.checkpoints = checkpoints
        var contents = Contents()
        for name in checkpoints.names where name.hasPrefix(Self.resultsPrefix) {
            contents.files = max(contents.files, 1 + (Int(name.dropFirst(Self.resultsPrefix.count)) ?? 0))
            guard let checkpoint = checkpoints.load(name) else { continue }
            for unit in units {
                contents.results[unit] =
                    MaximizationCheckpoint.results(of: unit, variants: variants, in: checkpoint)
                    ?? contents.results[unit]
            }
        }
        let results = contents.results
        let states = try checkpoints.load { checkpoint in
            var states: [TargetUnit: OptimizationState] = [:]
            for unit in units where results[unit] == nil {
                guard let state = try MaximizationCheckpoint.state(of: unit, in: checkpoint) else { continue }
                try maximization.check(unit, state)
                states[unit] = state
            }
            return states
        }
        contents.states = states ?? [:]
        self.contents.withLock { [contents] in $0 = contents }
    }

    var states: [TargetUnit: OptimizationState] { contents.withLock { $0.states } }
    var results: [TargetUnit: [MaximizedUnit]] { contents.withLock { $0.results } }

    /// Steps that an earlier run has done, and how many second attempts are among them.
    func workDone(iterations: Int) -> (steps: Int, retries: Int) {
        contents.withLock { contents in
            let retries =
                contents.results.values.reduce(0) { $0 + $1[0].attempts.count - 1 }
                + contents.states.values.reduce(0) { $0 + $1.earlier.count }
            let begun = contents.states.values.reduce(0) { $0 + $1.iteration }
            return ((contents.results.count + retries) * iterations + begun, retries)
        }
    }

    /// Call after every step, from any thread.
    func advanced(_ unit: TargetUnit, _ state: OptimizationState, io: StageIO) throws {
        do {
            try io.checkCancelled()
        } catch {
            contents.withLock { $0.states[unit] = state }
            throw error
        }
        guard state.iteration % Self.interval == 0 else { return }
        contents.withLock { $0.states[unit] = state }
        saveIfDue()
    }

    /// Call with the results of every unit, from any thread.
    func finished(_ results: [MaximizedUnit]) {
        contents.withLock { contents in
            contents.states[results[0].unit] = nil
            contents.fresh += results
        }
        saveIfDue()
    }

    private func saveIfDue() { checkpoints.saveIfDue(bytes: bytes) { makeCheckpoint() } }

    /// Writes new results to a file of their own, and gives the states.
    func makeCheckpoint() -> Checkpoint {
        let (fresh, states, file) = contents.withLock { ($0.fresh, $0.states, $0.files) }
        if !fresh.isEmpty,
            checkpoints.keep(MaximizationCheckpoint.make(of: fresh), as: Self.resultsPrefix + String(file))
        {
            contents.withLock { contents in
                contents.files += 1
                contents.fresh.removeFirst(fresh.count)
            }
        }
        return MaximizationCheckpoint.make(of: states)
    }

    /// About how much there is to write.
    private var bytes: Int {
        contents.withLock { contents in
            let results = contents.fresh.reduce(0) { $0 + $1.image.count * (1 + $1.snapshots.count) }
            let states = contents.states.values.flatMap { $0.earlier + [$0] }.reduce(0) { sum, state in
                let remembered = state.memory.values.reduce(0) { $0 + $1.count }
                return sum + state.parameters.count * (2 + remembered + state.snapshots.count)
            }
            return (results + states) * MemoryLayout<Float>.stride
        }
    }
}
