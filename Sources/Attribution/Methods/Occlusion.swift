public import Tensors

/// How much the score falls when a window of the image is covered, for windows all over it.
///
/// Every pixel gets the mean of score(image) − score(covered image) over the windows that cover it; the windows at the
/// right and lower edge are cut off there. Source: Zeiler & Fergus, "Visualizing and understanding convolutional
/// networks", 2014.
public struct Occlusion: AttributionMethod {
    /// Side of the square window in pixels.
    public let window: Int
    /// Pixels between neighbouring windows.
    public let stride: Int
    public let filling: Filling
    public var isSigned: Bool { true }

    /// - Throws: ``AttributionError`` for windows larger than the image or with gaps between them.
    public init(window: Int, stride: Int, filling: Filling, imageShape: [Int]) throws(AttributionError) {
        guard window <= min(imageShape[1], imageShape[2]) else {
            throw .windowTooLarge(window: window, image: Array(imageShape.dropFirst()))
        }
        guard stride <= window else { throw .strideAboveWindow(stride: stride, window: window) }
        (self.window, self.stride, self.filling) = (window, stride, filling)
    }

    /// The windows along an axis, as ranges of pixels: ⌈(length − window) / stride⌉ + 1 of them.
    package static func windows(length: Int, window: Int, stride: Int) -> [Range<Int>] {
        (0...(length - window + stride - 1) / stride).map { $0 * stride..<min($0 * stride + window, length) }
    }

    public func attribute(_ images: Tensor, _ focuses: [Focus], _ explainer: Explainer) throws -> Attribution {
        let (height, width) = (images.shape[2], images.shape[3])
        let rows = Self.windows(length: height, window: window, stride: stride)
        let columns = Self.windows(length: width, window: window, stride: stride)
        let colors = filling.colors(of: explainer.model)
        // The last look at each image is at the image as it is.
        let looks = rows.count * columns.count + 1
        let scores = try explainer.scores(focuses.count * looks, { focuses[$0 / looks] }) { look, pixels in
            images.fill(look / looks, pixels)
            let index = look % looks
            guard index < looks - 1 else { return }
            for (channel, color) in colors.enumerated() {
                for row in rows[index / columns.count] {
                    let line = (channel * height + row) * width
                    for column in columns[index % columns.count] { pixels[line + column] = color }
                }
            }
        }
        let maps = RowsInPlace([focuses.count, 1, height, width])
        for sample in focuses.indices {
            let plain = scores[(sample + 1) * looks - 1]
            var sums = [Double](repeating: 0, count: height * width)
            var counts = [Int](repeating: 0, count: height * width)
            for index in 0..<looks - 1 {
                let fall = Double(plain - scores[sample * looks + index])
                for row in rows[index / columns.count] {
                    for column in columns[index % columns.count] {
                        sums[row * width + column] += fall
                        counts[row * width + column] += 1
                    }
                }
            }
            let map = maps.row(sample)
            for position in sums.indices { map[position] = Float(sums[position] / Double(counts[position])) }
        }
        return Attribution(maps: maps.tensor())
    }
}
