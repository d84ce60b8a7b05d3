import HDF5Files
import Imaging
import NeuralNetwork
import Pipeline
import Stages
import TestSupport
import Tensors
import Testing

/// What the pictures of filters show, and which filters the file beside them says it holds.
@Suite struct FilterGridTests {
    /// One convolution with 1×1 kernels, so that a kernel is one pixel.
    private func makeModel(
        inputs: Int, outputs: Int, groups: Int = 1, weights: [Float], order: InputContract.Order = .rgb
    ) throws -> Model {
        let convolution = Convolution(
            inputChannels: inputs, outputChannels: outputs, kernel: [1, 1], groups: groups, hasBias: false)
        let network = try Network(
            name: "test", inputShape: [inputs, 4, 4],
            nodes: [.init(name: "conv", layer: convolution, inputs: [.networkInput])])
        var model = try Model(
            network: network,
            weights: ["conv.weight": Tensor(shape: [outputs, inputs / groups, 1, 1], weights)])
        model.input.order = order
        return model
    }

    @Test(arguments: [(.rgb, [255, 128, 64]), (.bgr, [64, 128, 255])] as [(InputContract.Order, [UInt8])])
    func `colors are those that the network sees, around gray`(order: InputContract.Order, pixel: [UInt8]) throws {
        let model = try makeModel(inputs: 3, outputs: 1, weights: [0.8, 0, -0.4], order: order)
        let grid = FilterGrid(0, of: model, filters: [0], inputChannels: nil, limit: 16, scale: .filter)
        let cell = try #require(grid.cells.first?.first)
        #expect(cell.image.pixels == pixel)
        #expect(cell.caption == "0\n±0.8")
        // One by one where channels are asked for.
        let kernels = FilterGrid(0, of: model, filters: [0], inputChannels: [2, 0], limit: 16, scale: .filter)
        #expect(kernels.cells[0].map(\.caption) == ["0·2\n±0.8", "0·0"])
    }

    @Test func `full blue and red are the largest weight of the filter or of the layer`() throws {
        let model = try makeModel(inputs: 2, outputs: 3, weights: [0.5, -0.25, 2, 1, 0, 0])
        let full = ColorMap.diverging.anchors
        func first(_ scale: FilterGrid.Scale, _ filter: Int) -> [UInt8] {
            FilterGrid(0, of: model, filters: [filter], inputChannels: nil, limit: 16, scale: scale)
                .cells[0][0].image.pixels
        }
        #expect(first(.filter, 0) == [full[4].red, full[4].green, full[4].blue])
        let quarter = ColorMap.diverging.color(at: 0.625)
        #expect(first(.layer, 0) == [quarter.red, quarter.green, quarter.blue])
        #expect(first(.filter, 2) == [full[2].red, full[2].green, full[2].blue])
        let grid = FilterGrid(0, of: model, filters: [2, 0], inputChannels: nil, limit: 1, scale: .filter)
        #expect(grid.reaches == [0, 0.5])
        #expect(grid.cells.map { $0.map(\.caption) } == [["2·0\n±0"], ["0·0\n±0.5"]])
    }

    @Test func `captions name the channels that a group sees`() throws {
        let model = try makeModel(inputs: 8, outputs: 4, groups: 2, weights: (0..<16).map { Float($0) })
        let grid = FilterGrid(0, of: model, filters: [1, 2], inputChannels: nil, limit: 2, scale: .layer)
        #expect(grid.cells.map { $0.map(\.caption) } == [["1·0", "1·1"], ["2·4", "2·5"]])
        let deep = try makeModel(inputs: 2, outputs: 4, groups: 2, weights: [1, 2, 3, 4])
        let depthwise = FilterGrid(0, of: deep, filters: [0, 3], inputChannels: nil, limit: 2, scale: .layer)
        #expect(depthwise.cells.map { $0.map(\.caption) } == [["0·0"], ["3·1"]])
    }

    @Test func `the file says which filters it holds, and has all that were named`() throws {
        let net = """
            { "name": "n", "input": [3, 32, 32], "layers": [
              { "name": "first", "kind": "convolution", "in_channels": 3, "out_channels": 12, "kernel": 3 },
              { "name": "second", "kind": "convolution", "in_channels": 12, "out_channels": 10, "kernel": 3 } ] }
            """
        let workspace = try StageWorkspace(
            """
            "net": { "stage": "model.load", "parameters": { "architecture": "n.json", "seed": 1 } },
            "all": { "stage": "filters.show", "inputs": { "model": "net" } },
            "some": {
              "stage": "filters.show", "inputs": { "model": "net" },
              "parameters": { "filters": [5, 2, 9], "limit": 2, "input_channels": [1] }
            },
            "few": { "stage": "filters.show", "inputs": { "model": "net" }, "parameters": { "limit": 2, "scale": "layer" } }
            """, files: ["n.json": net])
        let (all, some, few) = (
            try workspace.open("all/filters"), try workspace.open("some/filters"), try workspace.open("few/filters")
        )
        for layer in ["first", "second"] {
            let weights = try all.dataset("/" + layer).readTensor()
            #expect(try some.dataset("/filter_index/\(layer)").read(Int.self) == [5, 2, 9])
            #expect(try some.dataset("/" + layer).scalePaths().first == ["/filter_index/\(layer)"])
            #expect(
                try some.dataset("/" + layer).readTensor() == Tensor.stack([5, 2, 9].map { weights.row($0) }))
            let reaches = [5, 2, 9].flatMap { filter -> [Float] in
                let largest = weights.row(filter).scalars.map(abs).max()!
                return [-largest, largest]
            }
            #expect(try some.dataset("/color_range/\(layer)").read(Float.self) == reaches)
            #expect(try few.dataset("/filter_index/\(layer)").read(Int.self) == [0, 1])
            let largest = weights.scalars.map(abs).max()!
            #expect(
                try few.dataset("/color_range/\(layer)").read(Float.self) == [-largest, largest, -largest, largest])
        }
    }

    @Test func `channels that are not there, or are not the layer's, are refused`() throws {
        let net = """
            { "name": "n", "input": [4, 32, 32], "layers": [
              { "name": "a", "kind": "convolution", "in_channels": 4, "out_channels": 4, "kernel": 3 },
              { "name": "b", "kind": "convolution", "in_channels": 4, "out_channels": 4, "kernel": 3, "groups": 2 } ] }
            """
        for (layer, words) in [
            (
                "a",
                "stages.show.parameters.input_channels[1]: 'a' has no input channel 4; its 4 input channels count from 0"
            ),
            ("b", "stages.show.parameters.input_channels: 'b' has 2 groups, whose filters see 2 of its channels each"),
        ] {
            let workspace = try StageWorkspace(
                unrun: """
                    "net": { "stage": "model.load", "parameters": { "architecture": "n.json" } },
                    "show": {
                      "stage": "filters.show", "inputs": { "model": "net" },
                      "parameters": { "layers": ["\(layer)"], "input_channels": [0, 4] }
                    }
                    """, files: ["n.json": net])
            let mistakes = #expect(throws: PipelineMistakes.self) { try workspace.plan().check() }
            #expect(mistakes.map { "\($0)".contains(words) } == true, "\(String(describing: mistakes))")
        }
    }
}
