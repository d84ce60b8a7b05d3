import Attribution
import Foundation
import JSONValues
import NeuralNetwork
import Tensors
import Testing

/// Probabilities near 1, by hand: two logits, the first of them the sum of four pixels times a factor.
@Suite struct ScoreTests {
    private static func explainer(factor: Float) throws -> Explainer {
        let network = try Network(
            json: JSONDocument(
                parsing: """
                    { "name": "sum", "input": [1, 2, 2], "layers": [
                      { "name": "flatten", "kind": "flatten" },
                      { "name": "head", "kind": "linear", "in_features": 4, "out_features": 2, "bias": false } ] }
                    """
            ).root)
        let weights = [Float](repeating: factor, count: 4) + [0, 0, 0, 0]
        let model = try Model(network: network, weights: ["head.weight": Tensor(shape: [2, 4], weights)])
        return try Explainer(model, FocusRule(.classIndex(0), .probability, in: network), threads: 1)
    }

    /// Logits 4·factor against 0; without one pixel of 1, 3·factor.
    @Test(arguments: [1, 4, 8] as [Float])
    func `the fall of a probability keeps its digits`(factor: Float) throws {
        let explainer = try Self.explainer(factor: factor)
        let image = NamedImages(Tensor(shape: [1, 1, 2, 2], repeating: 1), names: ["white"])
        let focus = try explainer.focuses(on: image.pixels)[0].focus
        let method = try Occlusion(window: 1, stride: 1, fill: .black, imageShape: [1, 2, 2])
        let maps = try method.attribute(image, [focus], explainer).maps
        let full = 1 / (1 + exp(4 * Double(factor))), covered = 1 / (1 + exp(3 * Double(factor)))
        for value in maps.scalars { #expect(abs(Double(value) / (covered - full) - 1) < 1e-6) }
    }

    @Test func `the gradient of a probability keeps its digits`() throws {
        let explainer = try Self.explainer(factor: 8)
        let image = NamedImages(Tensor(shape: [1, 1, 2, 2], repeating: 1), names: ["white"])
        let focus = try explainer.focuses(on: image.pixels)[0].focus
        let maps = try GradientAttribution(.standard).attribute(image, [focus], explainer).maps
        let rest = 1 / (1 + exp(32.0))
        for value in maps.scalars { #expect(abs(Double(value) / (8 * rest * (1 - rest)) - 1) < 1e-6) }
    }
}
