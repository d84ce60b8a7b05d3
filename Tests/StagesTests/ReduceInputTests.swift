import Embedding
import HDF5Files
import TestSupport
import Tensors
import Testing

/// What reductions take as points: several layers and sources side by side, pooled maps, and points placed afterwards.
@Suite struct ReduceInputTests {
    private static let road = """
        "images": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 80, "seed": 2 } },
        "more": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 30, "seed": 3 } },
        "net": { "stage": "model.load", "parameters": { "architecture": "cifar10-cnn", "seed": 1 } },
        "all": {
          "stage": "activations.extract", "inputs": { "model": "net", "dataset": "images" },
          "parameters": { "layers": ["block2.3", "fc_layers.1", "fc_layers.4"] }
        },
        "few": {
          "stage": "activations.extract", "inputs": { "model": "net", "dataset": "more" },
          "parameters": { "layers": ["block2.3", "fc_layers.1", "fc_layers.4"] }
        }
        """

    @Test(arguments: [("mean", true), ("max", true), ("none", false)])
    func `layers stand side by side, maps pooled or flattened`(pool: String, isPooled: Bool) throws {
        let workspace = try StageWorkspace(
            Self.road + """
                , "pca": {
                  "stage": "reduce.pca", "inputs": { "points": ["all", "images"] },
                  "parameters": { "layers": ["fc_layers.4", "block2.3"], "pool": "\(pool)", "dimensions": 5 }
                }
                """)
        let (all, pca) = (try workspace.open("all/activations"), try workspace.open("pca/embedding"))
        let (dense, maps) = (
            try all.dataset("/fc_layers.4").readTensor(), try all.dataset("/block2.3").readTensor()
        )
        let area = maps.shape[2] * maps.shape[3]
        var expected = (0..<dense.shape[1]).map { unit in (0..<80).reduce(0.0) { $0 + Double(dense[$1, unit]) } / 80 }
        let scalars = maps.scalars
        let size = isPooled ? 1 : area
        for feature in 0..<maps.shape[1] * size {
            expected.append(
                (0..<80).reduce(0.0) { sum, sample in
                    let first = sample * maps.shape[1] * area + feature * area / size
                    let map = scalars[first..<first + area / size]
                    switch pool {
                    case "mean": return sum + map.reduce(0.0) { $0 + Double($1) } / Double(area) / 80
                    case "max": return sum + Double(map.max()!) / 80
                    default: return sum + Double(map.first!) / 80
                    }
                })
        }
        let mean = try pca.dataset("/mean").readTensor().scalars
        #expect(mean.count == expected.count + 3072)
        for (ours, theirs) in zip(mean, expected) { #expect(abs(Double(ours) - theirs) < 1e-5) }
        #expect(try pca.dataset("/labels").read(Int.self) == all.dataset("/labels").read(Int.self))
        #expect(try pca.dataset("/sample_ids").readStrings() == all.dataset("/sample_ids").readStrings())
    }

    @Test(arguments: [
        ("reduce.pca", ""), ("reduce.tsne", #", "perplexity": 10, "iterations": 60"#),
        ("reduce.umap", #", "epochs": 30"#),
        ("reduce.autoencoder", #", "epochs": 2, "hidden": [16]"#),
    ])
    func `other points are placed beside a map`(stage: String, parameters: String) throws {
        let workspace = try StageWorkspace(
            Self.road + """
                , "map": {
                  "stage": "\(stage)", "inputs": { "points": "all", "others": "few" },
                  "parameters": { "layer": "fc_layers.4"\(parameters) }
                },
                "next": { "stage": "reduce.pca", "inputs": { "points": "map.placed" } }
                """)
        let placed = try workspace.open("map/placed")
        #expect(try placed.dataset("/embedding").shape == [30, 2])
        #expect(try placed.dataset("/embedding").readTensor().isFinite)
        #expect(
            try placed.dataset("/sample_ids").readStrings()
                == workspace.open("few/activations").dataset("/sample_ids").readStrings())
        #expect(try workspace.open("map/embedding").dataset("/embedding").shape == [80, 2])
    }

    @Test func `what does not fit is refused before anything runs`() throws {
        let workspace = try StageWorkspace(
            unrun: Self.road + """
                , "a": { "stage": "reduce.pca", "inputs": { "points": ["all", "few"] }, "parameters": { "layer": "fc_layers.4" } },
                "b": { "stage": "reduce.pca", "inputs": { "points": "all" }, "parameters": { "layers": ["fc_layers.4", "fc_layers.5"] } },
                "c": { "stage": "reduce.pca", "inputs": { "points": "all" }, "parameters": { "layers": ["fc_layers.4"], "layer": "fc_layers.1" } },
                "d": { "stage": "reduce.umap", "inputs": { "points": "images", "others": "few" }, "parameters": { "pool": "max", "layer": "fc_layers.4" } },
                "e": { "stage": "reduce.umap", "inputs": { "points": "images" }, "parameters": { "n_neighbors": 81, "pool": "max" } },
                "f": { "stage": "reduce.umap", "inputs": { "points": "images" }, "parameters": { "min_dist": 2 } },
                "g": { "stage": "reduce.pca", "inputs": { "points": "all" }, "parameters": { "layers": ["fc_layers.4", "fc_layers.4"] } },
                "h": { "stage": "reduce.pca", "inputs": { "points": "all" }, "parameters": { "layers": [] } }
                """)
        #expect { try workspace.plan() } throws: { error in
            let text = "\(error)"
            let missing = [
                "stages.a.inputs.points: 80 samples cannot stand beside 30",
                "stages.b.parameters.layers[1]: the activations hold no layer 'fc_layers.5'; did you mean",
                "stages.c.parameters.layers: stands beside 'layer'",
                "stages.d.parameters.layer: images have no layers",
                "stages.d.inputs.others: 32 features cannot be placed among points of 3072",
                "stages.e.parameters.n_neighbors: 80 samples, but a neighbourhood of 81 needs at least 81",
                "stages.e.parameters.pool: images have no layers",
                "stages.f.parameters.min_dist: 2.0 is more than 'spread', 1.0",
                "stages.g.parameters.layers[1]: 'fc_layers.4' stands there twice",
                "stages.h.parameters.layers: names no layer",
            ].filter { !text.contains($0) }
            #expect(missing == [], "\(text)")
            return true
        }
    }

    @Test func `snapshots show the map on its way`() throws {
        let workspace = try StageWorkspace(
            Self.road + """
                , "map": {
                  "stage": "reduce.tsne", "inputs": { "points": "images" },
                  "parameters": { "perplexity": 10, "iterations": 50, "snapshot_every": 20 }
                }
                """)
        let map = try workspace.open("map/embedding")
        #expect(try map.dataset("/snapshot_iterations").read(Int.self) == [0, 20, 40, 50])
        let snapshots = try map.dataset("/snapshots").readTensor()
        #expect(snapshots.shape == [4, 80, 2])
        #expect(try snapshots.row(3) == map.dataset("/embedding").readTensor())
        #expect(snapshots.row(1) != snapshots.row(2))
    }

    @Test func `points read block by block have the components of all at once`() throws {
        let workspace = try StageWorkspace(
            """
            "images": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 5000, "seed": 2 } },
            "line": { "stage": "reduce.pca", "inputs": { "points": "images" }, "parameters": { "dimensions": 40 } },
            "pca": { "stage": "reduce.pca", "inputs": { "points": ["line", "line"] }, "parameters": { "dimensions": 3, "whiten": true } }
            """)
        let (line, pca) = (try workspace.open("line/embedding"), try workspace.open("pca/embedding"))
        let half = try line.dataset("/embedding").readTensor()
        let points = Tensor(uninitialized: [5000, 80]) { target in
            for row in 0..<5000 { for column in 0..<80 { target[row * 80 + column] = half[row, column % 40] } }
        }
        let expected = try PCA.fit(points, components: 3)
        #expect(try pca.dataset("/embedding").readTensor() == expected.transform(points, whiten: true))
        #expect(try pca.dataset("/components").readTensor() == expected.components)
        #expect(try pca.dataset("/explained_variance").read(Double.self) == expected.explainedVariance)
    }
}
