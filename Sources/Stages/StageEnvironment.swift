import Attribution
import Circuits
import Datasets
import Embedding
import FeatureVisualization
import HDF5Files
import Imaging
import ModelFormats
import NeuralNetwork
public import Pipeline
import Storage
import Training

/// What the runner has to know about the science, without knowing it.
public enum StageEnvironment {
    /// How content is digested by file extension: HDF5 files by their data, without the provenance they carry.
    public static let digesters: [String: ContentDigester.Function] = [
        "h5": { path in
            var builder = DigestBuilder()
            let file = try HDF5File(opening: path, isTrusted: true)
            try DataDigest.stream(file) { builder.update($0) }
            return builder.digest
        }
    ]

    /// Whether an error says that data or files are wrong (exit code 65), and not that the work failed (1).
    public static func isBadInput(_ error: any Error) -> Bool {
        switch error {
        case is DatasetError, is ImageError, is TrainingError, is CircuitError,
            is MaximizationError, is NetworkError, is EmbeddingError, is AttributionError,
            is DreamError, is StyleError:
            true
        case let error as ModelFileError: !error.isOfWriting
        // Of HDF5, an input that cannot be read is bad; a write that fails is a full disk or the like.
        case let error as HDF5Error:
            switch error.problem {
            case .failed, .unwritable: false
            default: true
            }
        default: false
        }
    }
}
