import FeatureVisualization
import Pipeline
import Tensors

/// Finished units and states of unfinished ones as checkpoints, and back.
enum MaximizationCheckpoint {
    /// Raised when what is in them means something else.
    static let layout = 4

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
            let prefix = result.name + "/"
            checkpoint.set(prefix + "image", result.image)
            checkpoint.set(prefix + "iteration", [result.iteration])
            checkpoint.set(prefix + "kept", [result.kept])
            checkpoint.set(prefix + "diversity_scale", [result.diversityScale])
            for (index, attempt) in result.attempts.enumerated() {
                checkpoint.set(prefix + "activation/\(index)", [attempt.activation])
                checkpoint.set(prefix + "objective/\(index)", attempt.objective)
                checkpoint.set(prefix + "charge/\(index)", attempt.charge)
                checkpoint.set(prefix + "outcome/\(index)", Array(attempt.outcome.rawValue.utf8))
            }
            checkpoint.set(prefix + "snapshot_iterations", result.snapshots.map(\.iteration))
            for (index, snapshot) in result.snapshots.enumerated() {
                checkpoint.set(prefix + "snapshot/\(index)", snapshot.image)
            }
        }
        return checkpoint
    }

    /// The results of a unit, one for each variant; `nil` where one is missing.
    static func results(of unit: TargetUnit, variants: Int, in checkpoint: Checkpoint) -> [MaximizedUnit]? {
        let found = (0..<variants).compactMap {
            result(of: unit, variant: variants == 1 ? nil : $0, in: checkpoint)
        }
        return found.count == variants ? found : nil
    }

    private static func result(of unit: TargetUnit, variant: Int?, in checkpoint: Checkpoint) -> MaximizedUnit? {
        let prefix = MaximizedUnit.name(unit, variant) + "/"
        guard let image = checkpoint.tensor(prefix + "image"),
            let iteration = checkpoint.value(prefix + "iteration", of: Int.self),
            let kept = checkpoint.value(prefix + "kept", of: Int.self),
            let diversityScale = checkpoint.value(prefix + "diversity_scale", of: Float.self),
            let iterations = checkpoint.array(prefix + "snapshot_iterations", of: Int.self)
        else { return nil }
        var attempts: [MaximizedUnit.Attempt] = []
        while let attempt = attempt(attempts.count, of: prefix, in: checkpoint) { attempts.append(attempt) }
        guard attempts.indices.contains(kept) else { return nil }
        let snapshots = iterations.indices.compactMap { checkpoint.tensor(prefix + "snapshot/\($0)") }
        guard snapshots.count == iterations.count else { return nil }
        return MaximizedUnit(
            unit: unit, variant: variant, image: image, iteration: iteration,
            snapshots: zip(iterations, snapshots).map { (iteration: $0, image: $1) }, diversityScale: diversityScale,
            attempts: attempts, kept: kept)
    }

    private static func attempt(
        _ index: Int, of prefix: String, in checkpoint: Checkpoint
    ) -> MaximizedUnit.Attempt? {
        guard let activation = checkpoint.value(prefix + "activation/\(index)", of: Float.self),
            let objective = checkpoint.array(prefix + "objective/\(index)", of: Float.self),
            let charge = checkpoint.array(prefix + "charge/\(index)", of: Float.self),
            let outcomeText = checkpoint.array(prefix + "outcome/\(index)", of: UInt8.self),
            let outcome = MaximizedUnit.Outcome(rawValue: String(decoding: outcomeText, as: UTF8.self))
        else { return nil }
        return .init(outcome: outcome, activation: activation, objective: objective, charge: charge)
    }
}
