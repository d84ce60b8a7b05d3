import Datasets
import HDF5Files
import NeuralNetwork
public import Pipeline
import Tensors
import UnitStatistics

/// Tells what every unit of chosen layers answers to a whole data set, and which never do.
public struct ActivationsUnitsStage: Stage {
    public static let name = "activations.units"
    public static let version = 2
    public static let summary =
        "Finds dead, near-dead and always-on units, how units answer on average, and what single images excite."
    public static let details = """
        A unit is a channel of a layer with maps, at all its positions, or an output of a fully connected one. Dead: above \
        zero at no position of any image; of a layer with a ReLU behind it, before the ReLU. Near-dead: above zero on a smaller share of the images than `near_dead`. \
        Always-on: above zero at every position of every image. A quantile is the least value that this share of all \
        values does not exceed: exact where a layer's values take up to 32 MB, else within 1.6 % of the value (10⁻⁶ near \
        zero, and for magnitudes up to 2²⁴), by counts in intervals that do not depend on the order of the images. Fully connected layers are also \
        drawn as bars, for chosen images and those told most and least surely (by the greatest softmax probability).
        """

    static let model = Input<ModelArtifact>("model", "The network.")
    static let dataset = Input<DatasetArtifact>("dataset", "The images.")
    static let units = Output(
        "units", kind: "unit-statistics",
        "A group for each layer: `/<layer>/mean`, `standard_deviation`, `minimum`, `maximum`, `sparsity`, `active_share`, "
            + "`state` [units], `quantiles` [units, levels]; `/quantile_levels`; `/images/<layer>` [images, units] of fully "
            + "connected layers, with `/images/samples`, `reason`, `predicted`, `confidence`")
    static let dead = Output("dead", kind: "units", "The dead units, where there are some", isOptional: true)
    static let pictures = Output(
        "pictures", kind: "pictures", "Bars of the fully connected layers, one PNG for each image", isOptional: true)
    public static let inputs: [any InputPort] = [model, dataset]
    public static let outputs = [units, dead, pictures]

    @Parameter("Layers by name or pattern; those of all ReLUs if absent, or all layers of a network without.")
    var layers: [String]?
    @Parameter("Share of images below which a unit counts as near-dead.", in: 0...1) var nearDead: Double = 0.001
    @Parameter("Levels of the quantiles, ascending.", in: 0...1) var quantiles: [Double] = [
        0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99,
    ]
    @Parameter("Images whose fully connected layers are drawn as bars, by position in the data set.", in: 0...)
    var samples: [Int] = []
    @Parameter("How many of the images told most surely, and of those told least surely, are drawn too.", in: 0...32)
    var confident: Int = 3
    @Parameter("'direct' avoids the fast convolution algorithm for the sake of the last digit.")
    var algorithm: PlanRequest.Algorithm = .automatic

    /// The group of the images' bars, which no layer may have for a name.
    static let imagesGroup = "images"

    public init() {}

    public func validate() throws(ParameterError) {
        if let layers { try LayerChoice.validate(layers) }
        try SampleChoice.validate(samples, mayBeEmpty: true)
        guard quantiles == quantiles.sorted() else {
            throw ParameterError(parameter: "quantiles", "the levels do not ascend", fix: "sort them")
        }
    }

    public func check(_ io: CheckIO) throws {
        ModelAndDataset.check(io, Self.model, Self.dataset)
        SampleChoice.check(samples, Self.dataset, io)
        guard let network = io.description(of: Self.model)?.network else { return }
        let nodes = layers.map { LayerChoice.check($0, of: network, parameter: "layers", io) }
        for node in nodes ?? Self.usualNodes(of: network) {
            let name = network.nodes[node].name
            guard ["labels", "sample_ids", "dimensions", "quantile_levels", Self.imagesGroup].contains(name) else {
                continue
            }
            io.problem(
                parameter: "layers", "the layer '\(name)' cannot be written: units.h5 has something else of that name",
                fix: "rename the layer in the network file, or leave it out of 'layers'")
        }
    }

    public func run(_ io: StageIO) throws {
        let model = try io.read(Self.model).model
        let dataset = try io.read(Self.dataset).dataset
        try SampleChoice.require(samples, of: dataset)
        let network = model.network
        let nodes = try layers.map { try LayerChoice.nodes($0, of: network) } ?? Self.usualNodes(of: network)
        let walk = try ActivityWalk(nodes, model, dataset, algorithm, io)
        try walk.run(io)
        let layers = walk.layers.map { layer in
            LayerUnits(
                name: network.nodes[layer.node].name, shape: network.shapes[layer.node],
                hasExactQuantiles: layer.hasExactQuantiles,
                units: layer.units(quantiles: quantiles, nearDead: nearDead, threads: io.threads))
        }
        let bars = try ImageBars(
            nodes.filter { network.shapes[$0].count == 1 }, chosen: samples, confident: confident, walk, model, dataset,
            io)
        try write(layers, bars, dataset, io)
        let dead = layers.flatMap { layer in
            layer.indices(.dead).map { UnitsArtifact.Unit(layer: layer.name, index: $0) }
        }
        if !dead.isEmpty { try UnitsArtifact.write(dead, to: io.path(Self.dead, "json")) }
        io.metric("images", Double(dataset.count))
        io.metric("dead", Double(dead.count))
        try UnitsSection(layers: layers, levels: quantiles, nearDead: nearDead, dataset: dataset).write(bars, io)
    }

    /// Dead units are those of ReLUs; other networks have none, but all layers have statistics.
    private static func usualNodes(of network: Network) -> [Int] {
        let rectified = network.nodes.indices.filter { network.nodes[$0].layer is ReLU }
        return rectified.isEmpty ? Array(network.nodes.indices) : rectified
    }

    private func write(_ layers: [LayerUnits], _ bars: ImageBars, _ dataset: Dataset, _ io: StageIO) throws {
        let output = try HDF5Output(Self.units, io)
        try output.file.setAttribute("layers", .strings(layers.map(\.name)))
        try output.file.setAttribute("near_dead", .number(nearDead))
        try output.write(quantiles, to: "/quantile_levels", axes: ["levels"])
        for layer in layers {
            func write(_ name: String, _ value: (UnitActivity) -> Double) throws {
                try output.write(layer.units.map(value), to: "/\(layer.name)/\(name)", axes: ["units"])
            }
            try write("mean") { $0.mean }
            try write("standard_deviation") { $0.standardDeviation }
            try write("minimum") { Double($0.minimum) }
            try write("maximum") { Double($0.maximum) }
            try write("sparsity") { $0.sparsity }
            try write("active_share") { $0.activeShare }
            try output.write(layer.units.map(\.state.rawValue), to: "/\(layer.name)/state", axes: ["units"])
            guard !quantiles.isEmpty else { continue }
            let written = try output.write(
                layer.units.flatMap(\.quantiles), to: "/\(layer.name)/quantiles",
                shape: [layer.units.count, quantiles.count], axes: ["units", "levels"])
            try written.setAttribute(
                "relative_error", .number(layer.hasExactQuantiles ? 0 : LayerActivity.quantileError))
        }
        try bars.write(to: output, group: "/" + Self.imagesGroup)
        try output.writeSamples(
            labels: dataset.labels, classNames: dataset.classNames, sampleIDs: dataset.sampleIDs)
        try output.close()
    }
}
