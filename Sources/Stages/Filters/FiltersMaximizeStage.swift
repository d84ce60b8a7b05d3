import FeatureVisualization
import HDF5Files
import Imaging
import NeuralNetwork
public import Pipeline
import Synchronization
import Tensors

/// Makes images that excite units of a network.
public struct FiltersMaximizeStage: Stage {
    public static let name = "filters.maximize"
    public static let version = 3
    public static let summary =
        "Activation maximization: starts from noise and changes an image until a unit answers most."
    public static let details = """
        Fourier, pixel or pyramid parameters with decorrelated colours, random shifts, scales and turns at every step, and the best \
        step kept. 'lbfgs' looks at an image several times in a step, through the same transforms. Every unit has a seed of its own, so its image does not depend on which others are made with \
        it. A first convolution taken before its ReLU answers most to one flat colour; 'center' shows its pattern instead. \
        Sources: Olah, Mordvintsev & Schubert, "Feature visualization", Distill 2017; Erhan et al. 2009.
        """

    static let model = Input<ModelArtifact>("model", "The network.")
    static let units = OptionalInput<UnitsArtifact>(
        "units", "Units to maximize, as 'circuit.rank' lists them; instead of 'layer'.")
    static let images = Output(
        "images", kind: "images",
        "`/image` [units, channels, height, width] in [0, 1], `/objective` [units, iterations], `/unit` (`layer:index`), "
            + "`/activation`, `/best_iteration`, `/outcome` [units], `/snapshots` where asked for")
    static let pictures = Output("pictures", kind: "pictures", "One PNG for each unit, and `grid.png`")
    static let dataset = OptionalInput<DatasetArtifact>(
        "dataset", "Images whose colours are those to draw with; up to 1,000 of them are looked at.")
    public static let inputs: [any InputPort] = [model, units, dataset]
    public static let outputs = [images, pictures]

    /// Random changes before every look at the image.
    enum Transforms: String, ParameterChoice {
        /// Shifts, scales and turns in measures of the image.
        case standard
        /// Lucid's list as it stands, for images of about 128 pixels.
        case lucid
        case none
    }

    @Parameter("Layer of the units: a convolution's name excites it before the ReLU. Not with 'units'.") var layer:
        String?
    @Parameter("Channels of the layer (or outputs of a linear layer); all if absent.", in: 0...) var filters: [Int]?
    @Parameter("Whether a channel is excited everywhere or only its unit in the middle.") var target:
        MaximizationTarget = .channel
    @Parameter("Steps.", in: 1...100_000) var iterations: Int = 256
    @Parameter("Height and width of the images in pixels; what suits the layer if absent.", in: 8...1024) var size: Int?
    @Parameter("What moves the image uphill.") var optimizer: AscentChoice = .adam
    @Parameter(AscentChoice.learningRateWords, in: 0.00001...1_000_000) var learningRate: Double?
    @Parameter("What is left of the velocity of 'sgd' at each step.", in: 0...0.9999) var momentum: Double = 0.9
    @Parameter("How numbers become an image.") var parameterization: MaximizationSettings.ParameterizationKind =
        .fourier
    @Parameter(
        "Whose colours numbers are mixed by: 'auto' takes the data set's where one is connected, else ImageNet's for three channels."
    ) var color: ColorChoice = .automatic
    @Parameter("Random changes before every look at the image.") var transforms: Transforms = .standard
    @Parameter("Charge for the mean distance from gray.", in: 0...1000) var l1: Float = 0
    @Parameter("Charge for the mean square distance from gray.", in: 0...1000) var l2: Float = 0
    @Parameter("Charge for differences between neighbouring pixels.", in: 0...1000) var totalVariation: Float = 0
    @Parameter("Charge for the distance from the image blurred: as if blurred a little at every step.", in: 0...1000)
    var blur: Float = 0
    @Parameter("Numbers of steps after which an image is kept; 0 is the start.", in: 0...) var snapshots: [Int] = []
    @Parameter("Seed of the start and of the random changes.", in: 0...) var seed: Int = 0
    @Parameter("'direct' avoids the fast convolution algorithm for the sake of the last digit.")
    var algorithm: PlanRequest.Algorithm = .automatic

