import HDF5Files
import TestSupport
import Tensors
import Testing

/// `activations.top` against all activations of the same images, as `activations.extract` writes them.
@Suite struct ActivationsTopTests {
    /// - Parameter layer: extracted alone, because what is looked at between decides what is computed in one.
    private static func stages(_ top: String, of layer: String, inputs: String = "", more: String = "") -> String {
        """
        "images": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 70, "seed": 2 } },
        "net": { "stage": "model.load", "parameters": { "architecture": "cifar10-cnn", "seed": 1 } },
        "all": {
          "stage": "activations.extract", "inputs": { "model": "net", "dataset": "images" },
          "parameters": { "layers": ["\(layer)"], "predictions": false }
        },
        \(more)
        "top": { "stage": "activations.top", "inputs": { "model": "net", "dataset": "images" \(inputs) }, "parameters": { \(top) } }
        """
    }

    @Test(arguments: [("block2.1", true), ("block1.2", true), ("fc_layers.4", false)])
    func `examples and class means are those of all activations`(layer: String, hasMaps: Bool) throws {
        let workspace = try StageWorkspace(
            Self.stages(#""layer": "\#(layer)", "filters": [5, 0, 17], "top": 12, "limit": 1"#, of: layer))
        let (all, top) = (try workspace.open("all/activations"), try workspace.open("top/top"))
        let activations = try all.dataset("/" + layer).readTensor()
        let labels = try all.dataset("/labels").read(Int.self)
        let (samples, most) = (
            try top.dataset("/samples").read(Int.self), try top.dataset("/activation").readTensor()
        )
        let positions = try top.dataset("/position").read(Int.self)
        let (lowest, least) = (
            try top.dataset("/least_samples").read(Int.self), try top.dataset("/least_activation").readTensor()
        )
        let classMeans = try top.dataset("/class_mean").readTensor()
        let bestMeans = try top.dataset("/class_mean_of_ten").readTensor()
        #expect(try top.dataset("/unit").readStrings() == [5, 0, 17].map { "\(layer):\($0)" })
        for (unit, channel) in [5, 0, 17].enumerated() {
            let size = hasMaps ? activations.shape[2] * activations.shape[3] : 1
            let maps = (0..<70).map { image in
                let start = (image * activations.shape[1] + channel) * size
                return Array(activations.scalars[start..<start + size])
            }
            let order = maps.indices.sorted { (maps[$1].max()!, $0) < (maps[$0].max()!, $1) }.prefix(12)
            #expect(Array(samples[unit * 12..<unit * 12 + 12]) == Array(order))
            for (rank, sample) in order.enumerated() {
                #expect(most[unit, rank] == maps[sample].max()!)
                let place = (unit * 12 + rank) * 2
                let width = hasMaps ? activations.shape[3] : 1
                #expect(maps[sample][positions[place] * width + positions[place + 1]] == maps[sample].max()!)
            }
            let reverse = maps.indices.sorted {
                (maps[$0].min()!, maps[$0].max()!, $0) < (maps[$1].min()!, maps[$1].max()!, $1)
            }.prefix(12)
            #expect(Array(lowest[unit * 12..<unit * 12 + 12]) == Array(reverse))
            #expect(least.row(unit).scalars == reverse.map { maps[$0].min()! })
            for label in Set(labels) {
                let ofClass = labels.indices.filter { labels[$0] == label }
                let values = ofClass.map { Double(maps[$0].max()!) }.sorted(by: >)
                let (all, ten) = (Self.mean(values[...]), Self.mean(values.prefix(10)))
                #expect(abs(Double(classMeans[unit, label]) - all) < 1e-5)
                #expect(abs(Double(bestMeans[unit, label]) - ten) < 1e-5)
            }
        }
        let boxes = try top.dataset("/patch_box").read(Int.self)
        for start in stride(from: 0, to: boxes.count, by: 4) {
            #expect(boxes[start] < boxes[start + 2] && boxes[start + 2] <= 32)
            #expect(boxes[start + 1] < boxes[start + 3] && boxes[start + 3] <= 32)
        }
        let deviations = try top.dataset("/deviation").readTensor()
        #expect(deviations.shape == [3, 12] && deviations.scalars.contains { $0 < 1e-5 })
        #expect(!deviations.scalars.contains { $0 > 1e-5 })
        // Where a unit is nowhere below zero, its least activation has no place.
        let leastPositions = try top.dataset("/least_position").read(Int.self)
        let leastBoxes = try top.dataset("/least_patch_box").read(Int.self)
        for (index, value) in least.scalars.enumerated() {
            #expect((leastPositions[2 * index] == -1) == (value == 0))
            if value == 0 { #expect(Array(leastBoxes[4 * index..<4 * index + 4]) == [0, 0, 32, 32]) }
        }
        if !hasMaps { #expect(Array(boxes.prefix(4)) == [0, 0, 32, 32]) }
    }

    private static func mean(_ values: ArraySlice<Double>) -> Double {
        values.reduce(0, +) / Double(values.count)
    }

    @Test func `units come from another stage`() throws {
        let workspace = try StageWorkspace(
            Self.stages(
                #""top": 3"#, of: "block2.0", inputs: #", "units": "rank.upstream""#,
                more: """
                    "rank": { "stage": "circuit.rank", "inputs": { "model": "net" }, "parameters": { "layer": "block2.0", "filter": 1, "top": 4 } },
                    """))
        let (rank, top) = (try workspace.open("rank/rank"), try workspace.open("top/top"))
        let channels = try rank.dataset("/channel").read(Int.self)
        let units = try top.dataset("/unit").readStrings()
        #expect(units.count == 4)
        #expect(zip(units, channels).allSatisfy { $0.hasSuffix(":\($1)") })
        #expect(try top.dataset("/samples").shape == [4, 3])
    }
}
