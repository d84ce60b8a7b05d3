import FeatureVisualization
import Pipeline
import Tensors

/// Finished units and states of unfinished ones as checkpoints, and back.
enum MaximizationCheckpoint {
    /// Raised when what is in them means something else.
    static let layout = 2

    static func make(of states: [TargetUnit: OptimizationState]) -> Checkpoint {
        var checkpoint = Checkpoint()
        for (unit, state) in states { checkpoint.set(state.tensors, under: "\(unit)/") }
        return checkpoint
    }

    /// The state of a unit; `nil` where there is none.
    static func state(of unit: TargetUnit, in checkpoint: Checkpoint) throws -> OptimizationState? {
        guard let tensors = checkpoint.tensors(under: "\(unit)/"), !tensors.isEmpty else { return nil }
        return try OptimizationState(tensors: tensors, of: unit)
    }

    static func make(of results: [MaximizedUnit]) -> Checkpoint {
        var checkpoint = Checkpoint()
        for result in results {
            let prefix = "\(result.unit)/"
            checkpoint.set(prefix + "image", result.image)
            checkpoint.set(prefix + "activation", [result.activation])
            checkpoint.set(prefix + "iteration", [result.iteration])
            checkpoint.set(prefix + "objective", result.objective)
            checkpoint.set(prefix + "outcome", Array(result.outcome.rawValue.utf8))
            checkpoint.set(prefix + "snapshot_iterations", result.snapshots.map(\.iteration))
            for (index, snapshot) in result.snapshots.enumerated() {
                checkpoint.set(prefix + "snapshot/\(index)", snapshot.image)
            }
        }
        return checkpoint
    }

    /// The result of a unit; `nil` where there is none.
    static func result(of unit: TargetUnit, in checkpoint: Checkpoint) -> MaximizedUnit? {
        let prefix = "\(unit)/"
        guard let image = checkpoint.tensor(prefix + "image"),
            let activation = checkpoint.value(prefix + "activation", of: Float.self),
            let iteration = checkpoint.value(prefix + "iteration", of: Int.self),
            let objective = checkpoint.array(prefix + "objective", of: Float.self),
            let outcomeText = checkpoint.array(prefix + "outcome", of: UInt8.self),
            let outcome = MaximizedUnit.Outcome(rawValue: String(decoding: outcomeText, as: UTF8.self)),
            let iterations = checkpoint.array(prefix + "snapshot_iterations", of: Int.self)
        else { return nil }
        let snapshots = iterations.indices.compactMap { checkpoint.tensor(prefix + "snapshot/\($0)") }
        guard snapshots.count == iterations.count else { return nil }
        return MaximizedUnit(
            unit: unit, image: image, activation: activation, iteration: iteration, objective: objective,
            snapshots: zip(iterations, snapshots).map { (iteration: $0, image: $1) }, outcome: outcome)
    }
}
