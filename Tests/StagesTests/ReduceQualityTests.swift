import Embedding
import HDF5Files
import TestSupport
import Tensors
import Testing

/// `reduce.quality` and `reduce.neighbors` against the measures applied to what is in the files.
@Suite struct ReduceQualityTests {
    private static let maps = """
        "images": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 120, "seed": 2 } },
        "pca": { "stage": "reduce.pca", "inputs": { "points": "images" }, "parameters": { "dimensions": 20 } },
        "line": { "stage": "reduce.pca", "inputs": { "points": "pca" } },
        "map": { "stage": "reduce.tsne", "inputs": { "points": "pca" }, "parameters": { "perplexity": 8, "iterations": 100 } }
        """

    @Test func `maps side by side have the numbers of each`() throws {
        let workspace = try StageWorkspace(
            Self.maps + """
                , "quality": {
                  "stage": "reduce.quality", "inputs": { "points": "pca", "embeddings": ["line", "map", "pca"] },
                  "parameters": { "perplexity": 8, "neighbors": [5, 40], "trusted": 3, "triplets": 7, "seed": 4 }
                }
                """)
        let (pca, quality) = (try workspace.open("pca/embedding"), try workspace.open("quality/quality"))
        let points = try pca.dataset("/embedding").readTensor()
        let labels = try pca.dataset("/labels").read(Int.self)
        let table = try exactNeighbors(of: points, count: 40)
        let affinities = try SparseAffinities(neighbors: table.prefix(24), perplexity: 8)
        #expect(try quality.dataset("/embedding_names").readStrings() == ["line", "map", "pca"])
        #expect(try quality.dataset("/neighbors").read(Int.self) == [5, 40])
        for (row, name) in ["line", "map", "pca"].enumerated() {
            let map = try workspace.open("\(name)/embedding").dataset("/embedding").readTensor()
            let near = try exactNeighbors(of: map, count: 40)
            #expect(
                try quality.dataset("/kl_divergence").read(Double.self)[row]
                    == klDivergence(of: map, affinities: affinities))
            #expect(
                Array(try quality.dataset("/overlap").read(Double.self)[2 * row..<2 * row + 2])
                    == [5, 40].map { neighborOverlap(table, near, count: $0) })
            #expect(
                Array(try quality.dataset("/label_accuracy").read(Double.self)[2 * row..<2 * row + 2])
                    == [1, 10].map { neighborAccuracy(near, labels: labels, count: $0) })
            #expect(
                try quality.dataset("/trustworthiness").read(Double.self)[row]
                    == trustworthiness(of: map, points: points, count: 3))
            #expect(
                try quality.dataset("/triplet_accuracy").read(Double.self)[row]
                    == tripletAccuracy(of: map, points: points, perSample: 7, seed: 4))
        }
        #expect(try Array(quality.dataset("/overlap").read(Double.self)[4...]) == [1, 1])
        #expect(
            try quality.dataset("/point_label_accuracy").read(Double.self)
                == [1, 10].map { neighborAccuracy(table, labels: labels, count: $0) })
    }

    @Test func `the map of a run is judged as the run says`() throws {
        let workspace = try StageWorkspace(
            Self.maps + """
                , "quality": {
                  "stage": "reduce.quality", "inputs": { "points": "pca", "embeddings": "map" },
                  "parameters": { "perplexity": 8, "neighbors": [10] }
                }
                """)
        let attribute = try workspace.open("map/embedding").attribute("kl_divergence")
        let judged = try workspace.open("quality/quality").dataset("/kl_divergence").read(Double.self)
        #expect(attribute == .number(judged[0]))
    }

    @Test func `what cannot be judged is refused before anything runs`() throws {
        let workspace = try StageWorkspace(
            unrun: Self.maps + """
                , "few": { "stage": "reduce.pca", "inputs": { "points": "images" }, "parameters": { "limit": 60 } },
                "a": { "stage": "reduce.quality", "inputs": { "points": "pca", "embeddings": "map" } },
                "b": {
                  "stage": "reduce.quality", "inputs": { "points": "pca", "embeddings": ["map", "few"] },
                  "parameters": { "neighbors": [10], "perplexity": 50 }
                },
                "c": {
                  "stage": "reduce.quality", "inputs": { "points": "pca", "embeddings": "map" },
                  "parameters": { "neighbors": [10, 10], "trusted": 60 }
                },
                "d": {
                  "stage": "reduce.neighbors", "inputs": { "points": "pca" }, "parameters": { "neighbors": 120, "samples": [3, 120] }
                }
                """)
        #expect { try workspace.plan() } throws: { error in
            let text = "\(error)"
            return [
                "stages.a.parameters.neighbors: 'neighbors' is 150, outside 1...119 for 120 samples",
                "stages.b.parameters.perplexity: 120 samples, but perplexity 50 needs at least 151",
                "stages.b.inputs.embeddings: a map of 60 samples cannot be judged by 120 points",
                "stages.c.parameters.neighbors[1]: 10 stands there twice",
                "stages.d.parameters.neighbors: 120 neighbours asked, but there are 119 other points",
                "stages.d.parameters.samples[1]: there is no sample 120 among 120",
            ].allSatisfy { text.contains($0) }
        }
    }

    @Test(arguments: ["euclidean", "cosine"]) func `neighbours are those of the points, and are drawn`(metric: String)
        throws
    {
        let workspace = try StageWorkspace(
            Self.maps + """
                , "near": {
                  "stage": "reduce.neighbors", "inputs": { "points": "pca", "images": "images" },
                  "parameters": { "neighbors": 6, "metric": "\(metric)", "samples": [7] }
                },
                "bare": { "stage": "reduce.neighbors", "inputs": { "points": "pca" } }
                """)
        let points = try workspace.open("pca/embedding").dataset("/embedding").readTensor()
        let table = try exactNeighbors(of: points, count: 6, metric: Metric(rawValue: metric)!)
        let near = try workspace.open("near/embedding")
        #expect(try near.dataset("/indices").shape == [120, 6])
        #expect(try near.dataset("/indices").read(Int.self) == table.indices.map(Int.init))
        #expect(try near.dataset("/distances").read(Double.self) == table.distances)
        #expect(try workspace.bytes("near/picture.png").count > 1000)
        #expect(throws: (any Error).self) { try workspace.bytes("bare/picture.png") }
    }
}
