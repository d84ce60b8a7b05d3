import Datasets
import NeuralNetwork
import Pipeline

/// Checks for stages that change the pixels of images and draw the result.
enum PixelInput {
    /// Channels have to be such that a picture can show them, and as many as the network takes; sizes may differ.
    static func check(
        _ model: Input<ModelArtifact>, _ network: Network, _ dataset: Input<DatasetArtifact>, _ io: CheckIO
    ) {
        let channels = network.inputShape[0]
        if ![1, 3, 4].contains(channels) {
            io.problem(
                input: model, "the network takes images of \(channels) channels, which no picture can show",
                fix: "take a network for images of 1, 3 or 4 channels")
        }
        guard let shape = io.description(of: dataset)?.sampleShape, shape[0] != channels else { return }
        io.problem(
            input: dataset, "the images have \(shape[0]) channels; the network takes \(channels)",
            fix: channels == 1 ? "make them gray" : "make them RGB")
    }
}
