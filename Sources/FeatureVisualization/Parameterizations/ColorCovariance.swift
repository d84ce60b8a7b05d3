public import Tensors

/// How the channels of pixels vary together, counted image by image.
public struct ColorCovariance: Sendable, Hashable {
    public let channels: Int
    private var count = 0.0
    private var sums: [Double]
    /// Row-major `[channels, channels]`.
    private var products: [Double]

    public init(channels: Int) {
        self.channels = channels
        sums = Array(repeating: 0, count: channels)
        products = Array(repeating: 0, count: channels * channels)
    }

    /// Counts the pixels of an image `[channels, height, width]`.
    /// - Complexity: O(pixels · channels²)
    public mutating func add(_ image: Tensor) {
        precondition(image.shape[0] == channels, "an image of \(image.shape[0]) channels, not \(channels)")
        let positions = image.rowCount
        count += Double(positions)
        image.withUnsafeBufferPointer { pixels in
            for row in 0..<channels {
                let plane = pixels[row * positions..<(row + 1) * positions]
                sums[row] += plane.reduce(0.0) { $0 + Double($1) }
                for column in 0...row {
                    let shift = (column - row) * positions
                    products[row * channels + column] += plane.indices.reduce(0.0) {
                        $0 + Double(pixels[$1]) * Double(pixels[$1 + shift])
                    }
                }
            }
        }
    }

    /// Row-major `[channels, channels]`: mean of (x − mean)(y − mean) over all pixels.
    public var matrix: [Double] {
        (0..<channels * channels).map { index in
            let (row, column) = (index / channels, index % channels)
            let product = products[max(row, column) * channels + min(row, column)]
            return product / count - sums[row] / count * (sums[column] / count)
        }
    }

    /// A square root of the covariance over its largest column norm: mixes independent planes into colours that vary
    /// together as these do.
    ///
    /// Column k is the k-th direction of greatest variance times its standard deviation, its largest element positive;
    /// `nil` for one channel, where there is nothing to mix, and where no pixel differs from another.
    public var decorrelation: [Float]? {
        guard channels > 1,
            let directions = try? SymmetricEigenvectors(matrix, side: channels, count: channels),
            directions.values[0] > 0
        else { return nil }
        var root = [Double](repeating: 0, count: channels * channels)
        for column in 0..<channels {
            let direction = directions.vectors[column * channels..<(column + 1) * channels]
            let deviation = max(directions.values[column], 0).squareRoot()
            let sign: Double = direction.max { abs($0) < abs($1) }! < 0 ? -1 : 1
            for (row, element) in direction.enumerated() { root[row * channels + column] = sign * deviation * element }
        }
        return ColorDecorrelation.scaled(root, channels: channels)
    }
}
