package import NeuralNetwork
package import Tensors

/// The part of an image that gives a position of a layer what it has of the whole image.
///
/// Windows of a layer have one size. They begin at multiples of the layer's stride and end as the image does, counted in
/// strides: so the maps of a window are a part of those of the image, and padding is where it was.
package struct LayerWindow: Sendable {
    /// Height and width.
    package let size: [Int]
    /// `[channels, height, width]`.
    let imageShape: [Int]
    /// Shape of the layer's activation for a window.
    package let mapShape: [Int]
    /// Shape of its activation for the whole image.
    private let wholeShape: [Int]

    private let field: ReceptiveField

    /// - Parameters:
    ///   - node: a layer; one whose positions see the whole image, or cannot be computed of a part, gets all of it.
    ///   - isWhole: whether all of the image is wanted in any case.
    package init(_ node: Int, of network: Network, isWhole: Bool = false) {
        let (image, whole) = (network.inputShape, network.shapes[node])
        let field = network.receptiveFields[node]
        (imageShape, wholeShape, self.field) = (image, whole, field)
        let needed = whole.count == 3 && !isWhole ? Self.size(field, imageShape: image) : nil
        guard let needed, let part = try? network.upTo(node, inputShape: [image[0]] + needed).outputShape,
            (0..<2).allSatisfy({ axis in
                let strides = (image[1 + axis] - needed[axis]) / field.stride[axis]
                return part[1 + axis] == whole[1 + axis] - strides
            })
        else {
            (size, mapShape) = (Array(image.dropFirst()), whole)
            return
        }
        (size, mapShape) = (needed, part)
    }

    private static func size(_ field: ReceptiveField, imageShape: [Int]) -> [Int]? {
        field.size.map { extent in
            (0..<2).map { axis in
                let (length, stride) = (imageShape[1 + axis], field.stride[axis])
                let needed = extent[axis] + field.offset(axis)
                return needed >= length ? length : length - (length - needed) / stride * stride
            }
        }
    }

    package var isWhole: Bool { size == Array(imageShape.dropFirst()) }

    /// Pixels of a window for each pixel of the image.
    var share: Double { Double(size[0] * size[1]) / Double(imageShape[1] * imageShape[2]) }

    /// Row and column of the image at which the window of a position begins.
    /// - Parameter position: row-major, in the map of the whole image.
    package func origin(of position: Int) -> [Int] {
        guard !isWhole else { return [0, 0] }
        let place = [position / wholeShape[2], position % wholeShape[2]]
        return (0..<2).map { axis in
            let first = field.start[axis] + place[axis] * field.stride[axis] - field.offset(axis)
            return min(max(first, 0), imageShape[1 + axis] - size[axis])
        }
    }

    /// Copies the window at an origin out of a row of images.
    /// - Parameter images: `[images, channels, height, width]`.
    package func cut(
        _ row: Int, of images: Tensor, at origin: [Int], into target: UnsafeMutableBufferPointer<Float>
    ) {
        let (channels, height, width) = (imageShape[0], imageShape[1], imageShape[2])
        images.withUnsafeBufferPointer { source in
            for line in 0..<channels * size[0] {
                let (channel, y) = (line / size[0], line % size[0])
                let from = ((row * channels + channel) * height + origin[0] + y) * width + origin[1]
                _ = UnsafeMutableBufferPointer(rebasing: target[line * size[1]..<(line + 1) * size[1]])
                    .update(fromContentsOf: source[from..<from + size[1]])
            }
        }
    }

    /// Where a position stands in the map of its window.
    package func position(of position: Int) -> Int {
        guard !isWhole else { return position }
        let origin = origin(of: position)
        let row = position / wholeShape[2] - origin[0] / field.stride[0]
        return row * mapShape[2] + position % wholeShape[2] - origin[1] / field.stride[1]
    }
}

extension ReceptiveField {
    /// Pixels from a multiple of the stride to the first pixel that a position sees.
    fileprivate func offset(_ axis: Int) -> Int {
        let rest = start[axis] % stride[axis]
        return rest < 0 ? rest + stride[axis] : rest
    }
}
