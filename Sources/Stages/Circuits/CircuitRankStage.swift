import Circuits
import Datasets
import HDF5Files
import JSONValues
import NeuralNetwork
public import Pipeline
import Tensors

/// Splits a filter into one kernel for each input channel and ranks them by strength.
public struct CircuitRankStage: Stage {
    public static let name = "circuit.rank"
    public static let version = 2
    public static let summary =
        "Ranks what feeds a filter: one kernel for each input channel, by L2 norm, excitatory or inhibitory."
    public static let details = """
        e = Σw / Σ|w| of a kernel says which sign prevails: at least \(KernelStatistics.balanceLimit) is mostly excitatory, \
        at most −\(KernelStatistics.balanceLimit) mostly inhibitory. That holds only where the upstream unit is never \
        negative; the stage says whether it is. Kernels below \(Int(IncomingKernel.negligibleShare * 100)) % of the \
        strongest are left out. With images, channels are also ranked by what they contribute. The same numbers are \
        given of the filters that read this one. Source: Voss et al., \
        "Visualizing weights", Distill 2021.
        """

    static let model = Input<ModelArtifact>("model", "The network.")
    static let dataset = OptionalInput<DatasetArtifact>("dataset", "Images to measure each channel's contribution on.")
    static let rank = Output(
        "rank", kind: "rank",
        "`/unit` (`layer:index`, of the image `input:index`), `/channel` (of `upstream_layer`), `/l2`, `/excitation`, "
            + "`/positive_fraction`, `/label` [n], `/kernel` [n, height, width], the strongest first; with images "
            + "`/contribution`, `/contribution_rank` (from 1) [n], `/channels_by_contribution` [channels]; of the filters "
            + "that read this one `/downstream/unit`, `/downstream/channel`, `/downstream/l2` and so on [m], "
            + "`/downstream/kernel_size` [m, 2], `/downstream/kernel` [m, height, width], NaN beyond the size; "
            + "attributes `layer`, `filter`, `upstream_layer` (the concatenation where several layers are read)")
    static let upstream = Output(
        "upstream", kind: "units", "The units that the kernels read, for 'filters.maximize' and others",
        isOptional: true)
    public static let inputs: [any InputPort] = [model, dataset]
    public static let outputs = [rank, upstream]

    @Parameter("A convolution, by name.") var layer: String
    @Parameter("Which of its filters.", in: 0...) var filter: Int
    @Parameter("How many kernels are kept.", in: 1...4096) var top: Int = 10

    public init() {}

    public func check(_ io: CheckIO) throws {
        if let dataset = io.description(of: Self.dataset), let network = io.description(of: Self.model)?.network,
            dataset.sampleShape != network.inputShape
        {
            let error = NetworkError.wrongInput(expected: network.inputShape, found: dataset.sampleShape)
            io.problem(input: Self.dataset, error.what, fix: error.fix)
        }
        guard let network = io.description(of: Self.model)?.network else { return }
        do throws(CircuitError) {
            try CircuitRanking.check(network, layer: layer, filter: filter)
        } catch {
            if case .filterOutOfRange = error {
                io.problem(parameter: "filter", error.what, fix: error.fix)
            } else {
                io.problem(parameter: "layer", error.what, fix: error.fix)
            }
        }
    }

    public func run(_ io: StageIO) throws {
        let model = try io.read(Self.model).model
        let ranking = try CircuitRanking(model, layer: layer, filter: filter, count: top)
        let contributions = try contributions(model, io)
        let output = try HDF5Output(Self.rank, io)
        let kernels = ranking.kernels
        try output.write(kernels, size: ranking.kernelSize)
        if let contributions {
            try output.write(
                kernels.map { contributions.meanAbsolute[$0.channel - contributions.channels.lowerBound] },
                to: "/contribution", axes: ["rank"])
            try output.write(
                ranking.contributionRanks(contributions), to: "/contribution_rank", axes: ["rank"])
            try output.write(contributions.ranking, to: "/channels_by_contribution", axes: ["channels"])
            try output.file.setAttribute(
                "overlooked_channels", .integers(ranking.overlookedChannels(contributions)))
        }
        let uses = try DownstreamUse.ranked(model, layer: layer, filter: filter, count: top)
        try output.write(uses)
        try output.file.setAttribute("layer", .string(layer))
        try output.file.setAttribute("filter", .integer(filter))
        try output.file.setAttribute("upstream_layer", .string(ranking.upstream.layer ?? "input"))
        try output.file.setAttribute("upstream_is_non_negative", .boolean(ranking.upstream.isNonNegative))
        try output.file.setAttribute("negligible_kernels", .integer(ranking.negligibleCount))
        try output.file.setAttribute("bias", .number(Double(ranking.bias)))
        try output.close()
        try UnitsArtifact.write(readBy: kernels, to: Self.upstream, io)
        try CircuitSection.write(ranking, contributions, uses, io)
    }

    private func contributions(_ model: Model, _ io: StageIO) throws -> ChannelContributions? {
        guard let dataset = try io.read(Self.dataset)?.dataset else { return nil }
        return try ChannelContributions(
            model, layer: layer, filter: filter, imageCount: dataset.count, threads: io.threads
        ) { sample, pixels in
            try io.checkCancelled()
            try dataset.images(at: [sample]).withUnsafeBufferPointer { _ = pixels.update(fromContentsOf: $0) }
        }
    }
}
