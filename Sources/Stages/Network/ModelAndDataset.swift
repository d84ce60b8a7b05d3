import NeuralNetwork
import Pipeline

/// Checks that hold wherever a network meets images.
enum ModelAndDataset {
    /// - Parameter mustClassify: whether the network has to end in a vector of scores.
    static func check(
        _ io: CheckIO, _ model: Input<ModelArtifact>, _ dataset: Input<DatasetArtifact>, mustClassify: Bool = false
    ) {
        guard let network = io.description(of: model)?.network else { return }
        if mustClassify, network.scoreCount == nil {
            io.problem(
                input: model,
                "the network '\(network.name)' ends in a map of shape \(network.outputShape), not in class scores",
                fix: "use a network that ends in a linear layer")
        }
        guard let images = io.description(of: dataset) else { return }
        if images.sampleShape != network.inputShape {
            let error = NetworkError.wrongInput(expected: network.inputShape, found: images.sampleShape)
            io.problem(input: dataset, error.what, fix: error.fix)
        }
    }
}
