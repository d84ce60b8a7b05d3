import Datasets
import HDF5Files
import NeuralNetwork
public import Pipeline
import Tensors
import UnitStatistics

/// Finds the images, and the parts of them, that excite units most and least.
public struct ActivationsTopStage: Stage {
    public static let name = "activations.top"
    public static let version = 2
    public static let summary =
        "Finds the images that excite units most and least, the part of each that the unit sees, and the classes behind."
    public static let details = """
        An image counts once for a unit: among the most exciting with the maximum of the unit's map, among the least \
        exciting with its minimum; of equal minima the image with the lower maximum comes first. The patch is what the \
        position sees, by kernels, strides and paddings on the way (Araujo, Norris & Sim, Distill 2019), gray where that \
        is beyond the image; fully connected units see all of it. Memory stays flat in the number of images, and an \
        interrupted search goes on where it was; of the classes it keeps ten numbers for each unit and class. A unit that is \
        nowhere below zero, behind a ReLU say, has its least activation 0 at any place: -1 stands for the place then, and \
        the box is the image. At the end examples are computed again without the fast convolution algorithm, from \
        what the unit sees of the image: all where their images are few, else as many as a twentieth of the search's time \
        allows, the best and the least of each unit first. A difference beyond a hundredth is an error.
        """

    static let model = Input<ModelArtifact>("model", "The network.")
    static let dataset = Input<DatasetArtifact>("dataset", "The images.")
    static let units = OptionalInput<UnitsArtifact>(
        "units", "Units to look at, as 'circuit.rank' lists them; instead of 'layer'.")
    static let top = Output(
        "top", kind: "dataset-examples",
        "`/unit` (`layer:index`), `/samples`, `/activation` [units, n], `/position` (row, column) [units, n, 2], "
            + "`/patch_box` (top, left, bottom, right; the last two exclusive) [units, n, 4], the same as `/least_…`; "
            + "`/deviation` [units, n]: how far the example is from what comes out again, relative to the unit's "
            + "largest, NaN where it was not computed; with labels `/class_mean_of_ten`, `/class_mean` [units, classes], `/class_images` [classes]; `/labels`, `/sample_ids`"
    )
    static let pictures = Output("pictures", kind: "pictures", "One PNG for each unit, up to 'limit'")
    public static let inputs: [any InputPort] = [model, dataset, units]
    public static let outputs = [top, pictures]

    @Parameter("Layer of the units: a convolution's name means its output before the ReLU. Not with 'units'.")
    var layer: String?
    @Parameter("Channels of the layer (or outputs of a linear layer); all if absent.", in: 0...) var filters: [Int]?
    @Parameter("Images that are kept of each kind for a unit.", in: 1...1000) var top: Int = 9
    @Parameter("Units that are drawn at most; numbers are written of all.", in: 1...1024) var limit: Int = 64
    @Parameter("'direct' avoids the fast convolution algorithm for the sake of the last digit.")
    var algorithm: PlanRequest.Algorithm = .automatic

    public init() {}

    public func validate() throws(ParameterError) { try LayerChoice.validate(filters: filters) }

    public func check(_ io: CheckIO) throws {
        ModelAndDataset.check(io, Self.model, Self.dataset)
        UnitChoice.check(layer: layer, filters: filters, Self.units, Self.model, io)
    }

    public func run(_ io: StageIO) throws {
        let model = try io.read(Self.model).model
        let dataset = try io.read(Self.dataset).dataset
        let units = try UnitChoice.units(layer: layer, filters: filters, Self.units, of: model.network, io)
        let search = try ExampleSearch(units, capacity: top, dataset, try io.checkpoints(layout: 1), io)
        try search.keepingWhenCancelled {
            try search.run(model, algorithm, io)
            let check = try ExampleCheck(search.examples, of: units, in: model, threads: io.threads) { samples in
                try io.checkCancelled()
                return try dataset.images(at: samples, threads: io.threads)
            }
            try judge(check, dataset, io)
            let patches = ExamplePatches(model.network, dataset)
            try write(search, patches, dataset, check, io)
            try TopSection(model: model, dataset: dataset, patches: patches, check: check).write(
                search, drawn: Array(units.indices.prefix(limit)), pictures: io.folder(Self.pictures), io)
        }
    }

    /// Warns of a difference that rounding does not explain, and refuses one that nothing does.
    private func judge(_ check: ExampleCheck, _ dataset: Dataset, _ io: StageIO) throws {
        guard let worst = check.worst, !check.agrees else { return }
        let words =
            "\(worst.unit) answers \(worst.before) to sample \(worst.sample) ('\(dataset.sampleIDs[worst.sample])') among "
            + "all images, but \(worst.after) without the fast algorithm: \(Float(worst.deviation)) of its largest activation"
        let fix = algorithm == .direct ? "report it: the examples are wrong" : "set \"algorithm\" to \"direct\""
        guard worst.deviation <= ExampleCheck.limit else { throw StageError(words, fix: fix) }
        io.warn("\(words), where rounding explains \(ExampleCheck.tolerance); \(fix)")
    }

    private func write(
        _ search: ExampleSearch, _ patches: ExamplePatches, _ dataset: Dataset, _ check: ExampleCheck, _ io: StageIO
    ) throws {
        let (examples, units) = (search.examples, search.units)
        let output = try HDF5Output(Self.top, io)
        try output.write(units.map(\.description), to: "/unit", axes: ["units"])
        let kinds = [
            ("", units.indices.map(examples.most), check.mostDeviations),
            ("least_", units.indices.map(examples.least), check.leastDeviations),
        ]
        for (prefix, lists, deviations) in kinds {
            let shape = [units.count, examples.count]
            let all = lists.joined()
            try output.write(all.map(\.sample), to: "/\(prefix)samples", shape: shape, axes: ["units", "rank"])
            try output.write(
                Tensor(shape: shape, all.map(\.activation)), to: "/\(prefix)activation", axes: ["units", "rank"])
            try output.write(deviations, to: "/\(prefix)deviation", axes: ["units", "rank"])
            let places = zip(units, lists).flatMap { unit, list in
                list.flatMap { patches.place(of: $0, unit, isLeast: prefix != "") }
            }
            try output.write(places, to: "/\(prefix)position", shape: shape + [2], axes: ["units", "rank", "axis"])
            let boxes = zip(units, lists).flatMap { unit, list in
                list.map { patches.patch(of: $0, unit, isLeast: prefix != "") }.flatMap {
                    [$0.rows.lowerBound, $0.columns.lowerBound, $0.rows.upperBound, $0.columns.upperBound]
                }
            }
            try output.write(boxes, to: "/\(prefix)patch_box", shape: shape + [4], axes: ["units", "rank", "edge"])
        }
        if let classes = search.classes {
            try output.write(classes.meanOfBest, to: "/class_mean_of_ten", axes: ["units", "classes"])
            try output.write(classes.mean, to: "/class_mean", axes: ["units", "classes"])
            try output.write(classes.imageCounts, to: "/class_images", axes: ["classes"])
        }
        try output.writeSamples(
            labels: dataset.labels, classNames: dataset.classNames, sampleIDs: dataset.sampleIDs)
        try output.file.setAttribute("checked_examples", .integer(check.exampleCount))
        try output.file.setAttribute("checked_units", .integer(check.unitCount))
        try output.file.setAttribute("largest_deviation", .number(check.worst?.deviation ?? 0))
        try output.close()
        io.metric("images", Double(dataset.count))
        io.metric("units", Double(units.count))
    }
}
