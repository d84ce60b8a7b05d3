import Datasets
import HDF5Files
import NeuralNetwork
import Pipeline
import Tensors

/// `maps.h5`, written image by image.
final class MapsFile {
    /// The groups of what stands beside the layers.
    static let (rangeGroup, pathGroup) = ("color_range", "path")
    /// Names in the file that no layer can have.
    static let reserved = ["samples", rangeGroup, pathGroup]

    private let output: HDF5Output
    private let nodes: [Network.Node]
    private let writers: [HDF5RowWriter]
    /// Ends of the colors of what is drawn, image by image, by the path of their dataset.
    private var ranges: [String: (channels: Int, ends: [Float])] = [:]
    /// Channels on the way of each image, by layer.
    private var pathChannels: [String: [Int]] = [:]

    init(_ nodes: [Int], of network: Network, _ dataset: Dataset, _ samples: [Int], _ io: StageIO) throws {
        output = try HDF5Output(ActivationsMapsStage.maps, io)
        self.nodes = nodes.map { network.nodes[$0] }
        try output.file.setAttribute("layers", .strings(self.nodes.map(\.name)))
        try output.setScale(samples, of: "samples", at: "/samples")
        try output.writeSamples(
            labels: dataset.labels.map { labels in samples.map { labels[$0] } }, classNames: dataset.classNames,
            sampleIDs: samples.map { dataset.sampleIDs[$0] })
        writers = try nodes.map { [output] node in
            try HDF5RowWriter(
                output.file, "/" + network.nodes[node].name, .float32, rows: samples.count,
                rowShape: network.shapes[node])
        }
    }

    /// Writes the maps of the next image, `[1, channels, height, width]` of each layer.
    func append(_ maps: [Tensor]) throws {
        for (writer, maps) in zip(writers, maps) { try writer.append(maps) }
    }

    /// Notes what the colors of an image's grids stand for.
    func note(grids: [MapGrid], path: [MapGrid]) {
        for grid in grids { note(grid, "/\(Self.rangeGroup)/\(grid.layer)") }
        for grid in path {
            note(grid, "/\(Self.pathGroup)/\(grid.layer)/\(Self.rangeGroup)")
            pathChannels[grid.layer, default: []] += grid.channels
        }
    }

    private func note(_ grid: MapGrid, _ path: String) {
        ranges[path, default: (grid.channels.count, [])].ends += grid.scales.flatMap {
            [$0.range.lowerBound, $0.range.upperBound]
        }
    }

    func finish() throws {
        for (node, writer) in zip(nodes, writers) {
            let dataset = try output.name(writer.finish(), ["samples", "channels", "height", "width"])
            try LayerOfActivations(node).writeAlias(to: dataset)
        }
        for (path, range) in ranges.sorted(by: { $0.key < $1.key }) {
            let shape = [range.ends.count / 2 / range.channels, range.channels, 2]
            try output.write(range.ends, to: path, shape: shape, axes: ["samples", "drawn", "ends"])
        }
        for (layer, channels) in pathChannels.sorted(by: { $0.key < $1.key }) {
            let samples = writers[0].rowCount
            try output.write(
                channels, to: "/\(Self.pathGroup)/\(layer)/channels", shape: [samples, channels.count / samples],
                axes: ["samples", "drawn"])
        }
        try output.close()
    }
}
