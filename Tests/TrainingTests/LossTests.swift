import TestSupport
import Tensors
import Testing
import Training

@Suite struct LossTests {
    @Test(arguments: ["plain", "smoothed", "weighted", "both"])
    func `cross entropy and its gradient are PyTorch's`(variant: String) throws {
        let golden = try Golden("losses")
        let weights = try golden.tensor("class_weights").scalars.map { Double($0) }
        let loss = CrossEntropy(
            labelSmoothing: ["smoothed": 0.1, "both": 0.2][variant] ?? 0,
            classWeights: ["weighted", "both"].contains(variant) ? weights : nil)
        let labels = try golden.tensor("labels").scalars.map { Int($0) }
        let (value, gradient) = loss(try golden.tensor("logits"), labels: labels)
        // The reference is rounded to single precision once.
        let expected = try golden.tensor(variant + "/loss")
        #expect(abs(value - Double(expected[0])) < 1e-6 * value)
        let difference = deviation(gradient, from: try golden.tensor(variant + "/gradient"))
        #expect(difference.relativeNorm < 1e-6, "\(difference)")
    }
}