    /// Units in one picture at most.
    private static let largestGrid = 400

    public init() {}

    public func validate() throws(ParameterError) { try LayerChoice.validate(filters: filters) }

    public func check(_ io: CheckIO) throws {
        if (layer == nil) == !io.isConnected(Self.units) {
            io.problem(
                layer == nil
                    ? "neither 'layer' nor the input 'units' says what to maximize"
                    : "both 'layer' and the input 'units' say what to maximize",
                fix: layer == nil ? "add \"layer\" to the parameters, or connect 'units'" : "remove one of them")
        }
        color.check(Self.dataset, channels: io.description(of: Self.model)?.network.inputShape[0], io)
        guard let network = io.description(of: Self.model)?.network else { return }
        if ![1, 3, 4].contains(network.inputShape[0]) {
            io.problem(
                input: Self.model,
                "the network takes images of \(network.inputShape[0]) channels, which no picture can show",
                fix: "take a network for images of 1, 3 or 4 channels")
        }
        guard let layer else { return }
        do throws(NetworkError) {
            let node = try network.index(of: layer)
            let count = network.shapes[node][0]
            for (index, filter) in (filters ?? []).enumerated() where filter >= count {
                io.problem(
                    parameter: "filters[\(index)]",
                    "'\(layer)' has no channel \(filter); its \(count) channels count from 0",
                    fix: "choose channels in 0...\(count - 1)")
            }
            if let size {
                do throws(NetworkError) {
                    _ = try network.upTo(node, inputShape: [network.inputShape[0], size, size])
                } catch {
                    let error = MaximizationError.sizeDoesNotFit(
                        layer: layer, size: size, native: Array(network.inputShape.dropFirst()), error)
                    io.problem(parameter: "size", error.what, fix: error.fix)
                }
            }
        } catch {
            io.problem(parameter: "layer", error.what, fix: error.fix)
        }
    }

    public func run(_ io: StageIO) throws {
        let model = try io.read(Self.model).model
        let targets = try targets(model, io)
        let maximization = Maximization(model, try settings(model, targets, io))
        let checkpoints = try io.checkpoints(layout: MaximizationCheckpoint.layout)
        let keeper = try MaximizationKeeper(checkpoints, targets, maximization)
        let total = targets.count * iterations
        let earlier = keeper.stepsDone(iterations: iterations)
        if earlier > 0 { io.log("goes on after \(earlier) of \(total) steps") }
        let steps = Mutex(earlier)
        let results = try checkpoints.savingWhenCancelled(keeper.makeCheckpoint) {
            try maximization.run(
                targets, resuming: keeper.states, finished: keeper.results, threads: io.threads
            ) { progress in
                let done = steps.withLock { count in
                    count += 1
                    return count
                }
                io.progress(done, of: total, unit: "steps", note: "\(targets.count) units")
                try keeper.advanced(progress.unit, progress.state, io: io)
            } finish: { result in
                keeper.finished(result)
            }
        }
        try write(results, io)
        try MaximizationSection.write(results, io)
    }

    private func targets(_ model: Model, _ io: StageIO) throws -> [TargetUnit] {
        let position: TargetUnit.Position = target == .center ? .center : .everywhere
        if let units = try io.read(Self.units)?.units {
            return units.map { TargetUnit(layer: $0.layer, channel: $0.index, position: position) }
        }
        guard let layer else {
            throw StageError(
                "it names no units: the filter that was ranked reads the image itself, so nothing stands upstream",
                fix: "rank a filter of a later convolution, or name 'layer'", place: "input 'units'")
        }
        let node = try model.network.index(of: layer)
        return (filters ?? Array(0..<model.network.shapes[node][0])).map {
            TargetUnit(layer: model.network.nodes[node].name, channel: $0, position: position)
        }
    }

