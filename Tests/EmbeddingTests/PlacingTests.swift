import Embedding
import Tensors
import Testing

/// New points in finished t-SNE maps.
@Suite struct PlacingTests {
    @Test(arguments: [2, 3]) func `new points come to their cluster, whatever is placed with them`(dimensions: Int)
        throws
    {
        let all = clusteredPoints(samples: 360, features: 6, clusters: 4, seed: 4)
        let (points, others) = (all.rows(0..<320), all.rows(320..<360))
        var tsne = TSNE()
        (tsne.dimensions, tsne.perplexity) = (dimensions, 15)
        let map = try tsne.embed(points, threads: 2).positions
        let placed = try tsne.place(others, in: map, of: points, threads: 3)
        #expect(placed.shape == [40, dimensions] && placed.isFinite)
        #expect(try tsne.place(others.rows(11..<20), in: map, of: points) == placed.rows(11..<20))
        let near = try exactNeighbors(of: placed, in: map, count: 5)
        for row in 0..<40 {
            let clusters = near.indices[row * 5..<row * 5 + 5].map { Int($0) % 4 }
            #expect(clusters.allSatisfy { $0 == (row + 320) % 4 }, "row \(row)")
        }
    }

    @Test func `points of the map come near where they stand`() throws {
        let points = clusteredPoints(samples: 300, features: 6, clusters: 3, seed: 6)
        var tsne = TSNE()
        tsne.perplexity = 15
        let map = try tsne.embed(points, threads: 2).positions
        let placed = try tsne.place(points, in: map, of: points, threads: 2)
        let span = (0..<300).map { map[$0, 0] }.max()! - (0..<300).map { map[$0, 0] }.min()!
        let distances = (0..<300).map { (placed.row($0) - map.row($0)).norm }.sorted()
        #expect(distances[150] < Double(span) / 20, "\(distances[150]) of \(span)")
    }

    @Test func `wrong input is named`() {
        let map = Tensor(shape: [4, 2], [0, 0, 1, 1, 2, 2, 3, 3])
        #expect(throws: EmbeddingError.featuresDiffer(3, expected: 2)) {
            try TSNE().place(Tensor(shape: [1, 3]), in: map, of: map)
        }
        #expect(throws: EmbeddingError.tooFewSamples(2, needed: 3, because: "placing others")) {
            try TSNE().place(Tensor(shape: [1, 2]), in: map.rows(0..<2), of: map.rows(0..<2))
        }
    }
}
