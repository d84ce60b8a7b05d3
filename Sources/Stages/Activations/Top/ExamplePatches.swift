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
    ///
    /// Where a unit is silent, any place has the minimum: the image is drawn as a whole then.
    func figure(
        _ unit: NetworkUnit, named name: String, most: [DatasetExample], least: [DatasetExample], threads: Int
    ) throws -> Panels {
        let images = try dataset.images(at: (most + least).map(\.sample), threads: threads)
        let (first, last) = (most.indices, least.indices)
        let patches = most.map { patch(of: $0, unit) }
        var rows = [grid(first.map { cell(patches[$0].cut(from: images.row($0)), most[$0]) }, title: "\(name): most")]
        if patches.contains(where: { !$0.isWhole(of: dataset.sampleShape) }) {
            rows.append(
                grid(
                    first.map { index in
                        ImageGrid.Cell(
                            Image(images.row(index)).outlining(
                                rows: patches[index].rows, columns: patches[index].columns, Self.outline))
                    }))
        }
        let cells = last.map { index in
            let image = images.row(most.count + index)
            return cell(
                least[index].activation == 0 ? image : patch(of: least[index], unit).cut(from: image), least[index])
        }
        rows.append(grid(cells, title: "least"))
        return Panels(rows, columns: 1)
    }

    private func cell(_ picture: Tensor, _ example: DatasetExample) -> ImageGrid.Cell {
        let id = dataset.sampleIDs[example.sample]
        let file = id.split(separator: "/").last.map(String.init) ?? id
        let words = NumberFormat.automatic.text(Double(example.activation))
        return ImageGrid.Cell(Image(picture), caption: "\(words)\n\(file)")
    }

    private static let outline = Color(0xD55E00)
    private static let columns = 9

    private func grid(_ cells: [ImageGrid.Cell], title: String = "") -> ImageGrid {
        ImageGrid(cells: cells, columns: min(cells.count, Self.columns), title: title, cellSide: 96)
    }
}
