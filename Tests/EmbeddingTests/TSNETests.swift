import Embedding
import Foundation
import TestSupport
import Tensors
import Testing

@Suite struct TSNETests {
    /// Few iterations on enough points for the mesh.
    private static let quick: TSNE = {
        var parameters = TSNE()
        parameters.perplexity = 8
        parameters.iterations = 60
        parameters.earlyIterations = 20
        return parameters
    }()

    @Test(arguments: [2, 3]) func `clusters stay together`(dimensions: Int) throws {
        let points = clusteredPoints(samples: 300, features: 12, clusters: 6, seed: 1)
        var parameters = TSNE()
        (parameters.dimensions, parameters.perplexity) = (dimensions, 15)
        let map = try parameters.embed(points, threads: 2)
        #expect(map.positions.shape == [300, dimensions])
        let table = try exactNeighbors(of: map.positions, count: 10)
        #expect(neighborAccuracy(table, labels: (0..<300).map { $0 % 6 }, count: 10) == 1)
        #expect(map.divergence < 0.8)
        for axis in 0..<dimensions {
            let mean = (0..<300).reduce(0.0) { $0 + Double(map.positions[$1, axis]) } / 300
            #expect(abs(mean) < 1e-4)
        }
    }

    @Test(arguments: [500, 2300]) func `stopping and going on changes no bit, nor do threads`(samples: Int) throws {
        let points = clusteredPoints(samples: samples, features: 8, clusters: 7, seed: 2)
        let affinities = try Self.quick.affinities(of: points)
        let begin = TSNEState(start: try Self.quick.start(for: points))
        let whole = TSNEOptimizer(affinities: affinities, state: begin, parameters: Self.quick)
        whole.run(checkCancellation: {}, report: { _ in })
        for (threads, stop) in [(2, 13), (3, 20), (5, 41), (8, 59)] {
            let first = TSNEOptimizer(affinities: affinities, state: begin, parameters: Self.quick, threads: threads)
            while first.iteration < stop { first.step() }
            let second = TSNEOptimizer(affinities: affinities, state: first.state, parameters: Self.quick)
            second.run(reportEvery: 7, checkCancellation: {}, report: { _ in })
            #expect(second.state == whole.state, "\(threads) threads, stopped at \(stop)")
        }
    }

    @Test func `a run reports and can be cancelled`() throws {
        struct Enough: Error {}
        let points = clusteredPoints(samples: 200, features: 5, clusters: 3, seed: 3)
        let optimizer = TSNEOptimizer(
            affinities: try Self.quick.affinities(of: points),
            state: TSNEState(start: try Self.quick.start(for: points)),
            parameters: Self.quick)
        var reported: [Int] = []
        #expect(throws: Enough.self) {
            try optimizer.run(
                reportEvery: 25, checkCancellation: { if optimizer.iteration == 55 { throw Enough() } },
                report: { progress in
                    reported.append(progress.iteration)
                    let exact = klDivergence(of: progress.positions, affinities: optimizer.affinities)
                    #expect(abs(progress.divergence - exact) < 1e-5)
                })
        }
        #expect(reported == [25, 50] && optimizer.iteration == 55)
        optimizer.run(reportEvery: 25, checkCancellation: {}, report: { reported.append($0.iteration) })
        #expect(reported == [25, 50, 60])
    }

    @Test func `the start is the first components, small, with jitter`() throws {
        let points = clusteredPoints(samples: 400, features: 9, clusters: 5, seed: 4)
        let start = try TSNE().start(for: points)
        let scores = try PCA.fit(points, components: 2).transform(points)
        let deviation = (0..<400).reduce(0.0) { $0 + pow(Double(scores[$1, 0]), 2) / 399 }.squareRoot()
        for sample in 0..<400 {
            for axis in 0..<2 {
                let expected = Double(scores[sample, axis]) / deviation * 1e-4
                #expect(abs(Double(start[sample, axis]) - expected) < 6e-6)  // six deviations of the jitter
            }
        }
        var other = TSNE()
        other.seed = 1
        #expect(try other.start(for: points) != start)
    }

    @Test func `equal points, constant columns and a single feature give a map`() throws {
        let equal = Tensor(shape: [100, 4], repeating: 2)
        var doubled = clusteredPoints(samples: 100, features: 4, clusters: 3, seed: 5)
        for row in 0..<100 { doubled[row, 1] = 0 }
        doubled.withUnsafeMutableBufferPointer { buffer in
            for place in 0..<200 { buffer[200 + place] = buffer[place] }
        }
        let line = Tensor(shape: [100, 1], (0..<100).map { Float($0 * $0) })
        var parameters = Self.quick
        parameters.iterations = 300
        for points in [equal, doubled, line] {
            let map = try parameters.embed(points)
            #expect(map.positions.isFinite && map.divergence.isFinite)
            #expect(Set((0..<100).map { SIMD2(map.positions[$0, 0], map.positions[$0, 1]) }).count == 100)
        }
    }

    @Test func `wrong input is named`() throws {
        #expect { try TSNE().embed(Tensor(shape: [60, 3])) } throws: { error in
            "\(error)" == """
                60 samples, but perplexity 30 needs at least 91
                  fix: lower 'perplexity' to 19, or feed more samples
                """
        }
        #expect(throws: EmbeddingError.perplexityTooLarge(30, samples: 1)) { try TSNE().embed(Tensor(shape: [1, 3])) }
        var parameters = TSNE()
        parameters.perplexity = 0.5
        #expect(throws: EmbeddingError.outOfRange(parameter: "perplexity", value: "0.5", range: "1...1000000")) {
            try parameters.embed(Tensor(shape: [60, 3]))
        }
        parameters.perplexity = .nan
        #expect(throws: EmbeddingError.self) { try parameters.embed(Tensor(shape: [60, 3])) }
        parameters = TSNE()
        parameters.dimensions = 4
        #expect(throws: EmbeddingError.self) { try parameters.validate(samples: 1000) }
        var points = clusteredPoints(samples: 100, features: 2, clusters: 2, seed: 1)
        points[7, 1] = -.infinity
        #expect(throws: EmbeddingError.notFinite(value: -.infinity, row: 7, column: 1)) { try TSNE().embed(points) }
    }
}
