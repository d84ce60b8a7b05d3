import Embedding
import Foundation
import Tensors
import Testing

@Suite struct UMAPTests {
    /// What Scripts/golden/umap_graph.py wrote.
    private struct Golden: Decodable {
        struct Curve: Decodable {
            let minimum, spread, a, b: Double
        }
        let points: GoldenValues.Matrix
        let neighborhood: Int
        let nearest: [Double]
        let widths: [Double]
        let graph: GoldenValues.Matrix
        let modes: GoldenValues.Matrix
        let curves: [Curve]
    }

    private static let golden: Golden = {
        let url = Bundle.module.url(forResource: "Golden/umap", withExtension: "json")!
        return try! JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
    }()

    @Test func `widths and the graph equal umap-learn's`() throws {
        let golden = Self.golden
        let table = try exactNeighbors(of: golden.points.tensor, count: golden.neighborhood - 1)
        let memberships = Memberships(table, isOwn: true, threads: 2)
        for row in 0..<table.samples {
            #expect(abs(memberships.nearest[row] - golden.nearest[row]) < 1e-6)
            // The reference stops where the sum is 1e-5 off.
            #expect(abs(memberships.widths[row] / golden.widths[row] - 1) < 1e-4, "row \(row)")
        }
        let graph = FuzzyGraph(neighbors: table, threads: 2)
        #expect(graph == FuzzyGraph(neighbors: table))
        var dense = [Double](repeating: 0, count: 8100)
        for row in 0..<90 {
            for place in Int(graph.rowStarts[row])..<Int(graph.rowStarts[row + 1]) {
                dense[row * 90 + Int(graph.columns[place])] = graph.weights[place]
            }
        }
        for (ours, theirs) in zip(dense, golden.graph.values) { #expect(abs(ours - theirs) < 1e-4) }
    }

    @Test func `curves equal umap-learn's`() {
        for curve in Self.golden.curves {
            let own = UMAPCurve(minimumDistance: curve.minimum, spread: curve.spread)
            #expect(abs(own.a / curve.a - 1) < 1e-5 && abs(own.b / curve.b - 1) < 1e-5, "\(curve): \(own)")
        }
    }

    @Test func `the start is the graph's slowest modes`() throws {
        let golden = Self.golden
        var umap = UMAP()
        (umap.dimensions, umap.neighborhood) = (3, golden.neighborhood)
        let points = golden.points.tensor
        let start = try umap.start(for: points, graph: umap.graph(of: points), threads: 3)
        for axis in 0..<3 {
            let mode = golden.modes.values[axis * 90..<(axis + 1) * 90]
            let coordinate = (0..<90).map { Double(start[$0, axis]) }
            #expect(abs(abs(correlation(coordinate, Array(mode))) - 1) < 1e-5, "axis \(axis)")
            #expect(coordinate.min() == 0 && coordinate.max() == 10)
        }
    }

    @Test func `a graph in pieces starts from the components`() throws {
        let points = clusteredPoints(samples: 200, features: 8, clusters: 4, seed: 3)
        let start = try UMAP().start(for: points, graph: UMAP().graph(of: points))
        let scores = try PCA.fit(points, components: 2).transform(points)
        for axis in 0..<2 {
            let expected = (0..<200).map { Double(scores[$0, axis]) }
            #expect(correlation((0..<200).map { Double(start[$0, axis]) }, expected) > 0.999)
        }
    }

    private func correlation(_ first: [Double], _ second: [Double]) -> Double {
        let count = Double(first.count)
        let (a, b) = (first.reduce(0, +) / count, second.reduce(0, +) / count)
        var (ab, aa, bb) = (0.0, 0.0, 0.0)
        for (x, y) in zip(first, second) {
            ab += (x - a) * (y - b)
            aa += (x - a) * (x - a)
            bb += (y - b) * (y - b)
        }
        return ab / (aa * bb).squareRoot()
    }

    @Test(arguments: [1, 2, 3, 5]) func `clusters stay together`(dimensions: Int) throws {
        var umap = UMAP()
        umap.dimensions = dimensions
        let map = try umap.embed(clusteredPoints(samples: 300, features: 12, clusters: 5, seed: 1), threads: 2)
        #expect(map.shape == [300, dimensions] && map.isFinite)
        let table = try exactNeighbors(of: map, count: 10)
        #expect(neighborAccuracy(table, labels: (0..<300).map { $0 % 5 }, count: 10) > 0.99)
    }

    @Test func `threads change no bit, another seed does`() throws {
        let points = clusteredPoints(samples: 1200, features: 6, clusters: 3, seed: 2)
        var umap = UMAP()
        (umap.epochs, umap.neighborhood) = (40, 10)
        let one = try umap.embed(points)
        let others = points.rows(0..<50).map { $0 + 0.1 }
        let placed = try umap.place(others, in: one, of: points)
        for threads in [2, 3, 5, 8] {
            #expect(try umap.embed(points, threads: threads) == one)
            #expect(try umap.place(others, in: one, of: points, threads: threads) == placed)
        }
        umap.seed = 1
        #expect(try umap.embed(points) != one)
    }

    @Test func `where a new point comes does not depend on the others`() throws {
        let points = clusteredPoints(samples: 400, features: 5, clusters: 4, seed: 4)
        let others = clusteredPoints(samples: 444, features: 5, clusters: 4, seed: 4).rows(400..<444)
        let map = try UMAP().embed(points, threads: 2)
        let all = try UMAP().place(others, in: map, of: points, threads: 2)
        #expect(try UMAP().place(others.rows(7..<19), in: map, of: points) == all.rows(7..<19))
        let near = try exactNeighbors(of: all, in: map, count: 5)
        for (row, cluster) in (0..<44).map({ ($0, ($0 + 400) % 4) }) {
            let clusters = near.indices[row * 5..<row * 5 + 5].map { Int($0) % 4 }
            #expect(clusters.allSatisfy { $0 == cluster }, "row \(row)")
        }
    }

    @Test func `equal points, constant columns, few points and a single feature give a map`() throws {
        var doubled = clusteredPoints(samples: 60, features: 4, clusters: 3, seed: 5)
        for row in 0..<60 { doubled[row, 1] = 0 }
        doubled.withUnsafeMutableBufferPointer { buffer in
            for place in 0..<120 { buffer[120 + place] = buffer[place] }
        }
        let line = Tensor(shape: [60, 1], (0..<60).map { Float($0 * $0) })
        for points in [Tensor(shape: [60, 4], repeating: 2), doubled, line] {
            let map = try UMAP().embed(points)
            #expect(map.isFinite)
            #expect(Set((0..<60).map { SIMD2(map[$0, 0], map[$0, 1]) }).count == 60)
        }
        for samples in [2, 3, 4] {
            var umap = UMAP()
            umap.neighborhood = 2
            #expect(try umap.embed(clusteredPoints(samples: samples, features: 3, clusters: 1, seed: 1)).isFinite)
        }
    }

    @Test func `wrong input is named`() throws {
        #expect(throws: EmbeddingError.tooFewSamples(14, needed: 15, because: "a neighbourhood of 15")) {
            try UMAP().embed(Tensor(shape: [14, 3]))
        }
        var points = clusteredPoints(samples: 30, features: 2, clusters: 2, seed: 1)
        #expect(throws: EmbeddingError.featuresDiffer(3, expected: 2)) {
            try UMAP().place(Tensor(shape: [4, 3]), in: Tensor(shape: [30, 2]), of: points)
        }
        points[7, 1] = .nan
        #expect(throws: EmbeddingError.self) { try UMAP().embed(points) }
        var umap = UMAP()
        umap.minimumDistance = 1.5
        #expect(throws: EmbeddingError.outOfRange(parameter: "min_dist", value: "1.5", range: "0...1")) {
            try umap.validate(samples: 100)
        }
    }
}
