import Datasets
import HDF5Files
import JSONValues
import NeuralNetwork
public import Pipeline
import Tensors

/// Classifies every image of a data set.
public struct ModelRunStage: Stage {
    public static let name = "model.run"
    public static let version = 1
    public static let summary =
        "Classifies images: logits, probabilities, the best classes, and accuracy where labels are known."
    public static let details = """
        Logits are the outputs of the last layer, or of the one before a softmax at the end; probabilities are their \
        softmax. With labels there is a confusion matrix [true, predicted] and the share told right.
        """

    static let model = Input<ModelArtifact>("model", "The network.")
    static let dataset = Input<DatasetArtifact>("dataset", "The images.")
    static let predictions = Output(
        "predictions", kind: "predictions",
        "`/logits`, `/probabilities` [samples, classes], `/top_classes`, `/top_probabilities` [samples, top], `/labels`, "
            + "`/sample_ids`, `/confusion` [true, predicted]; the same in short in `predictions.json`")
    public static let inputs: [any InputPort] = [model, dataset]
    public static let outputs = [predictions]

    @Parameter("How many of the most probable classes are listed.", in: 1...1000) var top: Int = 5
    @Parameter("'direct' avoids the fast convolution algorithm for the sake of the last digit.")
    var algorithm: PlanRequest.Algorithm = .automatic

    public init() {}

    public func check(_ io: CheckIO) throws {
        ModelAndDataset.check(io, Self.model, Self.dataset, mustClassify: true)
    }

    public func run(_ io: StageIO) throws {
        let model = try io.read(Self.model).model
        let dataset = try io.read(Self.dataset).dataset
        let node = model.network.logitsNode
        let classes = model.network.shapes[node][0]
        var request = PlanRequest(batch: PlanRequest.usualBatch(for: model.network.inputShape))
        request.activations = [node]
        request.algorithm = algorithm
        let runner = try NetworkRunner(model, request, threads: io.threads)
        let logits = RowBuffer<Float>(rows: dataset.count, rowCount: classes)
        try DatasetBlocks(dataset, runner, io, bytesPerSample: classes * 4).forEach { _, range, run in
            try run { rows, _, values in
                logits.set(
                    range.lowerBound + rows.lowerBound..<range.lowerBound + rows.upperBound, values.baseAddress!)
            }
        }
        try FiniteLogits.check(logits, dataset, model, threads: io.threads)
        let matched = MatchedLabels(dataset, model, classes: classes, io)
        let result = Classification(
            logits: logits.tensor(shape: [classes]), labels: matched.areClasses ? matched.labels : nil, top: top)
        let names = model.classNames.isEmpty && matched.areClasses ? matched.names : model.classNames
        try write(result, dataset, matched, classNames: names, io)
        try PredictionsSection.write(result, dataset, matched, classNames: names, io)
    }

    private func write(
        _ result: Classification, _ dataset: Dataset, _ matched: MatchedLabels, classNames: [String], _ io: StageIO
    ) throws {
        let output = try HDF5Output(Self.predictions, io)
        try output.write(result.logits, to: "/logits", axes: ["samples", "classes"])
        try output.write(result.probabilities, to: "/probabilities", axes: ["samples", "classes"])
        let shape = [dataset.count, result.top]
        try output.write(result.topClasses, to: "/top_classes", shape: shape, axes: ["samples", "top"])
        try output.write(
            Tensor(shape: shape, result.topProbabilities), to: "/top_probabilities", axes: ["samples", "top"])
        try output.writeSamples(labels: matched.labels, classNames: matched.names, sampleIDs: dataset.sampleIDs)
        if let confusion = result.confusion {
            let count = result.logits.shape[1]
            try output.write(confusion, to: "/confusion", shape: [count, count], axes: ["true", "predicted"])
        }
        if let accuracy = result.accuracy {
            try output.file.setAttribute("accuracy", .number(accuracy))
            io.metric("accuracy", accuracy)
        }
        try output.close()
        try writeJSON(result.json(dataset, matched, classNames: classNames), to: io.path(Self.predictions, "json"))
    }
}
