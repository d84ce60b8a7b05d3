import Imaging

/// Pictures decoded when they are read, so that memory does not grow with their number.
struct ImageFolderSource: PixelSource {
    var files: [DatasetFile]
    var adjustment: Adjustment
    var pixelFormat: PixelFormat

    /// `[channels, height, width]` of every sample.
    var shape: [Int]

    func read(_ sample: Int, into target: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) {
        let path = files[sample].path
        let image = adjustment.adjusted(try Self.image(at: path, as: pixelFormat))
        guard [image.channels, image.height, image.width] == shape else {
            throw .sizeChanged(
                path: path, size: .init(width: image.width, height: image.height),
                expected: .init(width: shape[2], height: shape[1]))
        }
        image.writePlanes(into: target)
    }

    static func image(at path: String, as pixelFormat: PixelFormat) throws(DatasetError) -> Image {
        do { return try Image.read(path, as: pixelFormat) } catch { throw .image(error) }
    }
}
