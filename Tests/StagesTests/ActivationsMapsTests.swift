import HDF5Files
import Imaging
import Stages
import TestSupport
import Tensors
import Testing

/// `activations.maps`: what colors stand for, and what the file holds.
@Suite struct ActivationsMapsTests {
    @Test func `colors end where all but one in two hundred do, and say so`() {
        var maps = Tensor(shape: [2, 20, 20], (0..<800).map { Float($0 % 400) / 100 })
        maps[1, 3, 3] = 766
        let scale = MapScale(maps, isSigned: false)
        // The 796th of 800 magnitudes.
        #expect(scale.range == 0...3.98)
        #expect(scale.clipped == 766)
        let grid = MapGrid(layer: "relu", maps: maps, first: 5, scale: .layer)
        #expect(grid.title == "relu, 20×20: colors from 0, clipped at 3.98 (largest 766)")
        let brightest = ColorMap.viridis.anchors.last!
        #expect(
            Array(grid.cells[1].image.pixels[(3 * 20 + 3) * 3..<(3 * 20 + 3) * 3 + 3]) == [
                brightest.red, brightest.green, brightest.blue,
            ])
        let signed = MapScale(maps.map { -$0 }, isSigned: true)
        #expect(signed.range == -3.98...3.98)
        // Hardly anything is above zero: what there is counts.
        var dark = Tensor(shape: [1, 20, 20])
        dark[0, 0, 0] = 2
        #expect(MapScale(dark, isSigned: false).range == 0...2)
        #expect(MapScale(dark, isSigned: false).clipped == nil)
    }

    @Test func `a channel that nobody draws does not change the colors, and a scale of its own gives each its end`() {
        var maps = Tensor(shape: [3, 10, 10], (0..<300).map { Float($0 / 100 + 1) })
        let before = MapGrid(layer: "a", maps: maps, first: 2, scale: .layer).scales
        maps[2, 0, 0] = -1000
        #expect(MapGrid(layer: "a", maps: maps, first: 2, scale: .layer).scales == before)
        let own = MapGrid(layer: "a", maps: maps, first: 2, scale: .channel)
        #expect(own.scales.map(\.range) == [0...1, 0...2])
        #expect(own.cells.map(\.caption) == ["0\n1", "1\n2"])
        #expect(MapGrid(layer: "a", maps: maps, strongest: 2, scale: .layer).channels == [1, 0])
    }

    @Test(arguments: [("layer", true), ("channel", false)])
    func `the file has the maps of the chosen images, and what their colors stand for`(
        scale: String, isShared: Bool
    ) throws {
        let workspace = try StageWorkspace(
            """
            "images": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 12, "seed": 2 } },
            "net": { "stage": "model.load", "parameters": { "architecture": "cifar10-cnn", "seed": 1 } },
            "all": {
              "stage": "activations.extract", "inputs": { "model": "net", "dataset": "images" },
              "parameters": { "layers": ["block1.2", "block2.0"] }
            },
            "maps": {
              "stage": "activations.maps", "inputs": { "model": "net", "dataset": "images" },
              "parameters": { "layers": ["block1.2", "block2.0"], "samples": [9, 4], "channels": 3, "path": 2, "scale": "\(scale)" }
            }
            """)
        let (all, maps) = (try workspace.open("all/activations"), try workspace.open("maps/maps"))
        #expect(try maps.dataset("/samples").read(Int.self) == [9, 4])
        for layer in ["block1.2", "block2.0"] {
            let expected = try all.dataset("/" + layer).readTensor()
            let found = try maps.dataset("/" + layer).readTensor()
            #expect(deviation(found, from: Tensor.stack([9, 4].map { expected.row($0) })).relativeNorm < 1e-5)
            #expect(try maps.dataset("/" + layer).scalePaths().first == ["/samples"])
            let ranges = try maps.dataset("/color_range/\(layer)").readTensor()
            let channels = try maps.dataset("/path/\(layer)/channels").read(Int.self)
            #expect(ranges.shape == [2, 3, 2])
            for row in 0..<2 {
                let image = found.row(row)
                let means = (0..<image.shape[0]).map { image.row($0).mean }
                let order = means.indices.sorted { means[$0] > means[$1] }
                #expect(Array(channels[2 * row..<2 * row + 2]) == Array(order.prefix(2)))
                for channel in 0..<3 {
                    let drawn = isShared ? Array(0..<3) : [channel]
                    let magnitudes = drawn.flatMap { image.row($0).scalars.map(abs) }.sorted()
                    let rank = Int((0.995 * Double(magnitudes.count)).rounded(.up)) - 1
                    let largest = max(magnitudes.last!, .leastNormalMagnitude)
                    let end = magnitudes[rank] > 0 ? magnitudes[rank] : largest
                    #expect(ranges[row, channel, 1] == end, "\(layer) \(row) \(channel)")
                    #expect(ranges[row, channel, 0] == (layer == "block2.0" ? -end : 0))
                }
            }
        }
    }
}
