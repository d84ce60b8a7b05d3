import HDF5Files
import Pipeline
import TestSupport
import Tensors
import Testing

@Suite struct FiltersMaximizeTests {
    private static let net = """
        "net": { "stage": "model.load", "parameters": { "architecture": "cifar10-cnn", "seed": 1 } }
        """

    private static func stage(_ name: String, _ parameters: String, units: String? = nil) -> String {
        let inputs = units.map { #", "units": "\#($0)""# } ?? ""
        return """
            "\(name)": { "stage": "filters.maximize", "inputs": { "model": "net"\(inputs) },
              "parameters": { "iterations": 6, \(parameters) } }
            """
    }

    private static func units(_ file: HDF5File) throws -> [String] { try file.dataset("/unit").readStrings() }

    @Test func `targets of every kind are named and numbered`() throws {
        let workspace = try StageWorkspace(
            [
                Self.net, Self.stage("plain", #""layer": "block2.0", "filters": [3, 1]"#),
                Self.stage("place", #""layer": "block2.0", "filters": [3], "target": "4,5""#),
                Self.stage("less", #""layer": "block2.0", "filters": [3], "negative": true"#),
                Self.stage("whole", #""layer": "block2.0", "target": "layer""#),
                Self.stage("scores", #""target": "class", "classes": [7, 0]"#),
                Self.stage("all", #""target": "class", "size": 32"#),
                Self.stage(
                    "sum",
                    #""terms": [{ "layer": "block2.0", "channel": 3, "position": "center" }, { "layer": "block1.0", "weight": -0.5 }, { "class": 2 }]"#
                ),
                Self.stage("several", #""layer": "block2.0", "filters": [3, 1], "variants": 2, "snapshots": [0, 6]"#),
            ].joined(separator: ",\n"))
        let expected = [
            "plain": ["block2.0:3", "block2.0:1"], "place": ["block2.0:3"], "less": ["-block2.0:3"],
            "whole": ["block2.0"], "scores": ["fc_layers.6:7", "fc_layers.6:0"],
            "all": (0..<10).map { "fc_layers.6:\($0)" },
            "sum": ["block2.0:3@center - 0.5*block1.0 + fc_layers.6:2"],
            "several": ["block2.0:3#1", "block2.0:3#2", "block2.0:1#1", "block2.0:1#2"],
        ]
        for (stage, names) in expected {
            let file = try workspace.open("\(stage)/images")
            #expect(try Self.units(file) == names, "\(stage)")
            #expect(try file.dataset("/objective").shape == [names.count, 6])
            #expect(try file.dataset("/image").shape == [names.count, 3, 32, 32])
        }
        let several = try workspace.open("several/images")
        #expect(try several.dataset("/snapshots").shape == [4, 2, 3, 32, 32])
        let images = try several.dataset("/image").readTensor()
        #expect(images.row(0) != images.row(1))
        #expect(try several.dataset("/diversity_scale").shape == [4])
        let charge = try several.dataset("/charge").readTensor()
        // That of both images together.
        #expect(charge.shape == [4, 6] && charge[0, 5] > 0 && charge[0, 5] == charge[1, 5])
        #expect(try workspace.bytes("several/pictures/block2.0-3-2.png").count > 100)
        #expect(try workspace.bytes("several/pictures/block2.0-3-2-steps.png").count > 100)
        #expect(try workspace.bytes("sum/pictures/terms.png").count > 100)
    }

    @Test func `snapshots that a run did not reach are NaN`() throws {
        let workspace = try StageWorkspace(
            [
                Self.net,
                Self.stage(
                    "broken",
                    #""terms": [{ "layer": "block2.0", "weight": 3e38 }, { "layer": "block1.0", "weight": 3e38 }], "snapshots": [4, 0, 4]"#
                ),
            ].joined(separator: ",\n"))
        let file = try workspace.open("broken/images")
        #expect(try file.dataset("/outcome").readStrings() == ["nan"])
        #expect(try file.dataset("/snapshot_iterations").read(Int.self) == [0, 4])
        let snapshots = try file.dataset("/snapshots").readTensor()
        #expect(snapshots.shape == [1, 2, 3, 32, 32])
        let images = snapshots.row(0)
        #expect(images.row(0).isFinite && images.row(1).scalars.allSatisfy(\.isNaN))
    }

    @Test func `what would change nothing is refused`() throws {
        let workspace = try StageWorkspace(
            unrun: """
                "gray": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 4, "color": "gray", "resize": 28 } },
                "net": { "stage": "model.load", "parameters": { "architecture": "mnist-cnn" } },
                "it": { "stage": "filters.maximize", "inputs": { "model": "net", "dataset": "gray" }, "parameters": { "layer": "block1.0" } }
                """)
        do {
            try workspace.plan().check()
            Issue.record("no mistake is found")
        } catch {
            #expect("\(error)".contains("the network takes gray images, which have no colours to mix"), "\(error)")
        }
    }

    @Test func `a list without units is refused`() throws {
        // A first convolution reads the image itself, so nothing stands upstream.
        let workspace = try StageWorkspace(
            unrun: """
                \(Self.net),
                "rank": { "stage": "circuit.rank", "inputs": { "model": "net" }, "parameters": { "layer": "block1.0", "filter": 0 } },
                \(Self.stage("it", #""size": 32"#, units: "rank.upstream"))
                """)
        let failures = try workspace.run().failures.joined()
        #expect(failures.contains("it names no units"), "\(failures)")
        #expect(failures.contains("change the stage it comes from, or name 'layer' instead"), "\(failures)")
    }

    @Test func `layers keep their own size, and a unit's image does not depend on its company`() throws {
        let network = """
            { "name": "wide", "input": [3, 160, 160], "layers": [
              { "name": "near", "kind": "convolution", "in_channels": 3, "out_channels": 4, "kernel": 8, "stride": 8 },
              { "name": "relu", "kind": "relu" },
              { "name": "far", "kind": "convolution", "in_channels": 4, "out_channels": 5, "kernel": 18 } ] }
            """
        let workspace = try StageWorkspace(
            """
            "net": { "stage": "model.load", "parameters": { "architecture": "wide.json" } },
            "rank": { "stage": "circuit.rank", "inputs": { "model": "net" }, "parameters": { "layer": "far", "filter": 2 } },
            \(Self.stage("both", #""terms": [{ "layer": "near", "channel": 1 }, { "layer": "far", "channel": 2 }]"#)),
            \(Self.stage("near", #""layer": "near", "filters": [1, 2]"#)),
            \(Self.stage("listed", "\"size\": 160", units: "rank.upstream"))
            """, files: ["wide.json": network])
        #expect(try workspace.open("near/images").dataset("/image").shape == [2, 3, 128, 128])
        #expect(try workspace.open("both/images").dataset("/image").shape == [1, 3, 144, 144])
        #expect(try workspace.open("near/images").dataset("/size").read(Int.self) == [128, 128, 128, 128])
        #expect(try workspace.open("listed/images").dataset("/image").shape == [4, 3, 160, 160])
    }

    @Test func `images of several layers stand in one array`() throws {
        // Channels with a negative weight are dead, near and far; far units see 137 pixels.
        let network = """
            { "name": "wide", "input": [3, 160, 160], "layers": [
              { "name": "a", "kind": "convolution", "in_channels": 3, "out_channels": 6, "kernel": 1, "stride": 8, "groups": 3, "bias": false },
              { "name": "near", "kind": "relu" },
              { "name": "pool", "kind": "max_pooling", "kernel": 18, "stride": 1 },
              { "name": "b", "kind": "convolution", "in_channels": 6, "out_channels": 6, "kernel": 1, "groups": 6, "bias": false },
              { "name": "far", "kind": "relu" } ] }
            """
        let workspace = try StageWorkspace(
            """
            "images": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 8, "resize": 160 } },
            "net": { "stage": "model.load", "parameters": { "architecture": "wide.json", "input": "unit" } },
            "activity": { "stage": "activations.units", "inputs": { "model": "net", "dataset": "images" }, "parameters": { "layers": ["near", "far"] } },
            \(Self.stage("dead", #""snapshots": [3]"#, units: "activity.dead"))
            """, files: ["wide.json": network])
        let file = try workspace.open("dead/images")
        let (names, sizes) = (try Self.units(file), try file.dataset("/size").read(Int.self))
        let images = try file.dataset("/image").readTensor()
        #expect(images.shape == [names.count, 3, 144, 144])
        #expect(try file.dataset("/snapshots").shape == [names.count, 1, 3, 144, 144])
        #expect(Set(names.map { $0.prefix(3) }) == ["nea", "far"])
        for (index, name) in names.enumerated() {
            let side = name.hasPrefix("near") ? 128 : 144
            #expect(sizes[2 * index] == side && sizes[2 * index + 1] == side)
            for (row, column) in [(0, 0), (127, 127), (127, 128), (128, 127), (143, 143)] {
                let value = images[index, 2, row, column]
                #expect(max(row, column) < side ? (0...1).contains(value) : value.isNaN)
            }
        }
    }

    @Test func `transforms in a list are those of the same name`() throws {
        let list = #"[{ "pad": 1 }, { "jitter": 2 }, { "scale": [0.9, 1.1] }, { "rotate": [-5, 5] }, { "blur": 0.5 }]"#
        let workspace = try StageWorkspace(
            [
                Self.net, Self.stage("none", #""layer": "block2.0", "filters": [3], "transforms": "none""#),
                Self.stage("empty", #""layer": "block2.0", "filters": [3], "transforms": []"#),
                Self.stage("list", #""layer": "block2.0", "filters": [3], "transforms": \#(list)"#),
            ].joined(separator: ",\n"))
        let images = try ["none", "empty", "list"].map {
            try workspace.open("\($0)/images").dataset("/image").readTensor()
        }
        #expect(images[0] == images[1] && images[0] != images[2])
    }

    @Test func `both runs of a unit that says little are written down`() throws {
        let parameters = #""layer": "block2.1", "filters": [0, 1], "learning_rate": 1e-5"#
        let workspace = try StageWorkspace(
            [
                Self.net, Self.stage("twice", parameters), Self.stage("once", parameters + #", "attempts": 1"#),
            ].joined(separator: ",\n"))
        let (twice, once) = (try workspace.open("twice/images"), try workspace.open("once/images"))
        // Nothing moves in six steps of this size: the first start is gray, the larger one is not.
        #expect(try once.dataset("/outcome").readStrings() == ["grey", "grey"])
        #expect(try twice.dataset("/attempts/unit").readStrings() == ["0", "0", "1", "1"].map { "block2.1:\($0)" })
        #expect(try twice.dataset("/attempts/objective").shape == [4, 6])
        #expect(try once.dataset("/attempts/kept").read(Int.self) == [1, 1])
        let outcomes = try twice.dataset("/attempts/outcome").readStrings()
        let kept = try twice.dataset("/attempts/kept").read(Int.self)
        #expect(outcomes[0] == "grey" && outcomes[2] == "grey")
        #expect(
            try twice.dataset("/outcome").readStrings()
                == (0..<2).map { outcomes[2 * $0 + (kept[2 * $0] == 1 ? 0 : 1)] })
    }
}
