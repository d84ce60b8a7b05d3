import Circuits
import Datasets
import HDF5Files
import NeuralNetwork
public import Pipeline
import Tensors
import UnitStatistics

/// Measures what the words of the circuits papers claim of filters.
public struct CircuitEvidenceStage: Stage {
    public static let name = "circuit.evidence"
    public static let version = 3
    public static let summary =
        "Measures whether a filter is polysemantic, equivariant to a sibling, and invariant to changes of what it sees."
    public static let details = """
        Three scores, each a measurement and no verdict. Separation: of the images that excite the filter most (above \
        zero), what it reads where it answers most, compared by 1 − cosine, put into two to six clusters by average \
        linkage; the highest mean silhouette, −1...1; of fewer than \(ClusterSeparation.leastPoints) images none. Few \
        images always seem to fall apart, so the same score is taken of as many points drawn from one normal \
        distribution with their mean and covariance, \(SeparationNull.draws) times with a fixed seed: their mean, and \
        the share of them that reach the score (the chance). Unlike things excite the filter (polysemantic) where the \
        chance is small, at most \(SeparationNull.significance), not where the score alone is high. \
        Siblings: the highest cosine of the filter turned, mirrored or with its colours exchanged, with another filter \
        of the layer; beside it the highest cosine unchanged. A turned filter of a later layer reads turned units: \
        each channel's kernel is compared with the sibling's for the channel's own nearest sibling after the same \
        change, found in the same way one layer before, down to the image; behind a sum none is known. Kept response: the image is shifted by an \
        eighth of the receptive field, tilted by 15° and 30°, turned by 90°, 180° and 270°, mirrored, scaled to ¾ and \
        4⁄3 about the middle of what the filter sees; the sum of its responses there (below zero as zero) over that to \
        the images as they are. 1 means invariant. Sources: Olah et al., "Zoom in", Distill 2020; "Naturally occurring \
        equivariance in neural networks", Distill 2020; Rousseeuw 1987.
        """

    static let model = Input<ModelArtifact>("model", "The network.")
    static let dataset = Input<DatasetArtifact>("dataset", "The images.")
    static let units = OptionalInput<UnitsArtifact>(
        "units", "Filters to look at, as 'circuit.rank' lists them; instead of 'layer'.")
    static let evidence = Output(
        "evidence", kind: "circuit-evidence",
        "`/unit` (`layer:index`), `/separation`, `/separation_null`, `/separation_chance`, `/clusters` [units], `/samples`, `/cluster` [units, n] (−1 where the unit is "
            + "not excited), `/sibling_cosine`, `/sibling`, `/sibling_change` [units, families], `/kept` [units, changes], "
            + "`/kept_by_family` [units, families]")
    public static let inputs: [any InputPort] = [model, dataset, units]
    public static let outputs = [evidence]

    @Parameter("The convolution that has the filters. Not with 'units'.") var layer: String?
    @Parameter("Which filters of the layer; all if absent.", in: 0...) var filters: [Int]?
    @Parameter("Images that excite a filter most, to be clustered.", in: ClusterSeparation.leastPoints...64)
    var images: Int = 24
    @Parameter("How many of them are changed; 8 if absent, or all where there are fewer.", in: 1...64) var changed: Int?
    @Parameter("'direct' avoids the fast convolution algorithm for the sake of the last digit.")
    var algorithm: PlanRequest.Algorithm = .automatic

    public init() {}

    public func validate() throws(ParameterError) {
        try LayerChoice.validate(filters: filters)
        if let changed, changed > images {
            throw ParameterError(
                parameter: "changed", "\(changed) of \(images) images cannot be changed",
                fix: "choose at most \(images), or raise 'images'")
        }
    }

    public func check(_ io: CheckIO) throws {
        ModelAndDataset.check(io, Self.model, Self.dataset)
        UnitChoice.check(layer: layer, filters: filters, Self.units, Self.model, io)
        guard let layer, let network = io.description(of: Self.model)?.network,
            (try? network.index(of: layer)) != nil
        else { return }
        do throws(CircuitError) {
            try CircuitRanking.check(network, layer: layer, filter: 0)
        } catch { io.problem(parameter: "layer", error.what, fix: error.fix) }
    }

    public func run(_ io: StageIO) throws {
        let model = try io.read(Self.model).model
        let dataset = try io.read(Self.dataset).dataset
        let units = try UnitChoice.units(layer: layer, filters: filters, Self.units, of: model.network, io)
        for unit in units { try CircuitRanking.check(model.network, layer: unit.layer, filter: unit.channel) }
        let search = try ExampleSearch(units, capacity: images, dataset, try io.checkpoints(layout: 1), io)
        try search.keepingWhenCancelled {
            try search.run(model, algorithm, io)
            let evidence = try measure(search.examples, of: units, in: model, dataset, io)
            try write(evidence, io)
            try EvidenceSection(model: model, dataset: dataset).write(evidence, io)
        }
    }

