/// What an image is charged for, so that it stays calm where the unit does not care.
///
/// All are means over the image, so a weight means the same at any size.
public enum Penalty: Sendable, Hashable {
    /// `weight` · mean of |pixel − 0.5|: what does not help becomes exactly grey.
    case l1(weight: Float)
    /// `weight` · mean of (pixel − 0.5)².
    case l2(weight: Float)
    /// `weight` · (mean of |difference| of neighbours in a row + the same in a column).
    case totalVariation(weight: Float)
    /// `weight` · mean of ½ (pixel − blurred)², where the blurred image counts as given: each step pulls the image towards
    /// it, as if it were blurred a little every time. Source: `blur_input_each_step` of lucid.
    case blur(weight: Float)

    /// The charge for an image `[channels, height, width]`; takes its slope off `gradient`.
    package func charge(
        _ image: UnsafeBufferPointer<Float>, shape: [Int], slopeOff gradient: UnsafeMutableBufferPointer<Float>
    ) -> Double {
        switch self {
        case .l1(let weight):
            let slope = weight / Float(image.count)
            var sum = 0.0
            for index in image.indices {
                let distance = image[index] - 0.5
                sum += Double(abs(distance))
                gradient[index] -= distance > 0 ? slope : distance < 0 ? -slope : 0
            }
            return Double(weight) * sum / Double(image.count)
        case .l2(let weight):
            return Self.pull(image, towards: { _ in 0.5 }, weight: weight, gradient)
        case .totalVariation(let weight): return variation(image, shape: shape, weight, gradient)
        case .blur(let weight):
            let blurred = SmallBlur.apply(image, shape: shape)
            return Self.pull(image, towards: { blurred[$0] }, weight: weight / 2, gradient)
        }
    }

    /// `weight` · mean of (pixel − target)².
    private static func pull(
        _ image: UnsafeBufferPointer<Float>, towards target: (Int) -> Float, weight: Float,
        _ gradient: UnsafeMutableBufferPointer<Float>
    ) -> Double {
        let slope = 2 * weight / Float(image.count)
        var sum = 0.0
        for index in image.indices {
            let distance = image[index] - target(index)
            sum += Double(distance * distance)
            gradient[index] -= slope * distance
        }
        return Double(weight) * sum / Double(image.count)
    }

    private func variation(
        _ image: UnsafeBufferPointer<Float>, shape: [Int], _ weight: Float,
        _ gradient: UnsafeMutableBufferPointer<Float>
    ) -> Double {
        let (height, width) = (shape[1], shape[2])
        return Self.variation(
            image, rows: shape[0] * height, columns: width - 1, rowStride: width, step: 1, weight, gradient)
            + (0..<shape[0]).reduce(0) { sum, channel in
                let plane = channel * height * width..<(channel + 1) * height * width
                return sum
                    + Self.variation(
                        UnsafeBufferPointer(rebasing: image[plane]), rows: height - 1, columns: width,
                        rowStride: width, step: width, weight / Float(shape[0]),
                        UnsafeMutableBufferPointer(rebasing: gradient[plane]))
            }
    }

    /// `weight` · mean of |image[i + step] − image[i]| over a grid of positions i.
    private static func variation(
        _ image: UnsafeBufferPointer<Float>, rows: Int, columns: Int, rowStride: Int, step: Int, _ weight: Float,
        _ gradient: UnsafeMutableBufferPointer<Float>
    ) -> Double {
        guard rows > 0, columns > 0 else { return 0 }
        let slope = weight / Float(rows * columns)
        var sum = 0.0
        for row in 0..<rows {
            for index in row * rowStride..<row * rowStride + columns {
                let difference = image[index + step] - image[index]
                sum += Double(abs(difference))
                let change = difference > 0 ? slope : difference < 0 ? -slope : 0
                gradient[index + step] -= change
                gradient[index] += change
            }
        }
        return Double(weight) * sum / Double(rows * columns)
    }
}
