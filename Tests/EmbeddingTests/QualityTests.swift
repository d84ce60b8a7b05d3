import Embedding
import Tensors
import Testing

@Suite struct QualityTests {
    @Test(arguments: ["components", "unrelated"]) func `measures equal scikit-learn's`(name: String) throws {
        let golden = GoldenValues.shared.quality
        let map = golden.maps[name]!
        let points = golden.points.tensor
        for (count, expected) in map.trustworthiness {
            let value = try trustworthiness(
                of: map.positions.tensor, points: points, count: Int(count)!, threads: 2)
            #expect(abs(value - expected) < 1e-9, "k = \(count)")
        }
        let near = try exactNeighbors(of: points, count: 15)
        let close = try exactNeighbors(of: map.positions.tensor, count: 15)
        for (count, expected) in map.overlap {
            #expect(abs(neighborOverlap(near, close, count: Int(count)!) - expected) < 1e-9, "k = \(count)")
        }
        for (count, expected) in map.accuracy {
            let value = neighborAccuracy(close, labels: golden.labels, count: Int(count)!)
            #expect(abs(value - expected) < 1e-9, "k = \(count)")
        }
    }

    @Test func `a map that is the points is perfect`() throws {
        let points = clusteredPoints(samples: 300, features: 2, clusters: 4, seed: 1)
        #expect(try trustworthiness(of: points, points: points) == 1)
        let table = try exactNeighbors(of: points, count: 10)
        #expect(neighborOverlap(table, table, count: 10) == 1)
        #expect(table.prefix(3) == (try exactNeighbors(of: points, count: 3)))
    }

    @Test func `triplets tell a faithful map from an unrelated one`() throws {
        let points = clusteredPoints(samples: 2000, features: 3, clusters: 4, seed: 1)
        #expect(try tripletAccuracy(of: points * 0.5, points: points) == 1)
        let unrelated = clusteredPoints(samples: 2000, features: 2, clusters: 1, seed: 2)
        let chance = try tripletAccuracy(of: unrelated, points: points, threads: 3)
        #expect(abs(chance - 0.5) < 0.025)  // five deviations of 10,000 coin tosses
        #expect(try tripletAccuracy(of: unrelated, points: points) == chance)
        #expect(throws: EmbeddingError.tooFewSamples(2, needed: 3, because: "a triplet")) {
            try tripletAccuracy(of: Tensor(shape: [2, 2]), points: Tensor(shape: [2, 3]))
        }
    }

    @Test func `trustworthiness wants fewer neighbours than half the samples`() {
        #expect(throws: EmbeddingError.outOfRange(parameter: "count", value: "5", range: "1...4")) {
            try trustworthiness(of: Tensor(shape: [10, 2]), points: Tensor(shape: [10, 3]), count: 5)
        }
    }
}
