import Datasets
import FeatureVisualization
import HDF5Files
import NeuralNetwork
public import Pipeline
import Tensors

/// Makes what a layer sees in images stronger.
public struct ImageDreamStage: Stage {
    public static let name = "image.dream"
    public static let version = 2
    public static let summary = "Deep Dream: changes images so that a layer, or some of its channels, answer more."
    public static let details = """
        An image is changed at several sizes, from small to its own, each so many times larger than the one before; what \
        has changed is enlarged and carried on. At each size it moves up the gradient of half the sum of squared \
        activations, by so much on average, shifted at random before each step and back after it. Images may have any \
        size that reaches the layer. Several are computed side by side, each on one thread; what becomes of one does not \
        depend on which others are named. Source: Mordvintsev, Olah & Tyka, "Inceptionism", Google research blog 2015.
        """

    static let model = Input<ModelArtifact>("model", "The network.")
    static let dataset = Input<DatasetArtifact>("dataset", "The images.")
    static let images = Output(
        "images", kind: "images",
        "`/image` and `/before` [samples, channels, height, width] in [0, 1], `/octave_<n>`, the images at the end of each "
            + "smaller size, `/objective` [samples, octaves, iterations], `/labels`, `/sample_ids`")
    static let pictures = Output(
        "pictures", kind: "pictures", "`image-<n>.png`, `image-<n>-before.png` and one PNG for each smaller size")
    public static let inputs: [any InputPort] = [model, dataset]
    public static let outputs = [images, pictures]

    @Parameter("Layer that answers more; a ReLU's name leaves out what is below zero.") var layer: String
    @Parameter("Channels of the layer; all if absent.", in: 0...) var filters: [Int]?
    @Parameter("Which images, by position in the data set.", in: 0...) var samples: [Int] = [0]
    @Parameter("Sizes at which an image is changed.", in: 1...16) var octaves: Int = 4
    @Parameter("How many times larger each is than the one before.", in: 1.05...4) var ratio: Double = 1.4
    @Parameter("Steps at each size.", in: 1...10_000) var iterations: Int = 10
    @Parameter("How far pixels move in a step on average, in units of 1/255.", in: 0.001...255) var step: Double = 1.5
    @Parameter("Random shift before each step at most, in pixels to each side.", in: 0...1024) var jitter: Int = 32
    @Parameter("Seed of the shifts.", in: 0...) var seed: Int = 0
    @Parameter("'direct' avoids the fast convolution algorithm for the sake of the last digit.")
    var algorithm: PlanRequest.Algorithm = .automatic

    public init() {}

    public func validate() throws(ParameterError) {
        try LayerChoice.validate(filters: filters)
        try SampleChoice.validate(samples)
    }

    public func check(_ io: CheckIO) throws {
        SampleChoice.check(samples, Self.dataset, io)
        guard let network = io.description(of: Self.model)?.network else { return }
        PixelInput.check(Self.model, network, Self.dataset, io)
        guard let images = io.description(of: Self.dataset) else { return }
        do throws(DreamError) {
            try DeepDream.check(network, settings, imageSize: Array(images.sampleShape.dropFirst()))
        } catch {
            let culprit =
                switch error {
                case .network: "layer"
                case .channelOutOfRange: "filters"
                case .octaveDoesNotFit, .notFinite: octaves == 1 ? "layer" : "octaves"
                }
            io.problem(parameter: culprit, error.what, fix: error.fix)
        }
    }

    public func run(_ io: StageIO) throws {
        let model = try io.read(Self.model).model
        let dataset = try io.read(Self.dataset).dataset
        try SampleChoice.require(samples, of: dataset)
        let before = try dataset.images(at: samples, threads: io.threads)
        let dreaming = try DeepDream(model, settings, imageSize: Array(dataset.sampleShape.dropFirst()))
        let checkpoints = try io.checkpoints(layout: DreamKeeper.layout)
        let keeper = try DreamKeeper(checkpoints, count: samples.count, of: dreaming)
        let total = samples.count * octaves * iterations
        if keeper.steps > 0 { io.log("goes on after \(keeper.steps) of \(total) steps") }
        let dreams = try checkpoints.savingWhenCancelled(keeper.makeCheckpoint) {
            try dreaming.run(before, numbers: samples, resuming: keeper.dreams, threads: io.threads) { place, dream in
                try keeper.advanced(place, dream, io)
                io.progress(keeper.steps, of: total, unit: "steps")
            }
        }
        try write(dreams, before, dataset, io)
        try DreamSection.write(
            dreams, before, names: samples.map { dataset.sampleIDs[$0] }, layer: layer, to: Self.pictures, io)
    }

    private var settings: DreamSettings {
        var settings = DreamSettings(layer: layer)
        settings.channels = filters
        settings.octaves = octaves
        settings.ratio = ratio
        settings.iterations = iterations
        settings.step = step
        settings.jitter = jitter
        settings.seed = seed
        settings.algorithm = algorithm
        return settings
    }

    private func write(_ dreams: [Dream], _ before: Tensor, _ dataset: Dataset, _ io: StageIO) throws {
        let output = try HDF5Output(Self.images, io)
        let axes = ["samples", "channels", "height", "width"]
        try output.write(before, to: "/before", axes: axes)
        try output.write(Tensor.stack(dreams.map(\.image)), to: "/image", axes: axes)
        for octave in 0..<octaves - 1 {
            try output.write(
                Tensor.stack(dreams.map { $0.octaves[octave] }), to: "/octave_\(octave + 1)", axes: axes)
        }
        try output.write(
            dreams.flatMap { $0.objective.joined() }, to: "/objective", shape: [samples.count, octaves, iterations],
            axes: ["samples", "octaves", "iterations"])
        try output.writeSamples(
            labels: dataset.labels.map { labels in samples.map { labels[$0] } }, classNames: dataset.classNames,
            sampleIDs: samples.map { dataset.sampleIDs[$0] })
        try output.close()
    }
}
