import Embedding
import TestSupport
import Tensors
import Testing

@Suite struct AutoencoderTests {
    @Test func `gradients are those of central differences`() throws {
        let points = clusteredPoints(samples: 40, features: 5, clusters: 3, seed: 1)
        var settings = Autoencoder.Settings()
        (settings.hidden, settings.epochs) = ([7], 1)
        let network = try Autoencoder.fit(points, settings)
        let batch = points.rows(0..<20) * 0.1
        let (_, gradients) = network.gradients(batch, threads: 1)
        for layer in network.layers.indices {
            for place in [0, 3, network.layers[layer].weight.count - 1] {
                let slope = Double(gradients[layer].weight.scalars[place])
                let step: Float = 1e-2
                let losses = [step, -step].map { step in
                    var moved = network
                    moved.layers[layer].weight.withUnsafeMutableBufferPointer { $0[place] += step }
                    return moved.gradients(batch, threads: 1).loss
                }
                // The loss has kinks where a ReLU turns; a hundredth of a step of them is what is left.
                let difference = (losses[0] - losses[1]) / Double(2 * step)
                #expect(abs(difference - slope) < 2e-2 * abs(slope) + 2e-4, "layer \(layer), place \(place)")
            }
        }
    }

    @Test func `without hidden layers the code spans the principal components`() throws {
        let random = CounterRandom(seed: 3)
        let points = Tensor(
            shape: [600, 8],
            (0..<4800).map { random.normal($0) * [5, 4, 3, 1, 0.5, 0.4, 0.3, 0.2][$0 % 8] + Float($0 % 3) })
        var settings = Autoencoder.Settings()
        (settings.dimensions, settings.hidden, settings.epochs, settings.learningRate) = (3, [], 300, 3e-3)
        let network = try Autoencoder.fit(points, settings, threads: 2)
        let pca = try PCA.fit(points, components: 3)
        // The decoder's rows, and the same projected onto the components: cosines of the angles between the spans.
        let rows = network.layers[1].weight
        let shares = Tensor.product(rows, transposed: false, pca.components, transposed: true)
        for row in 0..<3 {
            let cosine = shares.row(row).norm / rows.row(row).norm
            #expect(cosine > 0.997, "row \(row): \(cosine)")  // four degrees: Adam's last steps still wander
        }
        let best = squaredErrors(of: points, pca.inverseTransform(pca.transform(points))).reduce(0, +) / 600
        let own = network.errors(of: points).reduce(0, +) / 600
        #expect(own >= best * 0.9999 && own < best * 1.02, "\(own) against \(best)")
    }

    @Test func `hidden layers describe a curve with one number better than a line can`() throws {
        let points = Tensor(
            shape: [500, 2],
            (0..<1000).map { place in
                let x = Float(place / 2) / 250 - 1
                return place % 2 == 0 ? x : 2 * x * x
            })
        var settings = Autoencoder.Settings()
        (settings.dimensions, settings.hidden, settings.epochs, settings.learningRate) = (1, [32, 16], 150, 3e-3)
        let network = try Autoencoder.fit(points, settings)
        let pca = try PCA.fit(points, components: 1)
        let line = squaredErrors(of: points, pca.inverseTransform(pca.transform(points))).reduce(0, +)
        #expect(network.errors(of: points).reduce(0, +) < line / 10)
    }

    @Test func `threads change no bit, another seed does`() throws {
        let points = clusteredPoints(samples: 700, features: 30, clusters: 4, seed: 2)
        var settings = Autoencoder.Settings()
        (settings.hidden, settings.epochs, settings.batchSize) = ([40], 3, 300)
        let one = try Autoencoder.fit(points, settings)
        for threads in [2, 3, 5, 8] {
            let many = try Autoencoder.fit(points, settings, threads: threads)
            #expect(many == one && many.encode(points, threads: threads) == one.encode(points))
        }
        settings.seed = 1
        #expect(try Autoencoder.fit(points, settings) != one)
    }

    @Test func `equal points, one sample and one feature are no trouble, divergence is named`() throws {
        var settings = Autoencoder.Settings()
        (settings.hidden, settings.epochs) = ([4], 2)
        for points in [
            Tensor(shape: [9, 3], repeating: 2), Tensor(shape: [1, 3], [1, 2, 3]),
            Tensor(shape: [5, 1], [1, 2, 3, 4, 9]),
        ] {
            let network = try Autoencoder.fit(points, settings)
            #expect(network.encode(points).isFinite)
        }
        (settings.learningRate, settings.epochs) = (1e30, 9)
        #expect(throws: EmbeddingError.self) {
            try Autoencoder.fit(clusteredPoints(samples: 300, features: 3, clusters: 2, seed: 1), settings)
        }
        #expect(throws: EmbeddingError.notFinite(value: .infinity, row: 0, column: 1)) {
            try Autoencoder.fit(Tensor(shape: [2, 2], [1, .infinity, 3, 4]))
        }
    }
}
