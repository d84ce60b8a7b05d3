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

    /// Row and column in the unit's map; −1 where its least activation is at any place.
    func place(of example: DatasetExample, _ unit: NetworkUnit, isLeast: Bool = false) -> [Int] {
        guard !(isLeast && isSilent(example)) else { return [-1, -1] }
        let shape = network.shapes[unit.node]
        let width = shape.count == 3 ? shape[2] : 1
        return [example.position / width, example.position % width]
    }

    /// What the unit sees; the image where its least activation is at any place.
    func patch(of example: DatasetExample, _ unit: NetworkUnit, isLeast: Bool = false) -> Patch {
        let isAnywhere = isLeast && isSilent(example)
        return Patch(
            fields[unit.node], position: isAnywhere ? 0 : example.position,
            mapShape: isAnywhere ? [1] : network.shapes[unit.node], imageShape: dataset.sampleShape)
    }

    /// Behind a ReLU the least activation is 0, and most of the map has it.
    private func isSilent(_ example: DatasetExample) -> Bool { example.activation == 0 }

    /// The unit's patches, the strongest first, with the images they come from, and the same of those that excite it least;
    /// then the classes that excite it.
    func figure(
        _ unit: NetworkUnit, named name: String, most: [DatasetExample], least: [DatasetExample], classes: BarPlot?,
        threads: Int
    ) throws -> Panels {
        var figures = try rows(unit, most, title: "\(name): most", isLeast: false, threads: threads)
        figures += try rows(unit, least, title: "least", isLeast: true, threads: threads)
        if let classes { figures.append(classes) }
        return Panels(figures, columns: 1)
    }

    /// A row of patches, and where they are not the images, one of these.
    private func rows(
        _ unit: NetworkUnit, _ examples: [DatasetExample], title: String, isLeast: Bool, threads: Int
    ) throws -> [any Figure] {
        let images = try dataset.images(at: examples.map(\.sample), threads: threads)
        let patches = examples.map { patch(of: $0, unit, isLeast: isLeast) }
        let cut = examples.indices.map { cell(patches[$0].cut(from: images.row($0)), examples[$0]) }
        guard patches.contains(where: { !$0.isWhole(of: dataset.sampleShape) }) else {
            return [grid(cut, title: title)]
        }
        let whole = examples.indices.map { index in
            ImageGrid.Cell(
                Image(images.row(index)).outlining(
                    rows: patches[index].rows, columns: patches[index].columns, Self.outline))
        }
        return [grid(cut, title: title), grid(whole)]
    }

    private func cell(_ picture: Tensor, _ example: DatasetExample) -> ImageGrid.Cell {
        let words = NumberFormat.automatic.text(Double(example.activation))
        return ImageGrid.Cell(Image(picture), caption: "\(words)\n\(Self.shortened(dataset.sampleIDs[example.sample]))")
    }

    /// Characters that have room below a picture.
    private static let nameLength = 16

    /// The end of a file's name: its beginning is often the same for many.
    private static func shortened(_ id: String) -> String {
        let file = id.split(separator: "/").last ?? id[...]
        let name = file.lastIndex(of: ".").map { file[..<$0] } ?? file
        return name.count <= nameLength ? String(name) : "…" + name.suffix(nameLength - 1)
    }

    private static let outline = Color(0xD55E00)
    private static let columns = 9

    private func grid(_ cells: [ImageGrid.Cell], title: String = "") -> ImageGrid {
        ImageGrid(cells: cells, columns: min(cells.count, Self.columns), title: title, cellSide: 96)
    }
}
