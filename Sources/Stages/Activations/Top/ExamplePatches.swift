import Datasets
import Imaging
import NeuralNetwork
import Reporting
import Tensors
import UnitStatistics

/// Where examples stand in their images, and how they are drawn.
struct ExamplePatches {
    private let network: Network
    private let dataset: Dataset
    private let fields: [ReceptiveField]

    init(_ network: Network, _ dataset: Dataset) {
        self.network = network
        self.dataset = dataset
        fields = network.receptiveFields
    }

    /// Row and column in the unit's map.
    func place(of example: DatasetExample, _ unit: NetworkUnit) -> [Int] {
        let shape = network.shapes[unit.node]
        let width = shape.count == 3 ? shape[2] : 1
        return [example.position / width, example.position % width]
    }

    func patch(of example: DatasetExample, _ unit: NetworkUnit) -> Patch {
        Patch(
            fields[unit.node], position: example.position, mapShape: network.shapes[unit.node],
            imageShape: dataset.sampleShape)
    }

    /// The unit's patches, the strongest first, with the images they come from, and those that excite it least.
    func figure(
        _ unit: NetworkUnit, named name: String, most: [DatasetExample], least: [DatasetExample], threads: Int
    ) throws -> Panels {
        var rows: [ImageGrid] = []
        for (title, examples) in [("\(name): most", most), ("least", least)] {
            let images = try dataset.images(at: examples.map(\.sample), threads: threads)
            let patches = examples.map { patch(of: $0, unit) }
            rows.append(
                grid(
                    zip(examples.indices, patches).map { index, patch in
                        ImageGrid.Cell(
                            Image(patch.cut(from: images.row(index))),
                            caption: NumberFormat.automatic.text(Double(examples[index].activation)) + "\n"
                                + dataset.sampleIDs[examples[index].sample])
                    }, title: title))
            guard rows.count == 1, patches.contains(where: { !$0.isWhole(of: dataset.sampleShape) }) else { continue }
            rows.append(
                grid(
                    zip(examples.indices, patches).map { index, patch in
                        ImageGrid.Cell(
                            Image(images.row(index)).outlining(rows: patch.rows, columns: patch.columns, Self.outline))
                    }, title: ""))
        }
        return Panels(rows, columns: 1)
    }

    private static let outline = Color(0xD55E00)
    private static let columns = 9

    private func grid(_ cells: [ImageGrid.Cell], title: String) -> ImageGrid {
        ImageGrid(cells: cells, columns: min(cells.count, Self.columns), title: title, cellSide: 80)
    }
}
