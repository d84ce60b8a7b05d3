import FeatureVisualization
import TestSupport
import Tensors
import Testing

@Suite struct LaplacianTests {
    @Test(arguments: [(1, 1), (5, 3), (13, 9), (24, 20)]) func `planes are PyTorch's`(height: Int, width: Int) throws {
        let golden = try Golden("image_optimization")
        let parameters = try golden.tensor("pyramid/\(height)x\(width)/parameters")
        let pyramid = LaplacianParameterization(shape: [2, height, width])
        #expect(pyramid.parameterShape == parameters.shape)
        let planes = Tensor(uninitialized: [2, height, width]) { planes in
            parameters.withUnsafeBufferPointer { pyramid.synthesize($0, into: planes) }
        }
        let difference = deviation(planes, from: try golden.tensor("pyramid/\(height)x\(width)/planes"))
        #expect(difference.relativeNorm < 1e-6, "\(difference)")
    }

    @Test(arguments: [(1, 1), (1, 7), (9, 4), (31, 22), (64, 64)])
    func `analysis is the adjoint of synthesis`(height: Int, width: Int) {
        let pyramid = LaplacianParameterization(shape: [2, height, width])
        let x = normalTensor(pyramid.parameterShape, seed: 1)
        let y = normalTensor([2, height, width], seed: 2)
        let planes = Tensor(uninitialized: y.shape) { planes in
            x.withUnsafeBufferPointer { pyramid.synthesize($0, into: planes) }
        }
        let back = Tensor(uninitialized: x.shape) { target in
            y.withUnsafeBufferPointer { pyramid.analyze($0, into: target) }
        }
        #expect(abs(product(planes, y) - product(x, back)) < 2e-6 * planes.norm * y.norm)
    }
}
