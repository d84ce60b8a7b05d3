import FeatureVisualization
import TestSupport
import Tensors
import Testing

@Suite struct PenaltyTests {
    @Test(arguments: [
        ("l1", Penalty.l1(weight: 0.7)), ("l2", .l2(weight: 0.7)), ("total_variation", .totalVariation(weight: 0.7)),
        ("blur", .blur(weight: 0.7)),
    ]) func `charge and slope are PyTorch's`(name: String, penalty: Penalty) throws {
        let golden = try Golden("image_optimization")
        let image = try golden.tensor("penalty/image")
        var gradient = Tensor(shape: image.shape, repeating: 1)
        let charge = gradient.withUnsafeMutableBufferPointer { gradient in
            image.withUnsafeBufferPointer { penalty.charge($0, shape: image.shape, slopeOff: gradient) }
        }
        let expected = try golden.tensor("penalty/\(name)/charge")[0]
        #expect(abs(Float(charge) - expected) < 1e-6 * expected)
        let slope = Tensor(shape: image.shape, repeating: 1) - gradient
        // The slope is taken off one: what is left has the rounding of one.
        let difference = deviation(slope, from: try golden.tensor("penalty/\(name)/gradient"))
        #expect(difference.largest < 2e-7, "\(difference)")
    }

    @Test func `an image that is blurred at every step loses its noise and keeps its tone`() {
        var image = normalTensor([1, 16, 16], seed: 3).map { 0.3 + 0.1 * $0 }
        let (mean, spread) = (image.mean, (image - Tensor(shape: image.shape, repeating: Float(image.mean))).norm)
        for _ in 0..<30 {
            var pull = Tensor(shape: image.shape)
            _ = pull.withUnsafeMutableBufferPointer { pull in
                image.withUnsafeBufferPointer {
                    // With one over the number of pixels, a step of one is the whole way.
                    Penalty.blur(weight: 256).charge($0, shape: [1, 16, 16], slopeOff: pull)
                }
            }
            image = image + pull
        }
        #expect(abs(image.mean - mean) < 0.03)
        #expect((image - Tensor(shape: image.shape, repeating: Float(image.mean))).norm < 0.25 * spread)
    }
}
