import FeatureVisualization
import Pipeline
import Synchronization
import Tensors

/// Keeps what was done of a list of dreams: each is as far as it is, since they are independent of each other.
final class DreamKeeper: Sendable {
    private let checkpoints: Checkpoints
    private let contents: Mutex<[Dream]>

    /// Raised when what is in checkpoints means something else.
    static let layout = 1

    /// Takes up what an earlier run kept.
    init(_ checkpoints: Checkpoints, count: Int, of dreaming: DeepDream) throws {
        self.checkpoints = checkpoints
        let kept = try checkpoints.load { checkpoint in
            let dreams = (0..<count).map { Self.dream(under: "\($0)/", in: checkpoint) }
            return dreams.allSatisfy(dreaming.fits) ? dreams : nil
        }
        contents = Mutex(kept ?? Array(repeating: Dream(), count: count))
    }

    var dreams: [Dream] { contents.withLock { $0 } }

    /// Steps done of all dreams.
    var steps: Int { contents.withLock { $0.reduce(0) { $0 + $1.steps } } }

    /// Call after every step, from any thread.
    func advanced(_ place: Int, _ dream: Dream, _ io: StageIO) throws {
        contents.withLock { $0[place] = dream }
        try io.checkCancelled()
        checkpoints.saveIfDue(bytes: bytes) { makeCheckpoint() }
    }

    func makeCheckpoint() -> Checkpoint {
        var checkpoint = Checkpoint()
        for (place, dream) in dreams.enumerated() {
            for (octave, image) in dream.octaves.enumerated() { checkpoint.set("\(place)/octave/\(octave)", image) }
            if let unfinished = dream.unfinished { checkpoint.set("\(place)/unfinished", unfinished) }
            for (octave, values) in dream.objective.enumerated() {
                checkpoint.set("\(place)/objective/\(octave)", values)
            }
        }
        return checkpoint
    }

    private static func dream(under prefix: String, in checkpoint: Checkpoint) -> Dream {
        var octaves: [Tensor] = []
        while let image = checkpoint.tensor("\(prefix)octave/\(octaves.count)") { octaves.append(image) }
        var objective: [[Double]] = []
        while let values = checkpoint.array("\(prefix)objective/\(objective.count)", of: Double.self) {
            objective.append(values)
        }
        return Dream(octaves: octaves, unfinished: checkpoint.tensor("\(prefix)unfinished"), objective: objective)
    }

    /// About how much there is to write.
    private var bytes: Int {
        contents.withLock { dreams in
            dreams.reduce(0) { sum, dream in
                let images = dream.octaves.reduce(dream.unfinished?.count ?? 0) { $0 + $1.count }
                return sum + images * MemoryLayout<Float>.stride + dream.steps * MemoryLayout<Double>.stride
            }
        }
    }
}
