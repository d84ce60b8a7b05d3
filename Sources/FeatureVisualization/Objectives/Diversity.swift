import Tensors

/// How alike the images of one target are to a layer: Σ cos(Gᵢ, Gⱼ) over all ordered pairs i ≠ j, where
/// G = A·Aᵀ is the Gram matrix of an activation A `[channels, positions]`.
///
/// A variation of Olah, Mordvintsev & Schubert, "Feature visualization", Distill 2017, section "Diversity": there the weight
/// is a plain number, here it is counted in the size of a layer's answers.
struct Diversity: Sendable {
    let node: Int
    let weight: Float
    let channels: Int

    /// `weight` times the likeness of the images; takes its slope off `gradient`.
    ///
    /// - Parameters:
    ///   - scale: what the weight is counted in.
    ///   - activations: `[images, channels, …]`.
    ///   - gradient: of the same shape.
    func charge(
        _ activations: UnsafeBufferPointer<Float>, images: Int, scale: Float,
        slopeOff gradient: UnsafeMutableBufferPointer<Float>
    ) -> Double {
        let weight = Double(weight) * Double(scale)
        let count = activations.count / images
        let matrices = (0..<images).map { image in
            Tensor(uninitialized: [channels, count / channels]) {
                _ = $0.update(fromContentsOf: activations[image * count..<(image + 1) * count])
            }
        }
        let grams = matrices.map { Tensor.product($0, transposed: false, $0, transposed: true) }
        let lengths = grams.map { Self.product($0, $0).squareRoot() }
        // Where nothing answers there is nothing alike.
        let units = zip(grams, lengths).map { gram, length in gram * Float(length > 0 ? 1 / length : 0) }
        let all = units.dropFirst().reduce(units[0], +)
        var sum = 0.0
        for image in 0..<images where lengths[image] > 0 {
            let others = all - units[image]
            let likeness = Self.product(others, units[image])
            sum += likeness
            // A appears twice in A·Aᵀ, and every pair twice in the sum.
            let factor = Float(4 * weight / lengths[image])
            let slope = Tensor.product(others - units[image] * Float(likeness), matrices[image])
            slope.withUnsafeBufferPointer { slope in
                for index in slope.indices { gradient[image * count + index] -= factor * slope[index] }
            }
        }
        return weight * sum
    }

    private static func product(_ a: Tensor, _ b: Tensor) -> Double {
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                var sum = 0.0
                for index in a.indices { sum += Double(a[index]) * Double(b[index]) }
                return sum
            }
        }
    }
}
