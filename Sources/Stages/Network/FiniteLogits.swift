import Datasets
import NeuralNetwork
import Pipeline
import Tensors

/// Refuses answers that are no numbers: nothing can be said of them, and no file can hold them.
enum FiniteLogits {
    /// - Throws: `StageError` that names the first such sample, and the first layer in which it goes wrong.
    static func check(_ logits: RowBuffer<Float>, _ dataset: Dataset, _ model: Model, threads: Int) throws {
        let values = logits.values()
        guard let position = values.firstIndex(where: { !$0.isFinite }) else { return }
        let sample = position / logits.rowCount
        let count = Set(values.indices.lazy.filter { !values[$0].isFinite }.map { $0 / logits.rowCount }).count
        let layer = try firstLayer(of: model, for: dataset.images(at: [sample], threads: 1), threads: threads)
        throw StageError(
            "sample \(sample) ('\(dataset.sampleIDs[sample])') gets logits that are not finite, as do "
                + "\(count - 1) of the other \(dataset.count - 1)"
                + (layer.map { "; its first values that are not finite come out of layer '\($0)'" } ?? ""),
            fix: "look at the weights of that layer and the 'input' of the model: values overflow 32-bit floats")
    }

    private static func firstLayer(of model: Model, for image: Tensor, threads: Int) throws -> String? {
        let nodes = model.network.nodes
        var request = PlanRequest(batch: 1)
        request.activations = Set(nodes.indices)
        let activations = try NetworkRunner(model, request, threads: threads).activations(of: image)
        return nodes.indices.first { activations[$0].map { !$0.isFinite } ?? false }.map { nodes[$0].name }
    }
}
