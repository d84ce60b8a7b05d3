public import Tensors

/// The gradient of the score, averaged along the straight way from a plain colour to the image, times that way.
///
/// The integral is taken by the Gauss–Legendre rule, and what the values miss of score(image) − score(start) is told as
/// `completeness_gap`. Source: Sundararajan, Taly & Yan, "Axiomatic attribution for deep networks", ICML 2017.
public struct IntegratedGradients: AttributionMethod {
    /// Points of the way at which gradients are taken.
    public let steps: Int
    public let start: Filling
    public var isSigned: Bool { true }

    public init(steps: Int, start: Filling) {
        precondition(steps > 0, "\(steps) steps")
        self.steps = steps
        self.start = start
    }

    public func attribute(_ images: Tensor, _ focuses: [Focus], _ explainer: Explainer) throws -> Attribution {
        let colors = start.colors(of: explainer.model)
        let positions = images.shape[2] * images.shape[3]
        let (nodes, weights) = GaussLegendre.rule(steps)
        var maps: [Tensor] = []
        var gaps: [Float] = []
        for (row, focus) in focuses.enumerated() {
            let image = images.row(row)
            // Gradients are kept by step and summed in their order, whoever computes them.
            let gradients = RowsInPlace([steps] + image.shape)
            try explainer.gradients(steps, { _ in focus }) { step, pixels in
                let share = Float(nodes[step])
                image.withUnsafeBufferPointer { image in
                    for index in pixels.indices {
                        let color = colors[index / positions]
                        pixels[index] = color + share * (image[index] - color)
                    }
                }
            } body: { step, gradient, _ in
                gradients.set(step, gradient)
            }
            let ends = try explainer.scores(2, { _ in focus }) { end, pixels in
                if end == 0 { return image.fillAll(pixels) }
                for index in pixels.indices { pixels[index] = colors[index / positions] }
            }
            let map = Tensor(uninitialized: image.shape) { map in
                image.withUnsafeBufferPointer { image in
                    for index in map.indices {
                        var mean = 0.0
                        for step in 0..<steps { mean += weights[step] * Double(gradients.row(step)[index]) }
                        map[index] = Float(mean * Double(image[index] - colors[index / positions]))
                    }
                }
            }
            maps.append(map)
            gaps.append(Float(map.sum - Double(ends[0] - ends[1])))
        }
        return Attribution(maps: Tensor.stack(maps), numbers: [("completeness_gap", gaps)])
    }
}

extension Tensor {
    /// Writes all elements.
    fileprivate func fillAll(_ target: UnsafeMutableBufferPointer<Float>) {
        withUnsafeBufferPointer { _ = target.update(fromContentsOf: $0) }
    }
}
