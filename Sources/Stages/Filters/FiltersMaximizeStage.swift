import FeatureVisualization
import JSONValues
import NeuralNetwork
public import Pipeline
import Synchronization

/// Makes images that excite units of a network.
public struct FiltersMaximizeStage: Stage {
    public static let name = "filters.maximize"
    public static let version = 5
    public static let summary =
        "Activation maximization: starts from noise and changes an image until a unit answers most."
    public static let details = """
        Fourier, pixel or pyramid parameters with decorrelated colours, random changes at every step, and the best step \
        kept. 'lbfgs' looks at an image several times in a step, through the same changes, but what it remembers is of \
        earlier ones: it wants 'transforms' "none". Every unit has a seed of its \
        own and the size that suits its layer, so its image does not depend on which others are made with it. A first \
        convolution taken before its ReLU answers most to one flat colour; 'center' shows its pattern instead. \
        `"terms": [{ "layer": "conv2", "channel": 3 }, { "layer": "conv1", "channel": 5, "weight": -0.5 }]` makes one image \
        for a sum. What is maximized has its sign turned where a weight is negative, also in `/objective` and \
        `/activation`. In the first 'redirected_steps' a ReLU that no gradient passes hands back what would raise its \
        inputs, so that a unit comes to life whose start is dead; 0 follows plain gradients always. What several images of \
        a unit are charged for being alike is a variation of the article's: its weight is counted in the size of the \
        layer's answers. Sources: Olah, Mordvintsev & Schubert, "Feature visualization", Distill 2017; Erhan et al. 2009.
        """

    static let model = Input<ModelArtifact>("model", "The network.")
    static let units = OptionalInput<UnitsArtifact>(
        "units", "Units to maximize, as 'circuit.rank' lists them; instead of 'layer'.")
    static let images = Output(
        "images", kind: "images",
        "`/image` [units, channels, height, width] in [0, 1], `/objective` [units, iterations], `/charge` (what is taken off "
            + "the unit's objective, for all its images together) of the same shape, `/unit` (`layer:index`), "
            + "`/activation`, `/best_iteration`, `/outcome` [units], `/size` [units, 2]; where asked for, `/snapshots` [units, "
            + "snapshots, channels, height, width], NaN where a run broke down before, and `/snapshot_iterations`; "
            + "`/attempts/unit`, `outcome`, `activation`, `kept` [attempts], `objective`, `charge` [attempts, iterations]: all "
            + "runs; with 'variants', rows for each image, `layer:index#1` and so on, and `/diversity_scale` [units]; images "
            + "of different size start at the top left, and NaN fills up")
    static let pictures = Output(
        "pictures", kind: "pictures", "One PNG for each unit, `…-steps.png` with its snapshots, and `grid.png`")
    static let dataset = OptionalInput<DatasetArtifact>(
        "dataset", "Images whose colours are those to draw with; up to 1,000 of them are looked at.")
    public static let inputs: [any InputPort] = [model, units, dataset]
    public static let outputs = [images, pictures]

    var targets = MaximizationTargets()
    @Parameter("Steps.", in: 1...100_000) var iterations: Int = 256
    @Parameter(
        "Runs of a unit at most: one that ends dead or gray begins again from another and larger start, with redirected ReLUs for longer; one that ends saturated or without numbers from another start with a tenth of the learning rate. The better result is kept.",
        in: 1...10) var attempts: Int = 2
    @Parameter("Height and width of the images in pixels; what suits the layer if absent.", in: 8...1024) var size: Int?
    @Parameter("What moves the image uphill.") var optimizer: AscentChoice = .adam
    @Parameter(
        "Step size; if absent, 0.05 for 'adam', 1 for 'lbfgs', whose line search finds its own, and for 'sgd' one that does not depend on the size of the gradient: 0.03 for its largest element.",
        in: 0.00001...1_000_000) var learningRate: Double?
    @Parameter(AscentChoice.momentumWords, in: 0...0.9999) var momentum: Double?
    @Parameter(
        "First steps in which ReLUs without a gradient are redirected; 0 for none, also in later runs.", in: 0...)
    var redirectedSteps: Int = 16
    @Parameter("How numbers become an image.") var parameterization: MaximizationSettings.ParameterizationKind =
        .fourier
    @Parameter(
        "Power of 1/frequency that 'fourier' parameters are scaled by: 1 if absent, as in photographs; more for smoother images.",
        in: 0...4) var spectrumDecay: Double?
    @Parameter(
        "Whose colours numbers are mixed by: 'auto' takes the data set's where one is connected, else ImageNet's for three channels."
    ) var color: ColorChoice = .automatic
    @Parameter(
        "Random changes before every look at the image: \"standard\" (in measures of the image), \"lucid\" (for about 128 pixels), \"none\", or a list in any order: { \"pad\": pixels }, { \"jitter\": pixels }, { \"scale\": [least, most] }, { \"rotate\": [least, most] } in degrees, { \"blur\": deviation in pixels }; three numbers or more are those to choose from."
    ) var transforms: TransformList = .standard
    @Parameter("Charge for the mean distance from gray.", in: 0...1000) var l1: Float = 0
    @Parameter("Charge for the mean square distance from gray.", in: 0...1000) var l2: Float = 0
    @Parameter("Charge for differences between neighbouring pixels.", in: 0...1000) var totalVariation: Float = 0
    @Parameter("Charge for the distance from the image blurred: as if blurred a little at every step.", in: 0...1000)
    var blur: Float = 0
    @Parameter("Numbers of steps after which an image is kept; 0 is the start.", in: 0...) var snapshots: [Int] = []
    @Parameter("Seed of the start and of the random changes.", in: 0...) var seed: Int = 0
    @Parameter("'direct' avoids the fast convolution algorithm for the sake of the last digit.")
    var algorithm: PlanRequest.Algorithm = .automatic

