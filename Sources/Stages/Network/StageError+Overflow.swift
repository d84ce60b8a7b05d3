import Datasets
import Pipeline

extension StageError {
    /// For somebody, a unit say, that answers to a sample with NaN or infinity.
    static func notFinite(_ who: String, sample: Int, of dataset: Dataset) -> StageError {
        StageError(
            "\(who) answers to sample \(sample) ('\(dataset.sampleIDs[sample])') with numbers that are not finite",
            fix: "look at the weights up to that layer and the 'input' of the model: values overflow 32-bit floats")
    }
}
