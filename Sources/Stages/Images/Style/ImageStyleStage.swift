import Datasets
import FeatureVisualization
import NeuralNetwork
public import Pipeline
import Reporting
import Tensors

/// Paints the content of one picture in the style of another.
public struct ImageStyleStage: Stage {
    public static let name = "image.style"
    public static let version = 1
    public static let summary = "Style transfer: an image with the content of one picture and the style of another."
    public static let details = """
        Content are the activations of some layers, style is how the channels of some layers go together (their Gram \
        matrices, over channels · height · width). Each layer's loss is the mean square difference over the mean square of \
        what the picture itself gives there, so a weight means the same in every network. Gram matrices do not depend on \
        the size of an image, so the style may have any size: it is taken as it is, and its strokes keep their size in \
        pixels. 'lbfgs' moves the numbers whose logistic function the image is, so nothing is ever clamped; images that are \
        clamped beside a line search burst after some hundred steps. Layers are VGG-19's where none are named. One image \
        is computed on one thread: `"resources": { "threads": 1 }` leaves the others to stages beside this one. Sources: \
        Gatys, Ecker & Bethge, CVPR 2016; Johnson, neural-style, 2015.
        """

    static let model = Input<ModelArtifact>("model", "The network.")
    static let content = Input<DatasetArtifact>("content", "Holds the image whose content is kept.")
    static let style = Input<DatasetArtifact>("style", "Holds the image whose style is taken.")
    static let image = Output(
        "image", kind: "images",
        "`/image`, `/content`, `/style` [channels, height, width] in [0, 1], `/loss/total`, `/loss/total_variation` [steps], "
            + "`/loss/content`, `/loss/style` [steps, layers], each with its weight, at the start and after each step; "
            + "`/snapshots` where asked for")
    static let pictures = Output("pictures", kind: "pictures", "`image.png`, and one PNG for each snapshot")
    public static let inputs: [any InputPort] = [model, content, style]
    public static let outputs = [image, pictures]

    @Parameter("Which image of 'content', by position.", in: 0...) var contentSample: Int = 0
    @Parameter("Which image of 'style', by position.", in: 0...) var styleSample: Int = 0
    @Parameter("Layers whose activations are kept; features.22 of VGG-19 if absent.") var contentLayers: [String]?
    @Parameter("Layers whose Gram matrices are taken; features.1, 6, 11, 20, 29 of VGG-19 if absent.")
    var styleLayers: [String]?
    @Parameter("Weight of the content, for all layers or for each.") var contentWeight = LayerWeights(5)
    @Parameter("Weight of the style, for all layers or for each.") var styleWeight = LayerWeights(100)
    @Parameter("Charge for differences between neighbouring pixels.", in: 0...1_000_000) var totalVariation: Float = 10
    @Parameter("What the image is before the first step.") var start: StyleSettings.Start = .content
    @Parameter("Steps.", in: 1...100_000) var iterations: Int = 300
    @Parameter("What moves the image.") var optimizer: AscentChoice = .lbfgs
    @Parameter(AscentChoice.learningRateWords, in: 0.00001...1_000_000) var learningRate: Double?
    @Parameter(AscentChoice.momentumWords, in: 0...0.9999) var momentum: Double?
    @Parameter("Whether the image keeps the colours of the content and only its light and shade change.")
    var originalColors: Bool = false
    @Parameter("Numbers of steps after which an image is kept; 0 is the start.", in: 0...) var snapshots: [Int] = []
    @Parameter("Seed of the noise that 'start' may ask for; 0 if absent.", in: 0...) var seed: Int?
    @Parameter("'direct' avoids the fast convolution algorithm for the sake of the last digit.")
    var algorithm: PlanRequest.Algorithm = .automatic

    public init() {}

    public func validate() throws(ParameterError) {
        for (name, layers, weightName, weights) in [
            ("content_layers", contentLayers, "content_weight", contentWeight),
            ("style_layers", styleLayers, "style_weight", styleWeight),
        ] {
            guard layers?.isEmpty != true || name == "content_layers" else {
                throw ParameterError(
                    parameter: name, "names no layers", fix: "name one, or remove the key to take VGG-19's")
            }
            let count = layers?.count ?? (name == "content_layers" ? 1 : 5)
            guard weights.fit(count) else {
                throw ParameterError(
                    parameter: weightName, "has \(weights.values.count) numbers for \(count) layers",
                    fix: "write one number, or one for each layer")
            }
        }
        try optimizer.validate(momentum: momentum)
        if seed != nil, start == .content {
            throw ParameterError(
                parameter: "seed", "nothing is drawn where the image starts as the content",
                fix: "remove it, or set 'start' to 'noise'")
        }
        if let late = snapshots.first(where: { $0 > iterations }) {
            throw ParameterError(
                parameter: "snapshots", "\(late) is beyond the last step, \(iterations)",
                fix: "choose numbers in 0...\(iterations)")
        }
    }