    public init() {}

    public func validate() throws(ParameterError) {
        try targets.validate()
        try optimizer.validate(momentum: momentum)
        if spectrumDecay != nil, parameterization != .fourier {
            throw ParameterError(
                parameter: "spectrum_decay", "only 'fourier' parameters have frequencies",
                fix: "remove it, or set 'parameterization' to 'fourier'")
        }
        for (index, snapshot) in snapshots.enumerated() where snapshot > iterations {
            throw ParameterError(
                path: JSONPath("snapshots").appending(index), "there is no step \(snapshot) among \(iterations)",
                fix: "choose steps in 0...\(iterations), or raise 'iterations'")
        }
    }

    public func check(_ io: CheckIO) throws {
        targets.check(Self.units, Self.model, size: size, io)
        color.check(Self.dataset, channels: io.description(of: Self.model)?.network.inputShape[0], io)
        guard let network = io.description(of: Self.model)?.network else { return }
        if ![1, 3, 4].contains(network.inputShape[0]) {
            io.problem(
                input: Self.model,
                "the network takes images of \(network.inputShape[0]) channels, which no picture can show",
                fix: "take a network for images of 1, 3 or 4 channels")
        }
        transforms.check(side: size ?? network.inputShape.dropFirst().max()!, parameter: "transforms", io)
    }

    public func run(_ io: StageIO) throws {
        let model = try io.read(Self.model).model
        let units = try targets.units(of: model, Self.units, io)
        let maximization = Maximization(model, try settings(model, io))
        let checkpoints = try io.checkpoints(layout: MaximizationCheckpoint.layout)
        let keeper = try MaximizationKeeper(checkpoints, units, maximization, variants: targets.variants)
        let earlier = keeper.workDone(iterations: iterations)
        let work = Mutex((done: earlier.steps, total: (units.count + earlier.retries) * iterations))
        if earlier.steps > 0 { io.log("goes on after \(earlier.steps) of \(work.withLock(\.total)) steps") }
        let results = try checkpoints.savingWhenCancelled(keeper.makeCheckpoint) {
            try maximization.run(
                units, resuming: keeper.states, finished: keeper.results, threads: io.threads
            ) { progress in
                let (done, total) = work.withLock { work in
                    work.done += 1
                    if progress.state.iteration == 1, !progress.state.earlier.isEmpty { work.total += iterations }
                    return work
                }
                io.progress(done, of: total, unit: "steps", note: "\(units.count) units")
                try keeper.advanced(progress.unit, progress.state, io: io)
            } finish: { results in
                keeper.finished(results)
            }
        }
        try MaximizationFile.write(
            results, iterations: iterations, snapshots: Set(snapshots).sorted(), to: Self.images, io)
        let caption = UnitCaption(model)
        try MaximizationPictures.write(results, caption, into: Self.pictures, io)
        try MaximizationSection.write(results, caption, io)
    }

    private func settings(_ model: Model, _ io: StageIO) throws -> MaximizationSettings {
        var settings = MaximizationSettings()
        settings.parameterization = parameterization
        settings.iterations = iterations
        settings.color = try color.decorrelation(try io.read(Self.dataset)?.dataset, seed: seed, io)
        settings.ascent =
            optimizer == .sgd && learningRate == nil
            ? MomentumAscent(learningRate: 0.03, momentum: momentum ?? 0.9, isEven: true)
            : optimizer.ascent(learningRate: learningRate, momentum: momentum ?? 0.9)
        settings.redirectedSteps = redirectedSteps
        if let spectrumDecay { settings.spectrumDecay = spectrumDecay }
        settings.snapshots = snapshots
        settings.seed = seed
        settings.algorithm = algorithm
        settings.transforms = transforms.transforms
        if l1 > 0 { settings.penalties.append(.l1(weight: l1)) }
        if l2 > 0 { settings.penalties.append(.l2(weight: l2)) }
        if totalVariation > 0 { settings.penalties.append(.totalVariation(weight: totalVariation)) }
        if blur > 0 { settings.penalties.append(.blur(weight: blur)) }
        settings.size = size
        settings.attempts = attempts
        settings.variants = targets.variants
        if let diversity = targets.diversity { settings.diversity = diversity }
        return settings
    }
}
