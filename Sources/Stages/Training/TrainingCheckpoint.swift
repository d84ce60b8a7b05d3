import Foundation
import Pipeline
import Tensors
import Training

/// The state of a training run as a checkpoint, and back.
enum TrainingCheckpoint {
    /// Raised when what is in it means something else.
    static let layout = 1

    static func make(_ state: TrainingState) throws -> Checkpoint {
        var checkpoint = Checkpoint()
        checkpoint.set("history", Array(try JSONEncoder().encode(state.history)))
        checkpoint.set("partial", Array(try JSONEncoder().encode(state.partial)))
        checkpoint.set(state.tensors, under: "tensor/")
        return checkpoint
    }

    /// - Returns: `nil` where tensors are missing or not finite: nothing can go on from them.
    /// - Throws: what the decoder throws about numbers that are missing.
    static func state(_ checkpoint: Checkpoint) throws -> TrainingState? {
        guard let history = checkpoint.array("history", of: UInt8.self),
            let partial = checkpoint.array("partial", of: UInt8.self),
            let tensors = checkpoint.tensors(under: "tensor/"), tensors.values.allSatisfy(\.isFinite)
        else { return nil }
        let decoder = JSONDecoder()
        return TrainingState(
            history: try decoder.decode(TrainingHistory.self, from: Data(history)), tensors: tensors,
            partial: try decoder.decode(PartialEpoch.self, from: Data(partial)))
    }
}
