import Imaging

/// Brings pictures to the size and the channels a specification asks for: colour, then resize, then crop.
struct Adjustment: Sendable {
    private let resize: Int?
    private let crop: Int?
    private let color: DatasetSpecification.ColorMode?

    /// Resized pictures with more pixels are refused: a thin line would become a giant.
    private static let largestPixelCount = 100_000_000

    init(_ specification: DatasetSpecification) {
        resize = specification.resize
        crop = specification.crop
        color = specification.color
    }

    /// `[channels, height, width]` after adjustment of pictures of one shape.
    func shape(of shape: [Int], file: String) throws(DatasetError) -> [Int] {
        let size = try size(of: .init(width: shape[2], height: shape[1]), file: file)
        return [channels(of: shape[0]), size.height, size.width]
    }

    func channels(of channels: Int) -> Int {
        switch color {
        case nil: channels
        case .gray: 1
        case .rgb: 3
        }
    }

    /// Size after adjustment; an error where the picture is too small for the crop.
    func size(of size: DatasetError.PixelSize, file: String) throws(DatasetError) -> DatasetError.PixelSize {
        var adjusted = size
        if let resize {
            let shorter = min(size.width, size.height)
            let longer = Int(Double(resize * max(size.width, size.height)) / Double(shorter))
            adjusted =
                size.width <= size.height ? .init(width: resize, height: longer) : .init(width: longer, height: resize)
            guard adjusted.width * adjusted.height <= Self.largestPixelCount else {
                throw .resizedTooLarge(path: file, size: size, resized: adjusted)
            }
        }
        guard let crop else { return adjusted }
        guard crop <= min(adjusted.width, adjusted.height) else {
            throw .cropTooLarge(path: file, size: adjusted, crop: crop)
        }
        return .init(width: crop, height: crop)
    }

    func adjusted(_ image: Image) -> Image {
        var image = image
        switch color {
        case nil: break
        case .gray: image = image.convertedToGray()
        case .rgb: image = image.convertedToRGB()
        }
        if let resize, min(image.width, image.height) != resize { image = image.resized(shorterSide: resize) }
        if let crop { image = image.centerCropped(width: crop, height: crop) }
        return image
    }

    /// A source whose samples have `shape`, adjusted.
    func applied(to source: some PixelSource, shape: [Int]) -> any PixelSource {
        let keeps = resize == nil && crop == nil && channels(of: shape[0]) == shape[0]
        return keeps ? source : AdjustedSource(source: source, shape: shape, adjustment: self)
    }
}

private struct AdjustedSource<Source: PixelSource>: PixelSource {
    let source: Source
    let shape: [Int]
    let adjustment: Adjustment

    func read(_ sample: Int, into target: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) {
        let planes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: shape.reduce(1, *))
        defer { planes.deallocate() }
        try source.read(sample, into: planes)
        adjustment.adjusted(Image(planes: planes, shape: shape)).writePlanes(into: target)
    }
}
