import Glibc

/// An image blurred by a Gaussian, with grey around it. Its linear part is its own adjoint.
struct Blur: DrawnTransform {
    let output: [Int]
    /// Weights of a row from the middle on, their whole sum 1; beyond three deviations there is nothing.
    private let kernel: [Float]

    /// - Parameter deviation: of the Gaussian, in pixels; above 0.
    init(height: Int, width: Int, deviation: Double) {
        output = [height, width]
        let weights = (0...Int((3 * deviation).rounded(.up))).map { exp(-0.5 * pow(Double($0) / deviation, 2)) }
        let sum = 2 * weights.reduce(0, +) - weights[0]
        kernel = weights.map { Float($0 / sum) }
    }

    func apply(_ image: UnsafeBufferPointer<Float>, channels: Int, into result: UnsafeMutableBufferPointer<Float>) {
        blur(image, offset: outsideTone, channels, into: result)
    }

    func applyAdjoint(
        _ result: UnsafeBufferPointer<Float>, channels: Int, into image: UnsafeMutableBufferPointer<Float>
    ) {
        blur(result, offset: 0, channels, into: image)
    }

    /// - Parameter offset: what lies around.
    private func blur(
        _ source: UnsafeBufferPointer<Float>, offset: Float, _ channels: Int,
        into target: UnsafeMutableBufferPointer<Float>
    ) {
        let (height, width) = (output[0], output[1])
        withUnsafeTemporaryAllocation(of: Float.self, capacity: height * width) { rows in
            for channel in 0..<channels {
                let plane = channel * height * width
                rows.update(repeating: 0)
                for row in 0..<height {
                    let line = row * width
                    forEachShift(within: width) { weight, shift, range in
                        for column in range {
                            rows[line + column] += weight * (source[plane + line + column + shift] - offset)
                        }
                    }
                }
                for index in 0..<height * width { target[plane + index] = offset }
                forEachShift(within: height) { weight, shift, range in
                    for index in range.lowerBound * width..<range.upperBound * width {
                        target[plane + index] += weight * rows[index + shift * width]
                    }
                }
            }
        }
    }

    /// Calls `body` with every weight, how far it looks, and the places from which that is still inside.
    private func forEachShift(within length: Int, _ body: (Float, Int, Range<Int>) -> Void) {
        let reach = min(kernel.count, length) - 1
        for shift in -reach...reach {
            body(kernel[abs(shift)], shift, max(0, -shift)..<min(length, length - shift))
        }
    }
}
