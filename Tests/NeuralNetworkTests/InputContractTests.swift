import NeuralNetwork
import Tensors
import TestSupport
import Testing

@Suite struct InputContractTests {
    /// A net that hands its input through, so that what it sees can be read.
    private static let passing = try! Network(
        name: "pass", inputShape: [3, 1, 2],
        nodes: [
            .init(name: "twice", layer: Addition(), inputs: [.networkInput, .networkInput])
        ])

    @Test(arguments: [
        ("unit", [0.0, 0.1, 0.2, 0.3, 0.4, 0.5] as [Float]),
        (
            "torchvision",
            // (pixel − mean) / std with ImageNet's numbers, worked out by hand.
            [-2.117904, -1.681223, -1.142857, -0.696429, -0.026667, 0.417778]
        ),
        ("caffe", [-1.939, 23.561, -65.779, -40.279, -123.68, -98.18]),
        ("tf", [-1, -0.8, -0.6, -0.4, -0.2, 0]),
    ]) func `each kind of input is what its networks were trained with`(name: String, expected: [Float]) throws {
        let contract = InputContract.named.first { $0.name == name }!.contract
        let pixels = Tensor(shape: [1, 3, 1, 2], [0, 0.1, 0.2, 0.3, 0.4, 0.5])
        var request = PlanRequest(batch: 1)
        request.activations = [0]
        request.seeds = [0]
        request.inputGradient = true
        let model = try Model(network: Self.passing, weights: [:], input: contract)
        let seed = Tensor(shape: [1, 3, 1, 2], [1, 2, 3, 4, 5, 6])
        let (activations, gradient) = try NetworkRunner(model, request, threads: 1).gradients(of: pixels) { _, _ in
            [0: seed]
        }
        let seen = activations[0]!.map { $0 / 2 }.reshaped(to: [6])
        // Single precision of numbers up to 128.
        #expect(deviation(seen, from: Tensor(shape: [6], expected)).largest < 2e-5)

        // The gradient comes back in pixels: reordered and scaled by the same factors.
        let (factor, _) = contract.affine(channels: 3)
        let source = contract.sourceChannels(3)
        var back = [Float](repeating: 0, count: 6)
        for channel in 0..<3 {
            for position in 0..<2 {
                back[source[channel] * 2 + position] = 2 * seed.scalars[channel * 2 + position] * factor[channel]
            }
        }
        #expect(deviation(gradient!.reshaped(to: [6]), from: Tensor(shape: [6], back)).relativeNorm < 1e-6)
    }
}
