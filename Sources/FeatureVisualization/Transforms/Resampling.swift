import CKernels
import Glibc

/// An image enlarged and turned about its centre, sampled bilinearly, with grey around it.
struct Resampling: DrawnTransform {
    let output: [Int]
    /// For each position, four places in a plane of the image, and their weights; weight 0 outside.
    private let indices: [Int32]
    private let weights: [Float]
    /// What the grey outside gives to each position.
    private let rest: [Float]

    /// - Parameter degrees: counted anticlockwise as one looks at the image.
    init(height: Int, width: Int, scale: Double, degrees: Double) {
        output = [height, width]
        let count = height * width
        let (cosine, sine) = (cos(degrees * .pi / 180) / scale, sin(degrees * .pi / 180) / scale)
        let (middleRow, middleColumn) = (Double(height - 1) / 2, Double(width - 1) / 2)
        var rest = [Float](repeating: 0, count: count)
        var weights = [Float](repeating: 0, count: 4 * count)
        indices = [Int32](unsafeUninitializedCapacity: 4 * count) { indices, initializedCount in
            for row in 0..<height {
                for column in 0..<width {
                    let (down, right) = (Double(row) - middleRow, Double(column) - middleColumn)
                    let sourceRow = middleRow + cosine * down + sine * right
                    let sourceColumn = middleColumn - sine * down + cosine * right
                    let (top, left) = (sourceRow.rounded(.down), sourceColumn.rounded(.down))
                    let (below, beside) = (Float(sourceRow - top), Float(sourceColumn - left))
                    let position = row * width + column
                    var outside: Float = 0
                    for corner in 0..<4 {
                        let (y, x) = (Int(top) + corner / 2, Int(left) + corner % 2)
                        let weight = (corner / 2 == 1 ? below : 1 - below) * (corner % 2 == 1 ? beside : 1 - beside)
                        let isInside = y >= 0 && y < height && x >= 0 && x < width
                        indices[4 * position + corner] = isInside ? Int32(y * width + x) : 0
                        if isInside { weights[4 * position + corner] = weight } else { outside += weight }
                    }
                    rest[position] = outside * outsideTone
                }
            }
            initializedCount = 4 * count
        }
        self.weights = weights
        self.rest = rest
    }

    func apply(_ image: UnsafeBufferPointer<Float>, channels: Int, into result: UnsafeMutableBufferPointer<Float>) {
        let count = output[0] * output[1]
        ck_resample(
            result.baseAddress, image.baseAddress, indices, weights, rest, channels, image.count / channels, count)
    }

    func applyAdjoint(
        _ result: UnsafeBufferPointer<Float>, channels: Int, into image: UnsafeMutableBufferPointer<Float>
    ) {
        let count = output[0] * output[1]
        ck_resample_adjoint(
            image.baseAddress, result.baseAddress, indices, weights, channels, image.count / channels, count)
    }
}
