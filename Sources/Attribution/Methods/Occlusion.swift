import Tensors

/// How much the score falls when a window of the image is covered, for windows all over it.
///
/// Every pixel gets the mean of score(image) − score(covered image) over the windows that cover it; the windows at the
/// right and lower edge are cut off there. Source: Zeiler & Fergus, "Visualizing and understanding convolutional
/// networks", 2014.
public struct Occlusion: AttributionMethod {
    /// Side of the square window in pixels.
    public let window: Int
    /// Pixels between neighboring windows.
    public let stride: Int
    public let fill: PlainColor
    private let rows: [Range<Int>]
    private let columns: [Range<Int>]

    public var isSigned: Bool { true }
    public var hasChannels: Bool { false }
    public var runsPerImage: Int { looks }
    public var facts: [AttributionFact] { [.init("window", window), .init("stride", stride)] }
    public var meaningOfConstant: String { "covering one window or another makes no difference to the score" }

    /// - Throws: ``AttributionError`` for windows larger than the image or with gaps between them.
    public init(window: Int, stride: Int, fill: PlainColor, imageShape: [Int]) throws(AttributionError) {
        guard window <= min(imageShape[1], imageShape[2]) else {
            throw .windowTooLarge(window: window, image: Array(imageShape.dropFirst()))
        }
        guard stride <= window else { throw .strideAboveWindow(stride: stride, window: window) }
        (self.window, self.stride, self.fill) = (window, stride, fill)
        rows = Self.windows(length: imageShape[1], window: window, stride: stride)
        columns = Self.windows(length: imageShape[2], window: window, stride: stride)
    }

    /// The windows along an axis, as ranges of pixels: ⌈(length − window) / stride⌉ + 1 of them.
    package static func windows(length: Int, window: Int, stride: Int) -> [Range<Int>] {
        (0...(length - window + stride - 1) / stride).map { $0 * stride..<min($0 * stride + window, length) }
    }

    /// One at each covered image, and the last at the image as it is.
    private var looks: Int { rows.count * columns.count + 1 }

    public func attribute(_ images: NamedImages, _ focuses: [Focus], _ explainer: Explainer) throws -> Attribution {
        let (height, width) = (images.pixels.shape[2], images.pixels.shape[3])
        let colors = fill.values(of: explainer.model)
        let scores = try explainer.scores(focuses.count * looks, { focuses[$0 / looks] }) { look, pixels in
            images.pixels.fill(look / looks, pixels)
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
                let fall = plain.minus(scores[sample * looks + index])
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