    private func settings(_ model: Model, _ targets: [TargetUnit], _ io: StageIO) throws -> MaximizationSettings {
        var settings = MaximizationSettings()
        settings.parameterization = parameterization
        settings.iterations = iterations
        settings.color = try color.decorrelation(try io.read(Self.dataset)?.dataset, seed: seed, io)
        settings.ascent = optimizer.ascent(learningRate: learningRate, momentum: momentum)
        settings.snapshots = snapshots
        settings.seed = seed
        settings.algorithm = algorithm
        settings.transforms =
            switch transforms {
            case .standard: nil
            case .lucid: ImageTransform.lucid
            case .none: []
            }
        if l1 > 0 { settings.penalties.append(.l1(weight: l1)) }
        if l2 > 0 { settings.penalties.append(.l2(weight: l2)) }
        if totalVariation > 0 { settings.penalties.append(.totalVariation(weight: totalVariation)) }
        if blur > 0 { settings.penalties.append(.blur(weight: blur)) }
        settings.size = size
        if size == nil {
            // Images of several layers stand in one array: they all get the size of the largest.
            let plain = Maximization(model, settings)
            let shapes = try Set(targets.map(\.layer)).map { try plain.imageShape(for: $0) }
            if Set(shapes).count > 1 { settings.size = shapes.map { $0[1] }.max() }
        }
        return settings
    }

    private func write(_ results: [MaximizedUnit], _ io: StageIO) throws {
        let output = try HDF5Output(Self.images, io)
        let axes = ["units", "channels", "height", "width"]
        try output.write(Tensor.stack(results.map(\.image)), to: "/image", axes: axes)
        try output.write(
            // A run that met NaN ended early: the rest of its row is NaN.
            Tensor.stack(
                results.map { result in
                    Tensor(
                        shape: [iterations],
                        result.objective + [Float](repeating: .nan, count: iterations - result.objective.count))
                }), to: "/objective", axes: ["units", "iterations"])
        try output.write(results.map { "\($0.unit.layer):\($0.unit.channel)" }, to: "/unit", axes: ["units"])
        try output.write(results.map(\.activation), to: "/activation", axes: ["units"])
        try output.write(results.map(\.iteration), to: "/best_iteration", axes: ["units"])
        try output.write(results.map(\.outcome.rawValue), to: "/outcome", axes: ["units"])
        let kept = results[0].snapshots.map(\.iteration)
        if !kept.isEmpty, results.allSatisfy({ $0.snapshots.map(\.iteration) == kept }) {
            try output.write(
                Tensor.stack(results.map { Tensor.stack($0.snapshots.map(\.image)) }), to: "/snapshots",
                axes: ["units", "snapshots", "channels", "height", "width"])
            try output.write(kept, to: "/snapshot_iterations", axes: ["snapshots"])
        }
        try output.close()
        let folder = try io.folder(Self.pictures)
        for result in results {
            try FileBytes.write(
                Image(result.image).encodedPNG(),
                to: "\(folder)/\(FileName.safe(result.unit.layer))-\(result.unit.channel).png")
        }
        let shown = results.prefix(Self.largestGrid)
        if shown.count < results.count {
            io.warn("grid.png shows the first \(shown.count) of \(results.count) units; each has a picture of its own")
        }
        let grid = ImageGrid(
            cells: shown.map { ImageGrid.Cell(Image($0.image), caption: $0.unit.description) },
            // Five in a row, or a square where that would become a tower.
            columns: min(max(5, Int(Double(shown.count).squareRoot().rounded(.up))), shown.count),
            cellSide: shown.count > 100 ? 128 : nil)
        try FileBytes.write(grid.png(), to: folder + "/grid.png")
    }
}

/// What of a channel is excited.
enum MaximizationTarget: String, ParameterChoice {
    case channel, center
}
