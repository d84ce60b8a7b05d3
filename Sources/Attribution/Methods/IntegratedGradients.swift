import Tensors

/// The gradient of the score, averaged along the straight way from a plain color to the image, times that way.
///
/// The integral is taken by the Gauss–Legendre rule, and what the values miss of score(image) − score(baseline) is told as
/// `completeness_gap`. Memory does not grow with the steps. Source: Sundararajan, Taly & Yan, "Axiomatic attribution for
/// deep networks", ICML 2017.
public struct IntegratedGradients: AttributionMethod {
    /// Points of the way at which gradients are taken.
    public let steps: Int
    public let baseline: PlainColor
    public var isSigned: Bool { true }
    public var hasChannels: Bool { true }
    public var runsPerImage: Int { 2 * steps + 2 }
    public var numberNames: [String] { ["completeness_gap"] }
    public var meaningOfConstant: String { "the gradient vanishes all the way from the baseline to the image" }

    public init(steps: Int, baseline: PlainColor) {
        precondition(steps > 0, "\(steps) steps")
        self.steps = steps
        self.baseline = baseline
    }

    public func attribute(_ images: NamedImages, _ focuses: [Focus], _ explainer: Explainer) throws -> Attribution {
        let colors = baseline.values(of: explainer.model)
        let pixels = images.pixels
        let maps = RowsInPlace(pixels.shape)
        var gaps: [Float] = []
        for (row, focus) in focuses.enumerated() {
            let image = pixels.row(row)
            let positions = image.shape[1] * image.shape[2]
            let mean = try meanGradient(image, colors, focus, explainer)
            let ends = try explainer.scores(2, { _ in focus }) { end, target in
                if end == 0 { return pixels.fill(row, target) }
                for index in target.indices { target[index] = colors[index / positions] }
            }
            let map = maps.row(row)
            var sum = 0.0
            image.withUnsafeBufferPointer { image in
                for index in map.indices {
                    map[index] = Float(mean[index] * Double(image[index] - colors[index / positions]))
                    sum += Double(map[index])
                }
            }
            gaps.append(Float(sum - ends[0].minus(ends[1])))
        }
        return Attribution(maps: maps.tensor(), numbers: [(numberNames[0], gaps)])
    }

    /// Summed in the order of the steps, whoever computes them.
    private func meanGradient(
        _ image: Tensor, _ colors: [Float], _ focus: Focus, _ explainer: Explainer
    ) throws -> [Double] {
        let positions = image.shape[1] * image.shape[2]
        let (nodes, weights) = GaussLegendre.rule(steps)
        var mean = [Double](repeating: 0, count: image.count)
        for first in stride(from: 0, to: steps, by: explainer.imagesAtOnce) {
            let count = min(explainer.imagesAtOnce, steps - first)
            let gradients = RowsInPlace([count] + image.shape)
            try explainer.gradients(count, { _ in focus }) { step, target in
                let share = Float(nodes[first + step])
                image.withUnsafeBufferPointer { image in
                    for index in target.indices {
                        let color = colors[index / positions]
                        target[index] = color + share * (image[index] - color)
                    }
                }
            } body: { step, gradient, _ in
                gradients.set(step, gradient)
            }
            for step in 0..<count {
                let gradient = gradients.row(step)
                for index in mean.indices { mean[index] += weights[first + step] * Double(gradient[index]) }
            }
        }
        return mean
    }
}
