import FeatureVisualization
import Tensors
import Testing

@Suite struct ColorTests {
    @Test func `ImageNet's matrix has the known values`() {
        let expected: [Float] = [0.5628, 0.1948, 0.0433, 0.5845, 0, -0.1082, 0.5845, -0.1948, 0.0649]
        for (value, known) in zip(ColorDecorrelation.imageNetMatrix, expected) { #expect(abs(value - known) < 5e-5) }
    }

    static let ways: [ColorDecorrelation] = [.automatic, .imageNet, .none]

    @Test func `a data set's matrix is numpy's`() throws {
        let golden = try Golden("image_optimization")
        let images = try golden.tensor("colour/images")
        var colors = ColorCovariance(channels: 3)
        for row in 0..<images.shape[0] { colors.add(images.row(row)) }
        for (ours, theirs) in zip(colors.matrix, try golden.tensor("colour/covariance").scalars) {
            #expect(abs(ours - Double(theirs)) < 1e-7)
        }
        for (ours, theirs) in zip(try #require(colors.decorrelation), try golden.tensor("colour/matrix").scalars) {
            #expect(abs(ours - theirs) < 1e-6)
        }
    }

    @Test func `colours without variety, and gray, are not mixed`() {
        var flat = ColorCovariance(channels: 3)
        flat.add(Tensor(shape: [3, 4, 4], repeating: 0.25))
        #expect(flat.decorrelation == nil)
        var gray = ColorCovariance(channels: 1)
        gray.add(normalTensor([1, 4, 4], seed: 1))
        #expect(gray.decorrelation == nil)
    }

    @Test(arguments: ways, [1, 3]) func `the gradient of an image is its slope`(
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
