import Embedding
import TestSupport
import Tensors
import Testing

@Suite struct NeighborTests {
    @Test(arguments: [Metric.euclidean, .cosine]) func `neighbours equal scikit-learn's`(metric: Metric) throws {
        let golden = GoldenValues.shared.neighbors
        let expected = metric == .euclidean ? golden.euclidean : golden.cosine
        let table = try exactNeighbors(of: golden.points.tensor, count: golden.count, metric: metric)
        #expect(table.indices == expected.indices)
        for (ours, theirs) in zip(table.distances, expected.distances) {
            // The golden file has 10 digits; cosine distances come from rows rounded to 32 bits, so 6e-8 of 1.
            #expect(abs(ours - theirs) <= (metric == .euclidean ? 1e-9 * theirs : 2e-7))
        }
    }

    @Test(arguments: [1, 2, 3]) func `every pair is compared`(seed: Int) throws {
        // More than one tile, a last tile of odd size, features not a multiple of any vector.
        let points = clusteredPoints(samples: 1237, features: 19, clusters: 11, seed: seed)
        let table = try exactNeighbors(of: points, count: 30, threads: 3)
        for row in stride(from: 0, to: 1237, by: 41) {
            let expected = bruteForce(points, row: row, count: 30)
            #expect(Array(table.indices[row * 30..<row * 30 + 30]) == expected.map(\.index), "row \(row)")
            #expect(Array(table.distances[row * 30..<row * 30 + 30]) == expected.map(\.distance), "row \(row)")
        }
    }

    @Test func `equal distances rank by index, however many there are`() throws {
        // Whole-number points of 3 values per axis: each has hundreds of neighbours at one distance.
        let random = CounterRandom(seed: 5)
        let points = Tensor(shape: [900, 4], (0..<3600).map { Float(random.integer($0, below: 3)) })
        let table = try exactNeighbors(of: points, count: 12, threads: 2)
        for row in stride(from: 0, to: 900, by: 37) {
            let expected = bruteForce(points, row: row, count: 12)
            #expect(Array(table.indices[row * 12..<row * 12 + 12]) == expected.map(\.index), "row \(row)")
        }
    }

    @Test func `when all points are equal the neighbours are the first ones`() throws {
        let table = try exactNeighbors(of: Tensor(shape: [600, 3], repeating: 7), count: 2)
        #expect(table.indices[0..<6] == [1, 2, 0, 2, 0, 1])
        #expect(table.distances.allSatisfy { $0 == 0 })
    }

    @Test(arguments: [Float(1e-30), 1, 1e30]) func `units do not matter`(unit: Float) throws {
        let points = clusteredPoints(samples: 300, features: 5, clusters: 4, seed: 8)
        let scaled = try exactNeighbors(of: points * unit, count: 10)
        // Rounding the products can exchange only neighbours that are equally far to 7 digits.
        let same = zip(scaled.indices, try exactNeighbors(of: points, count: 10).indices).count { $0 == $1 }
        #expect(same >= 2990, "\(same) of 3000")
        #expect(scaled.distances.allSatisfy { $0.isFinite })
    }

    @Test func `a common offset does not hide distances`() throws {
        // Offset 4096 with steps of 1/8: sums are exact in 32 bits, products of uncentred values would not be.
        let random = CounterRandom(seed: 4)
        let near = Tensor(shape: [700, 6], (0..<4200).map { Float(random.integer($0, below: 1000)) / 8 })
        let table = try exactNeighbors(of: near.map { $0 + 4096 }, count: 15)
        #expect(table == (try exactNeighbors(of: near, count: 15)))
    }

    @Test(arguments: [2, 3, 5, 8]) func `threads change no bit`(threads: Int) throws {
        let points = clusteredPoints(samples: 1500, features: 33, clusters: 9, seed: 2)
        #expect(
            try exactNeighbors(of: points, count: 20, threads: threads) == exactNeighbors(of: points, count: 20))
    }

    @Test func `a query's neighbours do not depend on the other queries`() throws {
        let points = clusteredPoints(samples: 800, features: 12, clusters: 5, seed: 1)
        let queries = clusteredPoints(samples: 70, features: 12, clusters: 5, seed: 1).map { $0 + 0.01 }
        let all = try exactNeighbors(of: queries, in: points, count: 7)
        let some = try exactNeighbors(of: queries.rows(30..<41), in: points, count: 7)
        #expect(Array(all.indices[30 * 7..<41 * 7]) == some.indices)
        #expect(Array(all.distances[30 * 7..<41 * 7]) == some.distances)
        // Among the points themselves each is its own nearest.
        let own = try exactNeighbors(of: points.rows(0..<50), in: points, count: 1)
        #expect(own.indices == (0..<50).map { Int32($0) })
    }

    @Test func `rows of zeros are at a right angle to all others`() throws {
        let points = Tensor(shape: [4, 2], [0, 0, 1, 1, 0, 0, 2, 2.5])
        let table = try exactNeighbors(of: points, count: 3, metric: .cosine)
        #expect(table.indices == [2, 1, 3, 3, 0, 2, 0, 1, 3, 1, 0, 2])
        #expect(abs(table.distances[1] - 1) < 1e-7 && table.distances[0] == 0)
    }

    @Test func `wrong input is named`() {
        let points = Tensor(shape: [3, 2], [1, 2, 3, .nan, 5, 6])
        #expect { try exactNeighbors(of: points, count: 1) } throws: { error in
            "\(error)" == """
                sample 1, feature 1 is nan
                  fix: replace it, or leave the sample out; check the network that made it for overflow
                """
        }
        #expect(throws: EmbeddingError.tooManyNeighbors(3, available: 2)) {
            try exactNeighbors(of: Tensor(shape: [3, 2]), count: 3)
        }
        #expect(throws: EmbeddingError.tooManyNeighbors(1, available: 0)) {
            try exactNeighbors(of: Tensor(shape: [1, 2]), count: 1)
        }
        #expect(throws: EmbeddingError.outOfRange(parameter: "count", value: "0", range: "1 or more")) {
            try exactNeighbors(of: Tensor(shape: [3, 2]), count: 0)
        }
        #expect(throws: EmbeddingError.notPoints(shape: [3, 0])) {
            try exactNeighbors(of: Tensor(shape: [3, 0]), count: 1)
        }
        #expect(throws: EmbeddingError.notPoints(shape: [3])) { try exactNeighbors(of: Tensor(shape: [3]), count: 1) }
        #expect(throws: EmbeddingError.featuresDiffer(2, expected: 3)) {
            try exactNeighbors(of: Tensor(shape: [3, 2]), in: Tensor(shape: [3, 3]), count: 1)
        }
    }

    private func bruteForce(_ points: Tensor, row: Int, count: Int) -> [(index: Int32, distance: Double)] {
        let features = points.shape[1]
        let scalars = points.scalars
        return (0..<points.shape[0]).filter { $0 != row }.map { other in
            // The same 16 partial sums as the library's, so that distances can be compared without tolerance.
            var lanes = [Double](repeating: 0, count: 16)
            for feature in 0..<features {
                let difference = Double(scalars[row * features + feature]) - Double(scalars[other * features + feature])
                lanes[feature % 16] += difference * difference
            }
            for half in [8, 4, 2, 1] { for lane in 0..<half { lanes[lane] += lanes[lane + half] } }
            return (Int32(other), lanes[0].squareRoot())
        }
        .sorted { ($0.distance, $0.index) < ($1.distance, $1.index) }
        .prefix(count).map { $0 }
    }
}
