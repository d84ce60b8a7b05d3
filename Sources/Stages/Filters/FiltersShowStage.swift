import HDF5Files
import Imaging
import NeuralNetwork
public import Pipeline
import Reporting

/// Draws the kernels of convolutions.
public struct FiltersShowStage: Stage {
    public static let name = "filters.show"
    public static let version = 4
    public static let summary =
        "Draws the filters of convolutional layers: in color for the first layer, signed weights elsewhere."
    public static let details = """
        Filters over red, green and blue are drawn as small color pictures around gray. Others are drawn as one kernel for \
        each input channel, blue below zero and red above, with the numbers of the filter and of the channel below. Colors \
        end at the largest weight of the filter, which stands below its first kernel, or of the layer, in the title.
        """

    static let model = Input<ModelArtifact>("model", "The network.")
    static let filters = Output(
        "filters", kind: "filters",
        "`/<layer>` [filters, channels, height, width]: the filters that are drawn, over all channels they see; "
            + "`/filter_index/<layer>` [filters]: which those are; `/color_range/<layer>` [filters, ends]: the weights that "
            + "full blue and full red stand for")
    static let pictures = Output(
        "pictures", kind: "pictures", "A PNG for each layer; where it has more than 64 rows, `<layer>~2.png` and so on")
    public static let inputs: [any InputPort] = [model]
    public static let outputs = [filters, pictures]

    @Parameter("Convolutions by name or pattern; all if absent.") var layers: [String] = ["*"]
    @Parameter("Which filters of each layer; the first ones if absent.", in: 0...) var filters: [Int]?
    @Parameter("Filters drawn at most of each layer, where 'filters' names none.", in: 1...1024) var limit: Int = 64
    @Parameter(
        "Input channels whose kernels are drawn of each filter, one by one; colors or the first ones if absent.",
        in: 0...)
    var inputChannels: [Int]?
    @Parameter("Kernels drawn at most of each filter, where 'input_channels' names none.", in: 1...64)
    var channels: Int = 16
    @Parameter("Whether colors span the largest weight of the filter or of the layer.")
    var scale: FilterGrid.Scale = .filter

    /// Kernels of a filter that a page has room for.
    private static let mostChannels = 64
    /// The groups of what stands beside the filters.
    private static let (indexGroup, rangeGroup) = ("filter_index", "color_range")

    public init() {}

    public func validate() throws(ParameterError) {
        try LayerChoice.validate(layers)
        try LayerChoice.validate(filters: filters)
        guard inputChannels?.isEmpty != true, inputChannels?.count ?? 0 <= Self.mostChannels else {
            throw ParameterError(
                parameter: "input_channels", "names \(inputChannels!.count) channels",
                fix: "name 1...\(Self.mostChannels), or remove the key to take the first ones")
        }
    }

    public func check(_ io: CheckIO) throws {
        guard let network = io.description(of: Self.model)?.network else { return }
        let nodes = LayerChoice.check(layers, of: network, parameter: "layers", io)
        let convolutions = nodes.filter { network.nodes[$0].layer is Convolution }
        LayerChoice.refuseReserved(
            convolutions, of: network, parameter: "layers", besides: [Self.indexGroup, Self.rangeGroup], io)
        if convolutions.isEmpty, !nodes.isEmpty {
            let known = network.nodes.filter { $0.layer is Convolution }.map(\.name)
            io.problem(
                parameter: "layers",
                known.isEmpty ? "the network has no convolutions" : "none of these layers has filters",
                fix: known.isEmpty
                    ? "take a network with convolutions"
                    : "the convolutions are \(known.prefix(20).joined(separator: ", "))")
        }
        for node in convolutions {
            check(network.nodes[node].layer as! Convolution, named: network.nodes[node].name, io)
        }
    }

    private func check(_ convolution: Convolution, named name: String, _ io: CheckIO) {
        let count = convolution.outputChannels
        for (index, filter) in (filters ?? []).enumerated() where filter >= count {
            io.problem(
                parameter: "filters[\(index)]", "'\(name)' has no filter \(filter); its \(count) filters count from 0",
                fix: "choose filters in 0...\(count - 1)")
        }
        guard let inputChannels else { return }
        if convolution.groups > 1 {
            io.problem(
                parameter: "input_channels",
                "'\(name)' has \(convolution.groups) groups, whose filters see \(convolution.inputChannels / convolution.groups) "
                    + "of its channels each", fix: "remove the key, or name layers without groups")
            return
        }
        let seen = convolution.inputChannels
        for (index, channel) in inputChannels.enumerated() where channel >= seen {
            io.problem(
                parameter: "input_channels[\(index)]",
                "'\(name)' has no input channel \(channel); its \(seen) input channels count from 0",
                fix: "choose channels in 0...\(seen - 1)")
        }
    }

    public func run(_ io: StageIO) throws {
        let model = try io.read(Self.model).model
        let nodes = try LayerChoice.nodes(layers, of: model.network).filter {
            model.network.nodes[$0].layer is Convolution
        }
        let output = try HDF5Output(Self.filters, io)
        let folder = try io.folder(Self.pictures)
        let summary = SummaryWriter(io)
        let names = nodes.map { model.network.nodes[$0].name }
        var section = SectionContent(
            title: "Filters of " + (names.count <= 3 ? names.joined(separator: ", ") : "\(names.count) layers"))
        for (position, node) in nodes.enumerated() {
            let count = (model.network.nodes[node].layer as! Convolution).outputChannels
            let grid = FilterGrid(
                node, of: model, filters: filters ?? Array(0..<min(count, limit)), inputChannels: inputChannels,
                limit: channels, scale: scale)
            try output.setScale(grid.filters, of: "filters", at: "/\(Self.indexGroup)/\(grid.layer)")
            try output.write(grid.kernels, to: "/" + grid.layer, axes: ["filters", "channels", "height", "width"])
            try output.write(
                grid.reaches.flatMap { [-$0, $0] }, to: "/\(Self.rangeGroup)/\(grid.layer)",
                shape: [grid.filters.count, 2], axes: ["filters", "ends"])
            let figures = grid.figures()
            for (page, figure) in figures.enumerated() {
                try io.checkCancelled()
                let png = try figure.png()
                let place = page == 0 ? "" : "~\(page + 1)"
                try FileBytes.write(png, to: "\(folder)/\(FileName.safe(grid.layer))\(place).png")
                let part = figures.count > 1 ? " (\(page + 1) of \(figures.count))" : ""
                section.picture(
                    try summary.save(
                        png, as: "filters-\(position)\(page == 0 ? "" : "-\(page + 1)").png",
                        caption: grid.caption + part,
                        alternative: "Filters of \(grid.layer)\(part)", width: Int(figure.size.width)))
            }
            io.progress(position + 1, of: nodes.count, unit: "layers")
        }
        try output.close()
        summary.write(section)
    }
}
