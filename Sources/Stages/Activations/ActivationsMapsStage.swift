import Datasets
import NeuralNetwork
public import Pipeline
import Tensors

/// Shows what every channel of chosen layers makes of chosen images.
public struct ActivationsMapsStage: Stage {
    public static let name = "activations.maps"
    public static let version = 4
    public static let summary = "Draws the activation maps of chosen images, layer by layer, as grids of channels."
    public static let details = """
        A convolution's name shows its output before the ReLU (blue below zero, red above), the ReLU's or pooling's name \
        what comes after. Colors end at the magnitude that 99.5 % of what is drawn of an image and layer do not exceed, or \
        of each channel; the title or the line below a map says where. One more picture follows the image through the \
        layers: of each the channels with the greatest mean. Memory is that of one image, however many there are.
        """

    static let model = Input<ModelArtifact>("model", "The network.")
    static let dataset = Input<DatasetArtifact>("dataset", "The images.")
    static let maps = Output(
        "maps", kind: "activations",
        "`/<layer>` [samples, channels, height, width] of the chosen images; `/samples`: their positions in the data set, "
            + "`/sample_ids`, `/labels`; `/color_range/<layer>` [samples, drawn, ends]: what colors stand for; "
            + "`/path/<layer>/channels`, `color_range`: the same of the way through the network")
    static let pictures = Output(
        "pictures", kind: "pictures", "One PNG for each image and layer, and `image-<n>-path.png`")
    public static let inputs: [any InputPort] = [model, dataset]
    public static let outputs = [maps, pictures]

    @Parameter("Which images, by position in the data set.", in: 0...) var samples: [Int] = [0]
    @Parameter("Layers by name or pattern; all that give maps if absent.") var layers: [String] = ["*"]
    @Parameter("Channels drawn at most of each layer.", in: 1...1024) var channels: Int = 64
    @Parameter(
        "Channels of each layer on the picture of the image's way through the network; 0 draws none.", in: 0...32)
    var path: Int = 8
    @Parameter("Whether a layer's channels share the ends of their colors, or each has its own.")
    var scale: MapGrid.Scale = .layer

    /// Layers on the picture of a way through a network; of more, some at equal distances.
    private static let longestPath = 64

    public init() {}

    public func validate() throws(ParameterError) {
        try LayerChoice.validate(layers)
        try SampleChoice.validate(samples)
    }

    public func check(_ io: CheckIO) throws {
        ModelAndDataset.check(io, Self.model, Self.dataset)
        SampleChoice.check(samples, Self.dataset, io)
        guard let network = io.description(of: Self.model)?.network else { return }
        let nodes = LayerChoice.check(layers, of: network, parameter: "layers", io)
        let mapped = nodes.filter { network.shapes[$0].count == 3 }
        LayerChoice.refuseReserved(mapped, of: network, parameter: "layers", besides: MapsFile.reserved, io)
        if mapped.isEmpty, !nodes.isEmpty {
            io.problem(
                parameter: "layers", "none of these layers gives maps",
                fix: "name layers before the flattening; 'convscope layers' lists them")
        }
        io.describe(
            Self.maps,
            as: ActivationsSummary(
                layers: mapped.map { (LayerOfActivations(network.nodes[$0]), network.shapes[$0]) },
                count: samples.count))
    }

    public func run(_ io: StageIO) throws {
        let model = try io.read(Self.model).model
        let dataset = try io.read(Self.dataset).dataset
        try SampleChoice.require(samples, of: dataset)
        let network = model.network
        let nodes = try LayerChoice.nodes(layers, of: network).filter { network.shapes[$0].count == 3 }
        var request = PlanRequest(batch: 1)
        request.activations = Set(nodes)
        let runner = try NetworkRunner(model, request, threads: io.threads)
        let file = try MapsFile(nodes, of: network, dataset, samples, io)
        let names = nodes.map { network.nodes[$0].name }
        let way = Set(Self.spread(names.count, Self.longestPath))
        var section = MapsSection(io, pictures: try io.folder(Self.pictures))
        for (row, sample) in samples.enumerated() {
            try io.checkCancelled()
            let image = try dataset.images(at: [sample], threads: io.threads)
            let activations = try runner.activations(of: image)
            try file.append(nodes.map { activations[$0]! })
            let maps = zip(names, nodes).map { (layer: $0, maps: activations[$1]!.row(0)) }
            let grids = maps.map { MapGrid(layer: $0.layer, maps: $0.maps, first: channels, scale: scale) }
            let strongest = maps.indices.filter { path > 0 && way.contains($0) }.map {
                MapGrid(layer: maps[$0].layer, maps: maps[$0].maps, strongest: path, scale: scale)
            }
            file.note(grids: grids, path: strongest)
            try section.add(
                image.row(0), named: dataset.sampleIDs[sample], row, grids: grids, path: strongest, columns: path)
            io.progress(row + 1, of: samples.count, unit: "images")
        }
        try file.finish()
        section.write()
    }

    /// Up to `limit` of `count` places, at equal distances.
    private static func spread(_ count: Int, _ limit: Int) -> [Int] {
        let chosen = min(count, limit)
        return (0..<chosen).map { chosen == 1 ? 0 : $0 * (count - 1) / (chosen - 1) }
    }
}