    private func measure(
        _ examples: DatasetExamples, of units: [NetworkUnit], in model: Model, _ dataset: Dataset, _ io: StageIO
    ) throws -> [FilterEvidence] {
        let excited = units.indices.map { examples.most(of: $0).filter { $0.activation > 0 } }
        let inputs = try ExampleInputs(
            excited, of: units, in: model, algorithm: algorithm, threads: io.threads
        ) { try dataset.images(at: [$0]).row(0) }
        var probes: [Int: InvarianceProbe] = [:]
        let siblings = SiblingSearch(model)
        return try units.enumerated().map { place, unit in
            try io.checkCancelled()
            if probes[unit.node] == nil {
                probes[unit.node] = try InvarianceProbe(
                    model, node: unit.node, algorithm: algorithm, threads: io.threads)
            }
            let best = Array(excited[place].prefix(changed ?? 8))
            let pixels = try best.map { try dataset.images(at: [$0.sample]).row(0) }
            let separation = ClusterSeparation(inputs.numbers[place])
            let evidence = FilterEvidence(
                unit: unit, examples: excited[place], separation: separation,
                null: SeparationNull(of: separation),
                equivariance: try siblings.equivariance(of: unit.channel, in: unit.layer),
                invariance: try probes[unit.node]!.measure(unit.channel, best, images: pixels))
            io.progress(place + 1, of: units.count, unit: "filters")
            return evidence
        }
    }

    private func write(_ evidence: [FilterEvidence], _ io: StageIO) throws {
        let output = try HDF5Output(Self.evidence, io)
        try output.write(evidence.map(\.unit.description), to: "/unit", axes: ["units"])
        try output.write(evidence.map(\.separation.silhouette), to: "/separation", axes: ["units"])
        try output.write(evidence.map(\.null.mean), to: "/separation_null", axes: ["units"])
        try output.write(evidence.map(\.null.chance), to: "/separation_chance", axes: ["units"])
        try output.write(
            evidence.map { $0.examples.isEmpty ? 0 : $0.separation.count }, to: "/clusters", axes: ["units"])
        func padded(_ values: [Int]) -> [Int] { values + Array(repeating: -1, count: images - values.count) }
        let shape = [evidence.count, images]
        try output.write(
            evidence.flatMap { padded($0.examples.map(\.sample)) }, to: "/samples", shape: shape,
            axes: ["units", "rank"])
        try output.write(
            evidence.flatMap { padded($0.separation.clusters) }, to: "/cluster", shape: shape, axes: ["units", "rank"])

        let families = FilterEquivariance.Family.allCases
        let matches = evidence.flatMap { filter in families.map { filter.equivariance.matches[$0] } }
        let matchShape = [evidence.count, families.count]
        let axes = ["units", "sibling_families"]
        try output.write(matches.map { $0?.cosine ?? .nan }, to: "/sibling_cosine", shape: matchShape, axes: axes)
        try output.write(matches.map { $0?.filter ?? -1 }, to: "/sibling", shape: matchShape, axes: axes)
        try output.write(matches.map { $0?.change ?? "" }, to: "/sibling_change", shape: matchShape, axes: axes)
        try output.write(families.map(\.rawValue), to: "/sibling_families", axes: ["sibling_families"])

        let changes = ImageChange.all
        try output.write(
            evidence.flatMap(\.invariance.kept), to: "/kept", shape: [evidence.count, changes.count],
            axes: ["units", "changes"])
        try output.write(changes.map(\.name), to: "/changes", axes: ["changes"])
        let kinds = ImageChange.Family.allCases
        try output.write(
            evidence.flatMap { filter in kinds.map { filter.invariance.kept(by: $0) } }, to: "/kept_by_family",
            shape: [evidence.count, kinds.count], axes: ["units", "change_families"])
        try output.write(kinds.map(\.rawValue), to: "/change_families", axes: ["change_families"])
        try output.close()
        io.metric("units", Double(evidence.count))
    }
}

/// What was measured of a filter.
struct FilterEvidence {
    let unit: NetworkUnit
    /// The images that excite it most, the strongest first; none where it is silent.
    let examples: [DatasetExample]
    let separation: ClusterSeparation
    /// What the separation is compared with.
    let null: SeparationNull
    let equivariance: FilterEquivariance
    let invariance: ResponseInvariance
}
