public import Tensors

/// Images with their names.
///
/// Whatever is random about an image is drawn by its name, so that it does not depend on the images beside it.
public struct NamedImages: Sendable {
    /// `[count, channels, height, width]` in [0, 1] (noise may lead beyond).
    public let pixels: Tensor
    public let names: [String]

    public init(_ pixels: Tensor, names: [String]) {
        precondition(pixels.shape[0] == names.count, "\(names.count) names for \(pixels.shape[0]) images")
        (self.pixels, self.names) = (pixels, names)
    }

    public var count: Int { names.count }

    /// Some of them.
    func chosen(_ rows: [Int]) -> NamedImages {
        NamedImages(Tensor.stack(rows.map(pixels.row)), names: rows.map { names[$0] })
    }
}
