import FeatureVisualization
import Tensors
import Testing

@Suite struct ColorTests {
    @Test func `ImageNet's matrix has the known values`() {
        let expected: [Float] = [0.5628, 0.1948, 0.0433, 0.5845, 0, -0.1082, 0.5845, -0.1948, 0.0649]
        for (value, known) in zip(ColorDecorrelation.imageNetMatrix, expected) { #expect(abs(value - known) < 5e-5) }
    }

    @Test(arguments: ColorDecorrelation.allCases, [1, 3]) func `the gradient of an image is its slope`(
        color: ColorDecorrelation, channels: Int
    ) {
        guard color != .imageNet || channels == 3 else { return }
        for kind in MaximizationSettings.ParameterizationKind.allCases {
            let synthesis = ImageSynthesis(
                shape: [channels, 6, 7],
                settings: MaximizationSettings {
                    $0.color = color
                    $0.parameterization = kind
                })
            let x = normalTensor(synthesis.parameterShape, seed: 3)
            let direction = normalTensor(x.shape, seed: 4)
            let y = normalTensor([channels, 6, 7], seed: 5)
            let image = synthesis.image(x)
            let step: Float = 1e-2
            let slope =
                (product(synthesis.image(x + direction * step), y) - product(synthesis.image(x - direction * step), y))
                / Double(2 * step)
            let predicted = product(synthesis.gradient(y, at: image), direction)
            // The third derivative of the logistic function times step²; rounding over the step.
            #expect(
                abs(slope - predicted) < 1e-3 * y.norm * direction.norm, "\(color), \(kind): \(slope), \(predicted)")
            #expect(abs(predicted) > 1e-2)
        }
    }

    @Test func `images stay in range however large the parameters`() {
        let synthesis = ImageSynthesis(
            shape: [1, 1, 4], settings: MaximizationSettings { $0.parameterization = .pixel })
        let image = synthesis.image(Tensor(shape: [1, 1, 4], [-1e30, -2, 2, 1e30]))
        #expect(image[0, 0, 0] < 1e-30 && image[0, 0, 3] == 1)
        #expect(abs(image[0, 0, 1] - 0.11920292) < 1e-7 && abs(image[0, 0, 2] - 0.88079708) < 1e-7)
    }
}
