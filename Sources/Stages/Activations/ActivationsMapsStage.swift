import Datasets
import HDF5Files
import Imaging
import NeuralNetwork
public import Pipeline
import Reporting
import Tensors

/// Shows what every channel of chosen layers makes of chosen images.
public struct ActivationsMapsStage: Stage {
    public static let name = "activations.maps"
    public static let version = 3
    public static let summary = "Draws the activation maps of chosen images, layer by layer, as grids of channels."
    public static let details = """
        Every map of a grid has the same colour scale, whose ends stand below it. A convolution's name shows its output \
        before the ReLU (blue below zero, red above), the ReLU's or pooling's name what comes after. One more picture \
        follows the image through the layers: of each the channels with the greatest mean.
        """

    static let model = Input<ModelArtifact>("model", "The network.")
    static let dataset = Input<DatasetArtifact>("dataset", "The images.")
    static let maps = Output(
        "maps", kind: "activations", "`/<layer>` [samples, channels, height, width] of the chosen images, `/sample_ids`"
    )
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
        LayerChoice.refuseReserved(mapped, of: network, parameter: "layers", io)
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
        var request = PlanRequest(batch: min(PlanRequest.usualBatch(for: network.inputShape), 4))
        request.activations = Set(nodes)
        let images = try dataset.images(at: samples, threads: io.threads)
        let activations = try NetworkRunner(model, request, threads: io.threads).activations(of: images)

        let output = try HDF5Output(Self.maps, io)
        try output.file.setAttribute("layers", .strings(nodes.map { network.nodes[$0].name }))
        for node in nodes {
            let dataset = try output.write(
                activations[node]!, to: "/" + network.nodes[node].name,
                axes: ["samples", "channels", "height", "width"])
            try LayerOfActivations(network.nodes[node]).writeAlias(to: dataset)
        }
        try output.writeSamples(
            labels: dataset.labels.map { labels in samples.map { labels[$0] } }, classNames: dataset.classNames,
            sampleIDs: samples.map { dataset.sampleIDs[$0] })
        try output.close()

        let folder = try io.folder(Self.pictures)
        let summary = SummaryWriter(io)
        var section = SectionContent(title: "Activation maps")
        for (row, sample) in samples.enumerated() {
            try io.checkCancelled()
            section.picture(
                try summary.save(
                    Image(images.row(row)).shownSmall().encodedPNG(), as: "image-\(row).png",
                    caption: dataset.sampleIDs[sample], alternative: "The image \(dataset.sampleIDs[sample])",
                    width: 128, isPixelated: images.shape[3] < 128))
            let maps = nodes.map { MapGrid(layer: network.nodes[$0].name, maps: activations[$0]!.row(row)) }
            if path > 0 {
                let figure = MapGrid.path(
                    of: Image(images.row(row)), named: dataset.sampleIDs[sample], through: maps, channels: path)
                let png = try figure.png()
                try FileBytes.write(png, to: "\(folder)/image-\(row)-path.png")
                section.picture(
                    try summary.save(
                        png, as: "path-\(row).png",
                        alternative: "The way of \(dataset.sampleIDs[sample]) through \(maps.count) layers",
                        width: Int(figure.size.width)))
            }
            for (position, map) in maps.enumerated() {
                let figure = map.grid(channels: channels)
                let png = try figure.png()
                try FileBytes.write(png, to: "\(folder)/image-\(row)-\(FileName.safe(map.layer)).png")
                section.picture(
                    try summary.save(
                        png, as: "maps-\(row)-\(position).png", caption: map.title(channels: channels),
                        alternative: "Activation maps of \(map.layer) for \(dataset.sampleIDs[sample])",
                        width: Int(figure.size.width)))
                io.progress(row * nodes.count + position + 1, of: samples.count * nodes.count, unit: "grids")
            }
        }
        summary.write(section)
    }
}
