/// A rectangle of an image, cut out or with grey around it.
struct Window: DrawnTransform {
    /// `[height, width]`.
    let input: [Int]
    let output: [Int]
    /// Row and column of the image that become row and column 0; negative where grey comes first.
    let offset: [Int]

    static func identity(_ height: Int, _ width: Int) -> Window {
        Window(input: [height, width], output: [height, width], offset: [0, 0])
    }

    /// The middle of an image, or the image in the middle of grey.
    static func centered(input: [Int], output: [Int]) -> Window {
        Window(input: input, output: output, offset: (0..<2).map { (input[$0] - output[$0]) >> 1 })
    }

    func apply(_ image: UnsafeBufferPointer<Float>, channels: Int, into result: UnsafeMutableBufferPointer<Float>) {
        if covered.count < output[0] || coveredColumns.count < output[1] { result.update(repeating: outsideTone) }
        forEachRow(channels) { source, target, count in
            (result.baseAddress! + target).update(from: image.baseAddress! + source, count: count)
        }
    }

    func applyAdjoint(
        _ result: UnsafeBufferPointer<Float>, channels: Int, into image: UnsafeMutableBufferPointer<Float>
    ) {
        image.update(repeating: 0)
        forEachRow(channels) { source, target, count in
            (image.baseAddress! + source).update(from: result.baseAddress! + target, count: count)
        }
    }

    /// Rows of the result that show the image.
    private var covered: Range<Int> { overlap(axis: 0) }
    private var coveredColumns: Range<Int> { overlap(axis: 1) }

    private func overlap(axis: Int) -> Range<Int> {
        let first = min(max(0, -offset[axis]), output[axis])
        return first..<max(first, min(output[axis], input[axis] - offset[axis]))
    }

    /// Calls `body` with the places of each stretch that image and result share, and its length.
    private func forEachRow(_ channels: Int, _ body: (Int, Int, Int) -> Void) {
        let columns = coveredColumns
        for channel in 0..<channels {
            for row in covered {
                let source = (channel * input[0] + row + offset[0]) * input[1] + columns.lowerBound + offset[1]
                body(source, (channel * output[0] + row) * output[1] + columns.lowerBound, columns.count)
            }
        }
    }
}
