import HDF5Files
import JSONValues
import Pipeline
import TestSupport
import Testing

/// `circuit.rank` on a pipeline: what its file says.
@Suite struct CircuitRankTests {
    /// A concatenation of two branches, read by two convolutions of different size.
    private static let files = [
        "n.json": """
        { "name": "n", "input": [3, 32, 32], "layers": [
          { "name": "left", "kind": "convolution", "in_channels": 3, "out_channels": 2, "kernel": 1 },
          { "name": "right", "kind": "convolution", "in_channels": 3, "out_channels": 3, "kernel": 3, "padding": 1, "inputs": ["input"] },
          { "name": "both", "kind": "concatenation", "inputs": ["left", "right"] },
          { "name": "relu", "kind": "relu" },
          { "name": "small", "kind": "convolution", "in_channels": 5, "out_channels": 2, "kernel": 1 },
          { "name": "wide", "kind": "convolution", "in_channels": 5, "out_channels": 2, "kernel": 3, "padding": 1, "inputs": ["relu"] },
          { "name": "sum", "kind": "addition", "inputs": ["small", "wide"] } ] }
        """
    ]

    private static func stages(_ parameters: String) -> String {
        """
        "images": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 6, "seed": 3 } },
        "net": { "stage": "model.load", "parameters": { "architecture": "n.json" } },
        "rank": { "stage": "circuit.rank", "inputs": { "model": "net", "dataset": "images" }, "parameters": { \(parameters) } }
        """
    }

    @Test func `kernels of a concatenation name the units that they read`() throws {
        let workspace = try StageWorkspace(Self.stages(#""layer": "wide", "filter": 1"#), files: Self.files)
        let file = try workspace.open("rank/rank")
        let channels = try file.dataset("/channel").read(Int.self)
        #expect(channels.sorted() == [0, 1, 2, 3, 4])
        #expect(
            try file.dataset("/unit").readStrings()
                == channels.map { $0 < 2 ? "left:\($0)" : "right:\($0 - 2)" })
        // The channels are counted in what is really read.
        #expect(try file.attribute("upstream_layer") == .string("both"))
        let ranks = try file.dataset("/contribution_rank").read(Int.self)
        let byContribution = try file.dataset("/channels_by_contribution").read(Int.self)
        #expect(ranks.sorted() == [1, 2, 3, 4, 5] && ranks.map { byContribution[$0 - 1] } == channels)
        // Nothing reads it.
        #expect(try file.dataset("/downstream/unit").shape == [0])
    }

    @Test func `the filters that read it stand in the file, kernels of every size`() throws {
        let workspace = try StageWorkspace(Self.stages(#""layer": "right", "filter": 2"#), files: Self.files)
        let file = try workspace.open("rank/rank")
        #expect(try file.attribute("upstream_layer") == .string("input"))
        #expect(try Set(file.dataset("/unit").readStrings()) == ["input:0", "input:1", "input:2"])
        let readers = try file.dataset("/downstream/unit").readStrings()
        #expect(Set(readers) == ["small:0", "small:1", "wide:0", "wide:1"])
        #expect(try file.dataset("/downstream/channel").read(Int.self) == [4, 4, 4, 4])
        let norms = try file.dataset("/downstream/l2").read(Double.self)
        #expect(norms == norms.sorted(by: >))
        let sizes = try file.dataset("/downstream/kernel_size").read(Int.self)
        let kernels = try file.dataset("/downstream/kernel")
        #expect(kernels.shape == [4, 3, 3])
        let values = try kernels.read(Float.self)
        for (place, reader) in readers.enumerated() {
            let isSmall = reader.hasPrefix("small")
            #expect(Array(sizes[2 * place..<2 * place + 2]) == (isSmall ? [1, 1] : [3, 3]))
            let kernel = values[9 * place..<9 * place + 9].filter { !$0.isNaN }
            #expect(kernel.count == (isSmall ? 1 : 9))
            let norm = kernel.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            #expect(abs(norm - norms[place]) < 1e-6)
        }
    }

    @Test func `a layer's name with a line break does not break the message`() throws {
        let workspace = try StageWorkspace(
            unrun: Self.stages(#""layer": "a\nb\u001b", "filter": 1"#), files: Self.files)
        let mistakes = #expect(throws: PipelineMistakes.self) { try workspace.plan().check() }
        let message = "\(try #require(mistakes))"
        #expect(message.contains(#"the network has no layer 'a\u{a}b\u{1b}'"#), "\(message)")
        #expect(message.split(separator: "\n").count == 2)
    }
}
