import Circuits
import HDF5Files
import JSONValues
import NeuralNetwork
public import Pipeline
import Reporting

/// Ranks what feeds a unit from a layer that is not the one right before it.
public struct CircuitExpandStage: Stage {
    public static let name = "circuit.expand"
    public static let version = 2
    public static let summary =
        "Expanded weights: what a unit takes from a layer several layers before it, one kernel for each channel."
    public static let details = """
        The gradient of the unit in the middle of its map with respect to the earlier layer, on an image of zeros, \
        with ReLUs and their kin left out between the two and max pooling replaced by average pooling; cut to what the \
        unit sees of the earlier layer. The image is the network's size, or the least multiple of it that has room for \
        all of that. Kernels are ranked by L2 norm; e = Σw / Σ|w| says which sign prevails, and the stage says whether \
        signs mean excitation and inhibition. Kernels below \(Int(IncomingKernel.negligibleShare * 100)) % of the \
        strongest are left out. Of neighbouring convolutions it gives the plain weights. Source: Voss et al., \
        "Visualizing weights", Distill 2021.
        """

    static let model = Input<ModelArtifact>("model", "The network.")
    static let expanded = Output(
        "expanded", kind: "rank",
        "`/unit` (`layer:index`), `/channel`, `/l2`, `/excitation`, `/positive_fraction`, `/label` [n], `/kernel` [n, height, width], the strongest "
            + "first; attributes `layer`, `filter`, `upstream_layer`, `image_size`")
    static let upstream = Output(
        "upstream", kind: "units", "The units that the kernels read, for 'filters.maximize' and others",
        isOptional: true)
    public static let inputs: [any InputPort] = [model]
    public static let outputs = [expanded, upstream]

    @Parameter("The unit's layer: a convolution, or any other that depends on the earlier layer.") var layer: String
    @Parameter("Which of its channels (or outputs of a linear layer).", in: 0...) var filter: Int
    @Parameter("The earlier layer, one that gives maps; the network's input if absent.") var upstreamLayer: String?
    @Parameter("How many kernels are kept.", in: 1...4096) var top: Int = 10

    public init() {}

    public func check(_ io: CheckIO) throws {
        guard let network = io.description(of: Self.model)?.network else { return }
        do throws(CircuitError) {
            try ExpandedWeights.check(network, layer: layer, channel: filter, upstreamLayer: upstreamLayer)
        } catch {
            io.problem(parameter: parameter(of: error, in: network), error.what, fix: error.fix)
        }
    }

    /// Which parameter is to be changed.
    private func parameter(of error: CircuitError, in network: Network) -> String {
        switch error {
        case .channelOutOfRange: "filter"
        case .notUpstream, .noMaps: "upstream_layer"
        case .network: (try? network.index(of: layer)) == nil ? "layer" : "upstream_layer"
        default: "layer"
        }
    }

    public func run(_ io: StageIO) throws {
        let model = try io.read(Self.model).model
        let weights = try ExpandedWeights(
            model, layer: layer, channel: filter, upstreamLayer: upstreamLayer, count: top)
        let output = try HDF5Output(Self.expanded, io)
        try output.write(weights.kernels, size: weights.kernelSize)
        try output.file.setAttribute("layer", .string(weights.layer))
        try output.file.setAttribute("filter", .integer(filter))
        try output.file.setAttribute("upstream_layer", .string(weights.upstreamLayer ?? "input"))
        try output.file.setAttribute("upstream_is_non_negative", .boolean(weights.isNonNegative))
        try output.file.setAttribute("negligible_kernels", .integer(weights.negligibleCount))
        try output.file.setAttribute("image_size", .integers(weights.imageSize))
        try output.file.setAttribute("is_cut_off", .boolean(weights.isCutOff))
        try output.close()
        try UnitsArtifact.write(readBy: weights.kernels, to: Self.upstream, io)
        try writeSection(weights, io)
    }

    private func writeSection(_ weights: ExpandedWeights, _ io: StageIO) throws {
        let summary = SummaryWriter(io)
        let origin = weights.upstreamLayer ?? "the input"
        var section = SectionContent(title: "\(weights.layer):\(weights.channel) expanded to \(origin)")
        section.kernelCounts(
            of: weights.channelCount, kept: weights.kernels.count, negligible: weights.negligibleCount)
        section.text(weights.remark)
        section.text(Self.remark(weights))
        if weights.isCutOff {
            section.note("The unit sees more than the map of \(origin) has: kernels are cut off at its border.")
        }
        section.table(
            caption: KernelTable.caption, columns: KernelTable.columns("reads"),
            rows: try KernelTable(weights.kernels, summary).rows, note: KernelTable.note)
        summary.write(section)
    }

    /// What stood between, and what became of it.
    private static func remark(_ weights: ExpandedWeights) -> String {
        func named(_ layers: [String]) -> String { layers.map { "'\($0)'" }.joined(separator: ", ") }
        let parts = [
            weights.bypassedLayers.isEmpty ? nil : "left out: \(named(weights.bypassedLayers))",
            weights.averagedLayers.isEmpty ? nil : "taken as means: \(named(weights.averagedLayers))",
        ].compactMap { $0 }
        return parts.isEmpty
            ? "Nothing stands between that had to be made linear."
            : "What stands between is made linear; \(parts.joined(separator: "; "))."
    }
}
