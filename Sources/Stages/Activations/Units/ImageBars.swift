import Datasets
import HDF5Files
import Imaging
import NeuralNetwork
import Pipeline
import Reporting
import Tensors

/// What fully connected layers answer to single images: chosen ones, and those told most and least surely.
struct ImageBars {
    /// An image, and why it is looked at.
    struct Entry {
        let sample: Int
        /// `chosen`, `most sure` or `least sure`.
        let reason: String
    }

    let entries: [Entry]

    private let dataset: Dataset
    private let confidence: ActivityWalk.Confidence?
    private let labels: MatchedLabels?
    private let classNames: [String]
    private let logits: Int
    /// `[entries, units]` of each layer, in network order.
    private let layers: [(node: Int, name: String, values: Tensor)]
    private let images: Tensor

    /// - Parameters:
    ///   - nodes: fully connected layers; the scores of the classes are added.
    ///   - walk: over all images, with these layers among others.
    init(
        _ nodes: [Int], chosen: [Int], confident: Int, _ walk: ActivityWalk, _ model: Model, _ dataset: Dataset,
        _ io: StageIO
    ) throws {
        let (confidence, runner) = (walk.confidence, walk.runner)
        let network = model.network
        (self.dataset, self.confidence, logits) = (dataset, confidence, network.logitsNode)
        var entries = chosen.map { Entry(sample: $0, reason: "chosen") }
        if let probability = confidence?.probability {
            let order = probability.indices.sorted { (probability[$1], $0) < (probability[$0], $1) }
            let count = min(confident, order.count)
            entries += order.prefix(count).map { Entry(sample: $0, reason: "most sure") }
            entries += order.suffix(count).reversed().map { Entry(sample: $0, reason: "least sure") }
        }
        labels =
            confidence == nil ? nil : MatchedLabels(dataset, model, classes: network.shapes[network.logitsNode][0], io)
        classNames = model.classNames.isEmpty && labels?.areClasses == true ? dataset.classNames : model.classNames
        let shown = Set(nodes + (confidence == nil ? [] : [logits])).sorted()
        self.entries = shown.isEmpty ? [] : entries
        guard !self.entries.isEmpty else {
            layers = []
            images = Tensor(shape: [0])
            return
        }
        images = try dataset.images(at: entries.map(\.sample), threads: io.threads)
        layers = try Self.answers(to: images, shown, runner).map { ($0, network.nodes[$0].name, $1) }
    }

    /// What layers answer to images: the same numbers as to all images.
    /// - Parameter runner: watches these layers among others.
    private static func answers(
        to images: Tensor, _ nodes: [Int], _ runner: NetworkRunner
    ) throws -> [(node: Int, values: Tensor)] {
        let (count, perImage) = (images.shape[0], images.rowCount)
        let shapes = runner.model.network.shapes
        let buffers = Dictionary(
            uniqueKeysWithValues: nodes.map { ($0, RowBuffer<Float>(rows: count, rowCount: shapes[$0].elementCount)) })
        try runner.run(count) { image, pixels in
            images.withUnsafeBufferPointer {
                _ = pixels.update(fromContentsOf: $0[image * perImage..<(image + 1) * perImage])
            }
        } handler: { rows, tap, values in
            guard case .activation(let node) = tap, let buffer = buffers[node] else { return }
            buffer.set(rows, values.baseAddress!)
        }
        return nodes.map { ($0, buffers[$0]!.tensor(shape: shapes[$0])) }
    }

    /// Writes the numbers behind the bars.
    func write(to output: HDF5Output, group: String) throws {
        guard !entries.isEmpty else { return }
        try output.write(entries.map(\.sample), to: group + "/samples", axes: ["images"])
        try output.write(entries.map(\.reason), to: group + "/reason", axes: ["images"])
        if let confidence {
            try output.write(
                entries.map { Int(confidence.predicted[$0.sample]) }, to: group + "/predicted", axes: ["images"])
            try output.write(
                entries.map { confidence.probability[$0.sample] }, to: group + "/confidence", axes: ["images"])
        }
        for layer in layers {
            try output.write(layer.values, to: "\(group)/activations/\(layer.name)", axes: ["images", "units"])
        }
    }

    /// `Most sure: n01440764_tench.JPEG, told as tench (99.9 %), label tench`
    func words(_ index: Int) -> String {
        let entry = entries[index]
        var words =
            "\(entry.reason.prefix(1).uppercased())\(entry.reason.dropFirst()): \(dataset.sampleIDs[entry.sample])"
        if let confidence {
            let sure = NumberFormat.percent.text(Double(confidence.probability[entry.sample]))
            words += ", told as \(name(Int(confidence.predicted[entry.sample]))) (\(sure))"
        }
        if let labels, let label = labels.labels?[entry.sample] { words += ", label \(labels.name(label))" }
        return words
    }

    /// The image beside the scores of the classes, and below them the other layers.
    func figure(_ index: Int) -> Panels {
        let image = ImageGrid(cells: [ImageGrid.Cell(Image(images.row(index)))], columns: 1, cellSide: 160)
        var (top, below): ([any Figure], [any Figure]) = ([image], [])
        for layer in layers {
            let values = layer.values.row(index).scalars
            if layer.node == logits {
                top.append(scores(values, of: entries[index].sample, title: layer.name))
            } else {
                below.append(Self.units(values, title: layer.name))
            }
        }
        return Panels([Panels(top)] + below, columns: 1)
    }

    /// Classes at most that are all drawn; of more, the greatest.
    private static let allClasses = 20
    private static let greatestClasses = 10
    private static let quiet = Color(0x9AA5B1)

    private func scores(_ values: [Float], of sample: Int, title: String) -> BarPlot {
        let order = values.indices.sorted { (values[$1], $0) < (values[$0], $1) }
        let shown = values.count <= Self.allClasses ? Array(values.indices) : Array(order.prefix(Self.greatestClasses))
        let predicted = order.first
        let label = labels?.areClasses == true ? labels?.labels?[sample] : nil
        let bars = shown.map { index -> BarPlot.Bar in
            let color =
                index == label
                ? Palette.categorical[2] : index == predicted ? Palette.categorical[3] : Self.quiet
            return BarPlot.Bar(name(index), Double(values[index]), color: color)
        }
        let cut = shown.count < values.count ? ": the \(shown.count) greatest of \(values.count)" : ""
        return BarPlot(bars: bars, title: title + cut, valueAxis: Axis("score; green the label, else orange the best"))
    }

    private static func units(_ values: [Float], title: String) -> BarPlot {
        BarPlot(
            bars: values.enumerated().map { BarPlot.Bar("\($0)", Double($1)) }, direction: .vertical,
            title: "\(title): \(values.count) units", valueAxis: Axis("activation"), labelName: "unit")
    }

    private func name(_ index: Int) -> String {
        classNames.indices.contains(index) ? classNames[index] : "class \(index)"
    }
}
