import HDF5Files
import Imaging
import NeuralNetwork
public import Pipeline
import Reporting
import Tensors

/// Draws the kernels of convolutions.
public struct FiltersShowStage: Stage {
    public static let name = "filters.show"
    public static let version = 3
    public static let summary =
        "Draws the filters of convolutional layers: in colour for the first layer, signed weights elsewhere."
    public static let details = """
        Filters over red, green and blue are drawn as small colour pictures, each scaled to its own range around gray. \
        Others are drawn as one kernel for each input channel, blue below zero and red above, on one scale for a filter \
        or for the layer.
        """

    static let model = Input<ModelArtifact>("model", "The network.")
    static let filters = Output(
        "filters", kind: "filters", "`/<layer>` [filters, channels, height, width]: the weights that are drawn")
    static let pictures = Output(
        "pictures", kind: "pictures", "A PNG for each layer; where it has more than 64 rows, `<layer>~2.png` and so on")
    public static let inputs: [any InputPort] = [model]
    public static let outputs = [filters, pictures]

    /// What one end of the colours stands for.
    enum Scale: String, ParameterChoice {
        case filter, layer
    }

    @Parameter("Convolutions by name or pattern; all if absent.") var layers: [String] = ["*"]
    @Parameter("Which filters of each layer; the first ones if absent.", in: 0...) var filters: [Int]?
    @Parameter("Filters drawn at most of each layer.", in: 1...1024) var limit: Int = 64
    @Parameter("Kernels drawn at most of each filter, where it has one for each input channel.", in: 1...64)
    var channels: Int = 16
    @Parameter("Whether colours span the largest weight of the filter or of the layer.") var scale: Scale = .filter

    public init() {}

    public func validate() throws(ParameterError) {
        try LayerChoice.validate(layers)
        try LayerChoice.validate(filters: filters)
    }

    public func check(_ io: CheckIO) throws {
        guard let network = io.description(of: Self.model)?.network else { return }
        let nodes = LayerChoice.check(layers, of: network, parameter: "layers", io)
        let convolutions = nodes.filter { network.nodes[$0].layer is Convolution }
        LayerChoice.refuseReserved(convolutions, of: network, parameter: "layers", io)
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
            let count = (network.nodes[node].layer as! Convolution).outputChannels
            for (index, filter) in (filters ?? []).enumerated() where filter >= count {
                io.problem(
                    parameter: "filters[\(index)]",
                    "'\(network.nodes[node].name)' has no filter \(filter); its \(count) filters count from 0",
                    fix: "choose filters in 0...\(count - 1)")
            }
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
            let name = model.network.nodes[node].name
            let weights = model.tensor("weight", of: name)!
            let chosen = (filters ?? Array(0..<weights.shape[0])).prefix(limit)
            let kernels = Tensor.stack(chosen.map { weights.row($0) })
            try output.write(kernels, to: "/" + name, axes: ["filters", "channels", "height", "width"])
            let figures = grids(
                kernels, Array(chosen), layer: name, of: weights, colors: Self.colors(of: node, in: model))
            let cut = chosen.count < weights.shape[0] ? ", \(chosen.count) of \(weights.shape[0]) filters" : ""
            for (page, figure) in figures.enumerated() {
                try io.checkCancelled()
                let png = try figure.png()
                let place = page == 0 ? "" : "~\(page + 1)"
                try FileBytes.write(png, to: "\(folder)/\(FileName.safe(name))\(place).png")
                let part = figures.count > 1 ? " (\(page + 1) of \(figures.count))" : ""
                section.picture(
                    try summary.save(
                        png, as: "filters-\(position)\(page == 0 ? "" : "-\(page + 1)").png",
                        caption:
                            "\(name): \(weights.shape[2])×\(weights.shape[3]) filters over \(weights.shape[1]) channels\(cut)\(part)",
                        alternative: "Filters of \(name)\(part)", width: Int(figure.size.width)))
            }
            io.progress(position + 1, of: nodes.count, unit: "layers")
        }
        try output.close()
        summary.write(section)
    }

    /// The channels of a filter that are red, green and blue; `nil` where they are no colours, deeper in the network.
    private static func colors(of node: Int, in model: Model) -> [Int]? {
        let nodes = model.network.nodes
        var source = nodes[node].inputs[0]
        // What only scales and pads the image leaves its colours where they are.
        while case .node(let before) = source, nodes[before].layer is ChannelScale || nodes[before].layer is ZeroPadding
        {
            source = nodes[before].inputs[0]
        }
        return source == .networkInput && model.network.inputShape[0] == 3 ? model.input.sourceChannels(3) : nil
    }

    /// Rows of one picture: what a page can show, and a file can hold.
    private static let rowsPerPicture = 64

    private func grids(
        _ kernels: Tensor, _ chosen: [Int], layer: String, of weights: Tensor, colors: [Int]?
    ) -> [ImageGrid] {
        let inputs = weights.shape[1]
        let layerRange = weights.symmetricRange
        var cells: [ImageGrid.Cell] = []
        for (row, filter) in chosen.enumerated() {
            let kernel = kernels.row(row)
            let range = scale == .layer ? layerRange : kernel.symmetricRange
            if inputs == 3, let colors {
                let reach = max(range.upperBound, .leastNormalMagnitude)
                let picture = Tensor.stack(colors.map { kernel.row($0) })
                cells.append(ImageGrid.Cell(Image(picture.map { $0 / (2 * reach) + 0.5 }), caption: "\(filter)"))
            } else {
                for channel in 0..<min(inputs, channels) {
                    cells.append(
                        ImageGrid.Cell(
                            Image(kernel.row(channel), range: range, colors: .diverging),
                            caption: inputs == 1 ? "\(filter)" : "\(filter)·\(channel)"))
                }
            }
        }
        let isOneCell = inputs == 1 || inputs == 3 && colors != nil
        let columns = isOneCell ? min(8, max(chosen.count, 1)) : min(inputs, channels)
        let words = isOneCell ? "" : ": filter · input channel"
        return stride(from: 0, to: cells.count, by: columns * Self.rowsPerPicture).map { first in
            ImageGrid(
                cells: Array(cells[first..<min(first + columns * Self.rowsPerPicture, cells.count)]), columns: columns,
                title: layer + words, cellSide: 48)
        }
    }
}
