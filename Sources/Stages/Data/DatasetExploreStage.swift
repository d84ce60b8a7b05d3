import Datasets
import HDF5Files
import Imaging
public import Pipeline
import Reporting
import Tensors

/// Counts classes, measures channels and shows some images.
public struct DatasetExploreStage: Stage {
    public static let name = "dataset.explore"
    public static let version = 1
    public static let summary = "Counts the classes of a data set, measures its channels and shows some of its images."

    static let dataset = Input<DatasetArtifact>("dataset", "The images.")
    static let statistics = Output(
        "statistics", kind: "statistics",
        "`/class_counts` [classes], `/channel_mean`, `/channel_std` [channels] in [0, 1], `/histogram` [channels, levels]"
    )
    static let samples = Output("samples", kind: "picture", "A grid of some images of each class, PNG")
    public static let inputs: [any InputPort] = [dataset]
    public static let outputs = [statistics, samples]

    @Parameter("Images shown of each class, the first ones.", in: 1...50) var perClass: Int = 8

    public init() {}

    public func run(_ io: StageIO) throws {
        let dataset = try io.read(Self.dataset).dataset
        let statistics = try dataset.statistics(threads: io.threads) { done in
            try io.checkCancelled()
            io.progress(done, of: dataset.count, unit: "images")
        }
        let output = try HDF5Output(Self.statistics, io)
        let counts = statistics.classCounts
        if !counts.isEmpty {
            let counted = try output.write(counts, to: "/class_counts", axes: ["classes"])
            if counts.count == dataset.classNames.count {
                try counted.setAttribute("class_names", .strings(dataset.classNames))
            }
        }
        try output.write(statistics.channelMeans, to: "/channel_mean", axes: ["channels"])
        try output.write(statistics.channelStandardDeviations, to: "/channel_std", axes: ["channels"])
        try output.write(
            statistics.histograms.flatMap { $0 }, to: "/histogram", shape: [statistics.histograms.count, 256],
            axes: ["channels", "levels"])
        try output.close()
        try show(dataset, statistics, counts: counts, io)
    }

    private func show(_ dataset: Dataset, _ statistics: DatasetStatistics, counts: [Int], _ io: StageIO) throws {
        let chosen = examples(dataset)
        let images = try dataset.images(at: chosen.map(\.sample))
        let cells = chosen.enumerated().map { row, example in
            ImageGrid.Cell(Image(images.row(row)), caption: example.caption)
        }
        let grid = ImageGrid(cells: cells, columns: perClass)
        let png = try grid.png()
        try FileBytes.write(png, to: io.path(Self.samples, "png"))

        let summary = SummaryWriter(io)
        var section = SectionContent(title: "The images")
        section.metric("images", dataset.count)
        if !counts.isEmpty { section.metric("classes", counts.count) }
        for (channel, mean) in statistics.channelMeans.enumerated() {
            let name = statistics.channelMeans.count == 1 ? "gray" : ["red", "green", "blue"][channel]
            section.metric(
                name, mean, format: .fixed(4),
                explanation:
                    "mean, ± \(NumberFormat.fixed(4).text(statistics.channelStandardDeviations[channel])) in [0, 1]")
        }
        section.picture(
            try summary.save(
                png, as: "samples.png", alternative: "The first \(perClass) images of each class",
                width: Int(grid.size.width)))
        if counts.count > 1 {
            let bars = BarPlot(
                bars: counts.enumerated().map { BarPlot.Bar(dataset.className($0), Double($1)) },
                title: "Images of each class", valueAxis: Axis("images", hasWholeNumbers: true))
            section.picture(
                try summary.save(
                    bars, as: "classes.png", alternative: "Bar chart of the number of images of each class"))
        }
        summary.write(section)
    }

    /// The first images of each class, or the first images where there are no labels.
    private func examples(_ dataset: Dataset) -> [(sample: Int, caption: String)] {
        guard let labels = dataset.labels else {
            return (0..<min(dataset.count, perClass * 4)).map { ($0, dataset.sampleIDs[$0]) }
        }
        var found: [Int: [Int]] = [:]
        for (sample, label) in labels.enumerated() where found[label, default: []].count < perClass {
            found[label, default: []].append(sample)
        }
        // Twenty classes fill a page.
        return found.keys.sorted().prefix(20).flatMap { label in found[label]!.map { ($0, dataset.className(label)) } }
    }
}

extension Dataset {
    /// The name of a class, or its number.
    func className(_ label: Int) -> String { classNames.indices.contains(label) ? classNames[label] : String(label) }
}
