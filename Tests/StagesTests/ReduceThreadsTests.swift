import Pipeline
import Testing

/// The bytes of every reduction.
@Suite struct ReduceThreadsTests {
    private static let stages = """
        "images": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 700, "seed": 2 } },
        "pca": { "stage": "reduce.pca", "inputs": { "points": "images" }, "parameters": { "dimensions": 30 } },
        "tsne": { "stage": "reduce.tsne", "inputs": { "points": "pca", "others": "pca" }, "parameters": { "iterations": 40, "snapshot_every": 25 } },
        "umap": { "stage": "reduce.umap", "inputs": { "points": "pca", "others": "pca" }, "parameters": { "epochs": 20, "metric": "cosine" } },
        "code": { "stage": "reduce.autoencoder", "inputs": { "points": ["pca", "umap"] }, "parameters": { "hidden": [20], "epochs": 2 } },
        "near": { "stage": "reduce.neighbors", "inputs": { "points": "pca", "images": "images" } },
        "quality": { "stage": "reduce.quality", "inputs": { "points": "pca", "embeddings": ["tsne", "umap", "code"] } }
        """

    @Test func `are the same for any number of threads`() throws {
        let one = try StageWorkspace(unrun: Self.stages)
        #expect(try one.run(threads: 1).state == .finished)
        let expected = try one.contents()
        #expect(expected.count > 15)
        for threads in [2, 3, 5, 8] {
            let many = try StageWorkspace(unrun: Self.stages)
            #expect(try many.run(threads: threads).state == .finished)
            #expect(try many.contents() == expected, "\(threads) threads")
        }
    }
}
