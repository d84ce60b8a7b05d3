public import NeuralNetwork
public import Tensors

/// The part of an image that one position of a layer sees.
///
/// All patches of a layer have one size: along each axis the receptive field's, or the image's where that is smaller.
public struct Patch: Sendable, Equatable {
    /// Rows of the image that are seen.
    public let rows: Range<Int>
    /// Columns of the image that are seen.
    public let columns: Range<Int>
    /// Rows of the picture, counted as those of the image; it may reach beyond the image.
    public let frameRows: Range<Int>
    /// Columns of the picture, counted as those of the image; it may reach beyond the image.
    public let frameColumns: Range<Int>

    /// What stands in a cut where the position sees nothing of the image.
    public static let gray: Float = 0.5

    /// - Parameters:
    ///   - position: row-major, in a map of `mapShape`.
    ///   - mapShape: `[channels, height, width]`, or `[features]`, which counts as seeing the whole image.
    ///   - imageShape: `[channels, height, width]`.
    public init(_ field: ReceptiveField, position: Int, mapShape: [Int], imageShape: [Int]) {
        let width = mapShape.count == 3 ? mapShape[2] : 1
        let place = [position / width, position % width]
        let axes = (0..<2).map { axis -> (seen: Range<Int>, frame: Range<Int>) in
            let length = imageShape[1 + axis]
            // The places of a vector are no places of the image.
            guard mapShape.count == 3 else { return (0..<length, 0..<length) }
            let seen = Range(field.pixels(at: place[axis], axis: axis, imageSize: length))
            guard let size = field.size?[axis], size < length else { return (seen, 0..<length) }
            let first = field.start[axis] + place[axis] * field.stride[axis]
            return (seen, first..<first + size)
        }
        (rows, frameRows) = axes[0]
        (columns, frameColumns) = axes[1]
    }

    /// Whether it is the image as it is.
    public func isWhole(of imageShape: [Int]) -> Bool { rows == 0..<imageShape[1] && columns == 0..<imageShape[2] }

    /// The patch as a picture, `[channels, height, width]` of the frame, gray outside what is seen.
    /// - Parameter image: `[channels, height, width]`.
    public func cut(from image: Tensor) -> Tensor {
        let (channels, height, width) = (image.shape[0], image.shape[1], image.shape[2])
        return Tensor(uninitialized: [channels, frameRows.count, frameColumns.count]) { target in
            target.update(repeating: Self.gray)
            image.withUnsafeBufferPointer { source in
                for channel in 0..<channels {
                    for row in rows.clamped(to: frameRows) {
                        let from = (channel * height + row) * width
                        let to =
                            (channel * frameRows.count + row - frameRows.lowerBound) * frameColumns.count
                            - frameColumns.lowerBound
                        for column in columns.clamped(to: frameColumns) { target[to + column] = source[from + column] }
                    }
                }
            }
        }
    }
}
