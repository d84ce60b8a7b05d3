import Embedding
import Foundation
import TestSupport
import Tensors
import Testing

@Suite struct TSNEGradientTests {
    @Test(arguments: [2, 3], [1, 4]) func `the exact gradient equals the reference's`(
        dimensions: Int, exaggeration: Int
    )
        throws
    {
        let golden = GoldenValues.shared
        let map = dimensions == 2 ? golden.map2 : golden.map3
        let affinities = try golden.sparseAffinities()
        let optimizer = optimizer(affinities, map.positions.tensor, exact: true)
        let gradient = optimizer.gradientNow(exaggeration: Double(exaggeration))
        let expected = Tensor(shape: map.positions.shape, map.gradients["\(exaggeration)"]!.map { Float($0) })
        let distance = deviation(gradient, from: expected)
        #expect(distance.relativeNorm < 2e-6, "\(distance)")  // 60 terms in 32 bits
        let divergence = klDivergence(of: map.positions.tensor, affinities: affinities)
        #expect(abs(divergence - map.divergence) < 1e-9)
        #expect(abs(optimizer.divergence() - map.divergence) < 1e-6)
    }

    @Test(arguments: [2, 3]) func `the gradient is the slope of the divergence`(dimensions: Int) throws {
        let golden = GoldenValues.shared
        let positions = (dimensions == 2 ? golden.map2 : golden.map3).positions.tensor
        let affinities = try golden.sparseAffinities()
        let gradient = optimizer(affinities, positions, exact: true).gradientNow(exaggeration: 1)
        let step: Float = 0x1p-10
        for place in stride(from: 0, to: positions.count, by: 7) {
            func moved(_ by: Float) -> Double {
                var moved = positions
                moved.withUnsafeMutableBufferPointer { $0[place] += by }
                return klDivergence(of: moved, affinities: affinities)
            }
            let before = positions.scalars[place]
            let width = Double((before + step) - (before - step))
            let slope = (moved(step) - moved(-step)) / width
            #expect(abs(slope - 4 * Double(gradient.scalars[place])) < 1e-6, "coordinate \(place)")
        }
    }

    @Test(arguments: zip([1e-3, 0.5, 1.9, 2.2, 5, 31, 90] as [Float], [1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 2e-3, 7e-3]))
    func `the mesh comes near the exact repulsion at every size of the map`(span: Float, tolerance: Double) throws {
        let map = clusteredMap(samples: 3000, span: span, seed: 4)
        let nobody = SparseAffinities.none(samples: 3000)
        let exact = optimizer(nobody, map, exact: true)
        let mesh = optimizer(nobody, map, exact: false)
        let force = deviation(mesh.gradientNow(exaggeration: 1), from: exact.gradientNow(exaggeration: 1))
        #expect(force.relativeNorm < tolerance, "span \(span): \(force)")
    }

    @Test func `points that have met feel no force`() throws {
        for place in [Float(0), 3e-5, 17] {
            let map = Tensor(shape: [2500, 2], repeating: place)
            let force = optimizer(.none(samples: 2500), map, exact: false).gradientNow(exaggeration: 1)
            #expect(force.isFinite && force.norm < 1e-3)
        }
    }

    @Test func `an immense map still has a force`() throws {
        let map = clusteredMap(samples: 2500, span: 1e5, seed: 4)
        #expect(optimizer(.none(samples: 2500), map, exact: false).gradientNow(exaggeration: 1).isFinite)
    }

    @Test(arguments: [2, 3, 5, 8]) func `threads change no bit of the mesh's force`(threads: Int) throws {
        let map = clusteredMap(samples: 9000, span: 60, seed: 2)
        let nobody = SparseAffinities.none(samples: 9000)
        let one = optimizer(nobody, map, exact: false, threads: 1).gradientNow(exaggeration: 1)
        #expect(optimizer(nobody, map, exact: false, threads: threads).gradientNow(exaggeration: 1) == one)
    }

    private func optimizer(
        _ affinities: SparseAffinities, _ positions: Tensor, exact: Bool, threads: Int = 1
    ) -> TSNEOptimizer {
        var parameters = TSNE()
        parameters.dimensions = positions.shape[1]
        return TSNEOptimizer(
            affinities: affinities, state: TSNEState(start: positions), parameters: parameters, exact: exact,
            threads: threads)
    }
}

/// Discrete Fourier transforms, sixteen at a time.
@Suite struct FourierPlanTests {
    @Test(arguments: [2, 3, 4, 5, 6, 8, 30, 60, 135, 144, 360, 500])
    func `a transform equals its definition`(length: Int) {
        let random = CounterRandom(seed: length)
        let plan = FourierPlan(length: length)
        var (real, imaginary) = ((0..<length * 16).map(random.normal), (0..<length * 16).map(random[1].normal))
        let (x, y) = (real, imaginary)
        var work = [Float](repeating: 0, count: 2 * length * 16)
        withAligned(&real, &imaginary, &work) { plan.transform($0, $1, work: $2) }
        for lane in [0, 9, 15] {
            for k in stride(from: 0, to: length, by: max(1, length / 11)) {
                var sum = (0.0, 0.0)
                for n in 0..<length {
                    let angle = -2 * Double.pi * Double(n * k % length) / Double(length)
                    let (a, b) = (Double(x[n * 16 + lane]), Double(y[n * 16 + lane]))
                    sum.0 += a * cos(angle) - b * sin(angle)
                    sum.1 += a * sin(angle) + b * cos(angle)
                }
                // Errors grow with the logarithm of the length, values with its root.
                let tolerance = 1e-6 * Double(length).squareRoot() * 4
                #expect(abs(Double(real[k * 16 + lane]) - sum.0) < tolerance, "lane \(lane), frequency \(k)")
                #expect(abs(Double(imaginary[k * 16 + lane]) - sum.1) < tolerance, "lane \(lane), frequency \(k)")
            }
        }
    }

    @Test func `lengths are even and have no factor above 5`() {
        #expect([1, 7, 11, 97, 359, 1025].map(FourierPlan.length(atLeast:)) == [2, 8, 12, 100, 360, 1080])
    }

    /// Copies into memory aligned to 64 bytes and back: what the transform asks for.
    private func withAligned(
        _ real: inout [Float], _ imaginary: inout [Float], _ work: inout [Float],
        _ body: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
    ) {
        var (a, b, c) = (
            Tensor(shape: [real.count], real), Tensor(shape: [imaginary.count], imaginary),
            Tensor(shape: [work.count], work)
        )
        a.withUnsafeMutableBufferPointer { a in
            b.withUnsafeMutableBufferPointer { b in
                c.withUnsafeMutableBufferPointer { body(a.baseAddress!, b.baseAddress!, $0.baseAddress!) }
            }
        }
        (real, imaginary) = (a.scalars, b.scalars)
    }
}
