import FeatureVisualization
import TestSupport
import Tensors
import Testing

@Suite struct FourierTests {
    @Test(arguments: [
        (1, 1, "1.0"), (2, 3, "1.0"), (5, 4, "1.0"), (8, 8, "1.0"), (9, 11, "1.0"), (13, 6, "1.5"), (28, 28, "1.0"),
        (30, 42, "0.85"),
    ]) func `planes are those of numpy`(height: Int, width: Int, decay: String) throws {
        let golden = try Golden("fourier")
        let fourier = FourierParameterization(shape: [2, height, width], decay: Double(decay)!)
        let parameters = try golden.tensor("\(height)x\(width)/\(decay)/parameters")
        #expect(fourier.parameterShape == parameters.shape)
        let difference = deviation(
            planes(fourier, parameters, [2, height, width]),
            from: try golden.tensor("\(height)x\(width)/\(decay)/planes"))
        // A few roundings per pass of single-precision transforms.
        #expect(difference.relativeNorm < 1e-6, "\(difference)")
    }

    @Test(arguments: [(1, 1), (1, 7), (4, 1), (8, 8), (7, 5), (31, 22), (32, 32), (112, 128), (45, 60), (224, 224)])
    func `analysis is the adjoint of synthesis`(height: Int, width: Int) {
        let fourier = FourierParameterization(shape: [2, height, width], decay: 1)
        let x = normalTensor(fourier.parameterShape, seed: 1)
        let y = normalTensor([2, height, width], seed: 2)
        let image = planes(fourier, x, y.shape)
        let back = Tensor(uninitialized: x.shape) { target in
            y.withUnsafeBufferPointer { fourier.analyze($0, into: target) }
        }
        #expect(abs(product(image, y) - product(x, back)) < 2e-6 * image.norm * y.norm)
    }

    @Test func `weights of the half spectrum have the known values`() throws {
        let weights = FourierParameterization.weights(height: 8, width: 8, decay: 1)
        #expect(weights.count == 40)
        for (index, expected) in try Golden("fourier").tensor("weights/8x8").scalars.enumerated() {
            #expect(abs(weights[index] - Double(expected)) < 1e-5)
        }
        // Lucid's table without its factor √(height · width) = 8.
        for (column, expected) in [8, 8, 4, 2.6667, 2].enumerated() {
            #expect(abs(weights[column] / 8 - expected) < 1e-4)
        }
        for (column, expected) in [2, 1.9403, 1.7889, 1.6, 1.41421].enumerated() {
            #expect(abs(weights[20 + column] / 8 - expected) < 1e-4)
        }
    }

    private func planes(_ fourier: FourierParameterization, _ parameters: Tensor, _ shape: [Int]) -> Tensor {
        Tensor(uninitialized: shape) { target in
            parameters.withUnsafeBufferPointer { fourier.synthesize($0, into: target) }
        }
    }
}