    public func check(_ io: CheckIO) throws {
        for (input, parameter, sample) in [
            (Self.content, "content_sample", contentSample), (Self.style, "style_sample", styleSample),
        ] {
            guard let count = io.description(of: input)?.count, sample >= count else { continue }
            io.problem(
                parameter: parameter, "there is no image \(sample) among \(count)",
                fix: "choose a position in 0...\(count - 1)")
        }
        guard let network = io.description(of: Self.model)?.network else { return }
        PixelInput.check(Self.model, network, Self.content, io)
        PixelInput.check(Self.model, network, Self.style, io)
        if originalColors, network.inputShape[0] != 3 {
            io.problem(
                parameter: "original_colors", "the network takes images of \(network.inputShape[0]) channels, not RGB",
                fix: "remove it")
        }
        do throws(ParameterError) {
            let settings = try settings(network)
            guard let content = io.description(of: Self.content), let style = io.description(of: Self.style) else {
                return
            }
            try check(network, settings, content.sampleShape, style.sampleShape)
        } catch {
            io.problem(parameter: "\(error.path)", error.what, fix: error.fix)
        }
    }

    private func check(
        _ network: Network, _ settings: StyleSettings, _ content: [Int], _ style: [Int]
    ) throws(ParameterError) {
        do throws(StyleError) {
            try StyleTransfer.check(
                network, settings, contentSize: Array(content.dropFirst()), styleSize: Array(style.dropFirst()))
        } catch {
            let layer: String? =
                switch error {
                case .network(.unknownLayer(let name, _)): name
                case .imageDoesNotFit(_, _, let name, _), .noMaps(let name): name
                default: nil
                }
            let isContent = contentLayers?.contains { $0 == layer } == true
            throw ParameterError(
                parameter: isContent ? "content_layers" : "style_layers", error.what, fix: error.fix)
        }
    }

    public func run(_ io: StageIO) throws {
        let model = try io.read(Self.model).model
        let content = try pixels(Self.content, contentSample, "content_sample", io)
        let style = try pixels(Self.style, styleSample, "style_sample", io)
        let settings: StyleSettings
        do throws(ParameterError) { settings = try self.settings(model.network) } catch {
            throw StageError(error.what, fix: error.fix, place: "parameter '\(error.path)'")
        }
        let transfer = try StyleTransfer(model, settings, content: content, style: style)
        if content.shape != style.shape {
            io.log(StyleSection.words(forStyle: style.shape, content: content.shape))
        }
        let checkpoints = try io.checkpoints(layout: 1)
        var latest: StyleState? = try checkpoints.load { checkpoint in
            guard let tensors = checkpoint.tensors(under: ""), let state = StyleState(tensors: tensors),
                transfer.fits(state)
            else { return nil }
            return state
        }
        if let latest { io.log("goes on after \(latest.iteration) of \(iterations) steps") }
        let makeCheckpoint = {
            var checkpoint = Checkpoint()
            checkpoint.set(latest?.tensors ?? [:], under: "")
            return checkpoint
        }
        let result = try checkpoints.savingWhenCancelled(makeCheckpoint) {
            try transfer.run(resuming: latest) { state in
                latest = state
                let loss = state.losses.last!.reduce(0, +)
                io.progress(
                    state.iteration, of: iterations, unit: "steps",
                    note: "loss \(NumberFormat.automatic.text(Double(loss)))")
                try io.checkCancelled()
                checkpoints.saveIfDue(bytes: content.count * 4 * 24, makeCheckpoint)
            }
        }
        try StyleRecord(result, settings, content: content, style: style, keepsColors: originalColors)
            .write(to: Self.image, pictures: Self.pictures, io)
    }

    private func pixels(
        _ input: Input<DatasetArtifact>, _ sample: Int, _ parameter: String, _ io: StageIO
    ) throws -> Tensor {
        let dataset = try io.read(input).dataset
        // Unreadable pictures may have been left out since the position was checked.
        guard sample < dataset.count else {
            throw StageError(
                "there is no image \(sample) among \(dataset.count)",
                fix: "choose a position in 0...\(dataset.count - 1)", place: "parameter '\(parameter)'")
        }
        return try dataset.images(at: [sample], threads: io.threads).row(0)
    }

    private func settings(_ network: Network) throws(ParameterError) -> StyleSettings {
        let layers = try StyleLayers(content: contentLayers, style: styleLayers, of: network)
        func weighted(_ names: [String], _ weights: LayerWeights) -> [StyleSettings.WeightedLayer] {
            names.enumerated().map { StyleSettings.WeightedLayer($1, weight: weights[$0]) }
        }
        var settings = StyleSettings(
            contentLayers: weighted(layers.content, contentWeight), styleLayers: weighted(layers.style, styleWeight))
        settings.totalVariation = totalVariation
        settings.iterations = iterations
        settings.ascent = optimizer.ascent(learningRate: learningRate, momentum: momentum)
        settings.start = start
        settings.snapshots = snapshots
        settings.seed = seed ?? 0
        settings.algorithm = algorithm
        return settings
    }
}
