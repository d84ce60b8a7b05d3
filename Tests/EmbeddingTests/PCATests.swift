import Embedding
import TestSupport
import Tensors
import Testing

@Suite struct PCATests {
    @Test(arguments: GoldenValues.shared.pca, [PCA.Solver.automatic, .covariance, .gram, .randomized])
    func `components, variances and scores equal scikit-learn's`(golden: GoldenValues.Components, solver: PCA.Solver)
        throws
    {
        let points = golden.points.tensor
        let pca = try PCA.fit(points, components: golden.variance.count, solver: solver, threads: 2)
        // Products in 32 bits are good to 1e-6 of the largest variance; angles also depend on gaps, some 10 % here.
        for (ours, theirs) in zip(pca.explainedVariance, golden.variance) {
            #expect(abs(ours - theirs) < 1e-5 * golden.variance[0])
        }
        for (ours, theirs) in zip(pca.explainedVarianceRatio, golden.ratio) { #expect(abs(ours - theirs) < 1e-5) }
        let mean = Tensor(shape: [golden.mean.count], golden.mean.map { Float($0) })
        #expect(deviation(pca.mean, from: mean).relativeNorm < 1e-6)
        let components = deviation(pca.components, from: golden.components.tensor)
        #expect(components.largest < 2e-3, "\(components)")
        let scores = deviation(pca.transform(points), from: golden.scores.tensor)
        #expect(scores.relativeNorm < 2e-3, "\(scores)")
        let whitened = deviation(pca.transform(points, whiten: true), from: golden.whitened.tensor)
        #expect(whitened.relativeNorm < 2e-3, "\(whitened)")
    }

    @Test func `all components give the points back`() throws {
        let points = clusteredPoints(samples: 50, features: 8, clusters: 3, seed: 1)
        let pca = try PCA.fit(points, components: 8)
        #expect(deviation(pca.inverseTransform(pca.transform(points)), from: points).relativeNorm < 1e-6)
        let whitened = pca.inverseTransform(pca.transform(points, whiten: true), whitened: true)
        #expect(deviation(whitened, from: points).relativeNorm < 1e-6)
    }

    @Test func `how rows are cut into blocks changes no bit`() throws {
        let points = clusteredPoints(samples: 5000, features: 20, clusters: 4, seed: 3)
        let whole = try PCA.fit(points, components: 5, solver: .covariance)
        for (height, threads) in [(1, 1), (7, 2), (2048, 3), (4999, 5)] {
            var accumulator = PCA.Accumulator(features: 20, threads: threads)
            for first in stride(from: 0, to: 5000, by: height) {
                try accumulator.add(points.rows(first..<min(5000, first + height)))
            }
            let pieces = try accumulator.finish(components: 5)
            #expect(pieces.components == whole.components && pieces.mean == whole.mean)
            #expect(pieces.explainedVariance == whole.explainedVariance)
        }
    }

    @Test func `rows that drift away from the first ones are no worse described`() throws {
        let random = CounterRandom(seed: 12)
        let points = Tensor(
            shape: [1800, 5],
            (0..<9000).map { place in
                let (row, column) = (Float(place / 5), Float(place % 5))
                return row / 100 * column + (1 + column) * random.normal(place)
            })
        let streamed = try PCA.fit(points, components: 3, solver: .covariance)
        let direct = try PCA.fit(points, components: 3, solver: .gram)
        #expect(deviation(streamed.mean, from: direct.mean).relativeNorm < 1e-6)
        #expect(deviation(streamed.components, from: direct.components).largest < 1e-3)
        for (ours, theirs) in zip(streamed.explainedVariance, direct.explainedVariance) {
            #expect(abs(ours - theirs) < 1e-5 * direct.explainedVariance[0])
        }
        #expect(abs(streamed.totalVariance / direct.totalVariance - 1) < 1e-6)
    }

    @Test(arguments: [PCA.Solver.covariance, .gram, .randomized]) func `threads change no bit`(solver: PCA.Solver)
        throws
    {
        let points = clusteredPoints(samples: 900, features: 300, clusters: 6, seed: 9)
        let one = try PCA.fit(points, components: 6, solver: solver, threads: 1)
        for threads in [2, 3, 8] {
            let many = try PCA.fit(points, components: 6, solver: solver, threads: threads)
            #expect(many.components == one.components && many.explainedVariance == one.explainedVariance)
        }
    }

    @Test(arguments: [PCA.Solver.covariance, .gram, .randomized])
    func `points that do not vary have directions without variance`(solver: PCA.Solver) throws {
        let pca = try PCA.fit(Tensor(shape: [5, 4], repeating: 3), components: 3, solver: solver)
        #expect(pca.explainedVariance == [0, 0, 0] && pca.explainedVarianceRatio == [0, 0, 0])
        let products = Tensor.product(pca.components, transposed: false, pca.components, transposed: true)
        let identity = Tensor(shape: [3, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1])
        #expect(deviation(products, from: identity).largest < 1e-6)
        #expect(pca.transform(Tensor(shape: [5, 4], repeating: 3), whiten: true) == Tensor(shape: [5, 3]))
    }

    @Test(arguments: [Float(1e-30), 1e-10, 1e17]) func `units do not matter`(unit: Float) throws {
        let points = clusteredPoints(samples: 80, features: 6, clusters: 3, seed: 2)
        let expected = try PCA.fit(points, components: 3)
        for solver in [PCA.Solver.covariance, .gram, .randomized] {
            let scaled = try PCA.fit(points * unit, components: 3, solver: solver)
            #expect(deviation(scaled.components, from: expected.components).largest < 1e-3)
            let variance = scaled.explainedVariance[0] / Double(unit) / Double(unit)
            #expect(abs(variance / expected.explainedVariance[0] - 1) < 1e-5)
        }
    }

    @Test func `a constant column has no share`() throws {
        var points = clusteredPoints(samples: 60, features: 4, clusters: 3, seed: 6)
        for row in 0..<60 { points[row, 2] = 11 }
        let pca = try PCA.fit(points, components: 3)
        for component in 0..<3 { #expect(abs(pca.components[component, 2]) < 1e-6) }
    }

    @Test func `wrong input is named`() {
        #expect(throws: EmbeddingError.tooFewSamples(1, needed: 2, because: "a variance")) {
            try PCA.fit(Tensor(shape: [1, 3]), components: 1)
        }
        #expect { try PCA.fit(Tensor(shape: [3, 5]), components: 4) } throws: { error in
            "\(error)" == """
                4 components asked, but 3 samples of 5 features have at most 3
                  fix: ask for at most 3
                """
        }
        #expect(throws: EmbeddingError.notFinite(value: .infinity, row: 0, column: 0)) {
            try PCA.fit(Tensor(shape: [3, 1], [.infinity, 1, 2]), components: 1)
        }
        #expect(throws: EmbeddingError.tooFarApart) {
            var accumulator = PCA.Accumulator(features: 1)
            try accumulator.add(Tensor(shape: [2048, 1], (0..<2048).map { Float($0) * 1e-20 }))
            try accumulator.add(Tensor(shape: [2, 1], [1e20, -1e20]))
            _ = try accumulator.finish(components: 1)
        }
    }
}
