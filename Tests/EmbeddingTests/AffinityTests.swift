import Embedding
import Foundation
import Tensors
import Testing

@Suite struct AffinityTests {
    @Test func `widths and joint probabilities equal the reference's`() throws {
        let golden = GoldenValues.shared
        let table = try exactNeighbors(of: golden.neighbors.points.tensor, count: golden.neighbors.count)
        let calibration = PerplexityCalibration(table, perplexity: golden.affinities.perplexity, threads: 1)
        for (ours, theirs) in zip(calibration.precisions, golden.affinities.precisions) {
            #expect(abs(ours / theirs - 1) < 1e-7)  // entropy to 1e-10, its slope about 1 per e-fold
        }
        let affinities = try golden.sparseAffinities()
        var dense = [Double](repeating: 0, count: 3600)
        for row in 0..<60 {
            for place in Int(affinities.rowStarts[row])..<Int(affinities.rowStarts[row + 1]) {
                dense[row * 60 + Int(affinities.columns[place])] = affinities.values[place]
            }
        }
        for (ours, theirs) in zip(dense, golden.affinities.joint.values) { #expect(abs(ours - theirs) < 1e-10) }
    }

    @Test(arguments: [2.0, 5, 30, 33.3]) func `each row reaches the asked perplexity`(perplexity: Double) throws {
        let points = clusteredPoints(samples: 400, features: 10, clusters: 4, seed: 7)
        let table = try exactNeighbors(of: points, count: Int(3 * perplexity))
        let calibration = PerplexityCalibration(table, perplexity: perplexity, threads: 2)
        for row in 0..<400 {
            let row = calibration.probabilities[row * table.count..<(row + 1) * table.count]
            let entropy = row.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
            #expect(abs(exp(entropy) / perplexity - 1) < 1e-8)
            #expect(abs(row.reduce(0, +) - 1) < 1e-12)
        }
    }

    @Test func `the matrix is symmetric, non-negative and sums to one`() throws {
        let points = clusteredPoints(samples: 500, features: 6, clusters: 5, seed: 3)
        let affinities = try SparseAffinities(neighbors: exactNeighbors(of: points, count: 30), perplexity: 10)
        var entries: [SIMD2<Int>: Double] = [:]
        for row in 0..<500 {
            let range = Int(affinities.rowStarts[row])..<Int(affinities.rowStarts[row + 1])
            #expect(affinities.columns[range].elementsEqual(Set(affinities.columns[range]).sorted()))
            for place in range { entries[[row, Int(affinities.columns[place])]] = affinities.values[place] }
        }
        #expect(entries.allSatisfy { $0.value >= 0 && $0.key.x != $0.key.y })
        #expect(entries.allSatisfy { entries[[$0.key.y, $0.key.x]] == $0.value })
        #expect(abs(affinities.values.reduce(0, +) - 1) < 1e-12)
    }

    @Test func `equally far neighbours get equal shares`() throws {
        let table = NeighborTable(
            samples: 1, count: 6, indices: [1, 2, 3, 4, 5, 6], distances: [Double](repeating: 2, count: 6))
        #expect(
            PerplexityCalibration(table, perplexity: 2, threads: 1).probabilities
                == [Double](repeating: 1.0 / 6, count: 6))
    }

    @Test func `more duplicates than the perplexity share everything`() throws {
        let table = NeighborTable(
            samples: 1, count: 6, indices: [1, 2, 3, 4, 5, 6], distances: [0, 0, 0, 0, 1, 2])
        let shares = PerplexityCalibration(table, perplexity: 2, threads: 1).probabilities
        #expect(zip(shares, [0.25, 0.25, 0.25, 0.25, 0, 0]).allSatisfy { abs($0 - $1) < 1e-12 })
    }

    @Test(arguments: [2, 3, 8]) func `threads change no bit`(threads: Int) throws {
        let points = clusteredPoints(samples: 700, features: 6, clusters: 5, seed: 3)
        let table = try exactNeighbors(of: points, count: 30)
        #expect(
            try SparseAffinities(neighbors: table, perplexity: 10, threads: threads)
                == SparseAffinities(neighbors: table, perplexity: 10))
    }

    @Test func `a perplexity beyond the neighbours is named`() throws {
        let table = try exactNeighbors(of: clusteredPoints(samples: 9, features: 2, clusters: 2, seed: 1), count: 4)
        #expect(throws: EmbeddingError.outOfRange(parameter: "perplexity", value: "5", range: "1...4")) {
            try SparseAffinities(neighbors: table, perplexity: 5)
        }
    }
}
