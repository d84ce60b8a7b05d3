public import Tensors

/// The mean of another method's maps over noisy copies of the image.
///
/// Source: Smilkov et al., "SmoothGrad: removing noise by adding noise", 2017. The noise of an image is its own: it
/// depends on the seed and the image's name alone.
public struct SmoothGrad: Sendable {
    public let copies: Int
    /// Standard deviation of the noise over the difference between the image's largest and smallest value.
    public let level: Float
    public let seed: Int

    public init(copies: Int, level: Float, seed: Int) {
        precondition(copies > 0, "\(copies) copies")
        (self.copies, self.level, self.seed) = (copies, level, seed)
    }

    /// - Parameter names: of the images.
    public func attribute(
        _ images: Tensor, names: [String], _ focuses: [Focus], by method: any AttributionMethod, _ explainer: Explainer
    ) throws -> Attribution {
        var maps: [Tensor] = []
        var numbers: [(name: String, values: [Float])] = []
        for (row, focus) in focuses.enumerated() {
            let noisy = noisyCopies(of: images.row(row), named: names[row])
            let answers = try method.attribute(
                noisy, [Focus](repeating: focus, count: copies), explainer)
            maps.append(answers.maps.meanOfRows())
            for (index, number) in answers.numbers.enumerated() {
                if numbers.count == index { numbers.append((number.name, [])) }
                numbers[index].values.append(number.values.reduce(0, +) / Float(copies))
            }
        }
        return Attribution(maps: Tensor.stack(maps), numbers: numbers)
    }

    /// `[copies, channels, height, width]`.
    package func noisyCopies(of image: Tensor, named name: String) -> Tensor {
        let range = image.finiteBounds
        let deviation = level * (range.upperBound - range.lowerBound)
        let random = CounterRandom(seed: seed).stream("smoothgrad").stream(name)
        return Tensor.stack(
            (0..<copies).map { copy in
                Tensor(uninitialized: image.shape) { pixels in
                    image.withUnsafeBufferPointer { image in
                        for index in pixels.indices {
                            pixels[index] = image[index] + deviation * random[copy].normal(index)
                        }
                    }
                }
            })
    }
}

extension Tensor {
    /// Mean along the first axis, without it.
    fileprivate func meanOfRows() -> Tensor {
        let (rows, length) = (shape[0], rowCount)
        return Tensor(uninitialized: Array(shape.dropFirst())) { means in
            withUnsafeBufferPointer { values in
                for index in 0..<length {
                    var sum = 0.0
                    for row in 0..<rows { sum += Double(values[row * length + index]) }
                    means[index] = Float(sum / Double(rows))
                }
            }
        }
    }

    fileprivate var finiteBounds: ClosedRange<Float> { range ?? 0...0 }
}
