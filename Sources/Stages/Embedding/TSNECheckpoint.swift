import Embedding
import Pipeline
import Tensors

/// The map so far and its course, as a checkpoint and back.
struct TSNECheckpoint {
    /// Raised when what is in it means something else.
    static let layout = 2

    /// Name of the checkpoint of affinities, which are kept where finding them took long.
    static let affinities = "affinities"

    var state: TSNEState
    /// Iterations after which the divergence was measured, and what it was.
    var history: [(iteration: Int, divergence: Double)]
    /// Positions after some iterations, in order.
    var snapshots: [(iteration: Int, positions: Tensor)]

    init(
        _ state: TSNEState, _ history: [(iteration: Int, divergence: Double)],
        _ snapshots: [(iteration: Int, positions: Tensor)]
    ) {
        self.state = state
        self.history = history
        self.snapshots = snapshots
    }

    /// - Parameter shape: `[samples, dimensions]`, which a state must have to fit.
    init?(_ checkpoint: Checkpoint, shape: [Int]) {
        guard let iteration = checkpoint.value("iteration", of: Int.self),
            let iterations = checkpoint.array("history.iterations", of: Int.self),
            let divergences = checkpoint.array("history.divergences", of: Double.self),
            iterations.count == divergences.count, let positions = checkpoint.tensor("positions"),
            let updates = checkpoint.tensor("updates"), let gains = checkpoint.tensor("gains"),
            [positions, updates, gains].allSatisfy({ $0.shape == shape && $0.isFinite }),
            let taken = checkpoint.array("snapshots.iterations", of: Int.self),
            case let frames = taken.indices.compactMap({ checkpoint.tensor("snapshots.\($0)") }),
            frames.count == taken.count, frames.allSatisfy({ $0.shape == shape })
        else { return nil }
        snapshots = Array(zip(taken, frames)).map { (iteration: $0, positions: $1) }
        state = TSNEState(positions: positions, updates: updates, gains: gains, iteration: iteration)
        history = Array(zip(iterations, divergences)).map { (iteration: $0, divergence: $1) }
    }

    var checkpoint: Checkpoint {
        var checkpoint = Checkpoint()
        checkpoint.set("iteration", [state.iteration])
        checkpoint.set("history.iterations", history.map(\.iteration))
        checkpoint.set("history.divergences", history.map(\.divergence))
        checkpoint.set("snapshots.iterations", snapshots.map(\.iteration))
        for (index, snapshot) in snapshots.enumerated() { checkpoint.set("snapshots.\(index)", snapshot.positions) }
        checkpoint.set("positions", state.positions)
        checkpoint.set("updates", state.updates)
        checkpoint.set("gains", state.gains)
        return checkpoint
    }
}

extension SparseAffinities {
    var checkpoint: Checkpoint {
        var checkpoint = Checkpoint()
        checkpoint.set("row_starts", rowStarts)
        checkpoint.set("columns", columns)
        checkpoint.set("values", values)
        return checkpoint
    }

    /// `nil` where they are not affinities of so many points.
    init?(_ checkpoint: Checkpoint, samples: Int) {
        guard let starts = checkpoint.array("row_starts", of: Int64.self), starts.count == samples + 1,
            let columns = checkpoint.array("columns", of: Int32.self),
            let values = checkpoint.array("values", of: Double.self)
        else { return nil }
        self.init(rowStarts: starts, columns: columns, values: values)
    }
}
