import Imaging

/// Brings pictures to the size and the channels a specification asks for: colour, then resize, then crop.
struct Adjustment: Sendable {
    private let resize: Int?
    private let longerSide: DatasetSpecification.LongerSide
    private let crop: Int?
    private let color: DatasetSpecification.ColorMode?

    /// Resized pictures with more pixels are refused: a thin line would become a giant.
    private static let largestPixelCount = 100_000_000

    init(_ specification: DatasetSpecification) {
        resize = specification.resize
        longerSide = specification.longerSide
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
        let resized = resizedSize(of: size)
        guard resized.width * resized.height <= Self.largestPixelCount else {
            throw .resizedTooLarge(path: file, size: size, resized: resized)
        }
        guard let crop else { return resized }
        guard crop <= min(resized.width, resized.height) else {
            throw .cropTooLarge(path: file, size: resized, crop: crop)
        }
        return .init(width: crop, height: crop)
    }

    /// The shorter side at `resize`, the longer one in proportion, in whole pixels.
    private func resizedSize(of size: DatasetError.PixelSize) -> DatasetError.PixelSize {
        guard let resize else { return size }
        let sides = Image.sides(
            ofWidth: size.width, height: size.height, withShorterSide: resize,
            rounding: longerSide == .cut ? .towardZero : .toNearestOrAwayFromZero)
        return .init(width: sides.width, height: sides.height)
    }

    func adjusted(_ image: Image) -> Image {
        var image = image
        switch color {
        case nil: break
        case .gray: image = image.convertedToGray()
        case .rgb: image = image.convertedToRGB()
        }
        let size = resizedSize(of: .init(width: image.width, height: image.height))
        return image.resized(
            width: size.width, height: size.height,
            keepingColumns: crop.map { Image.center($0, of: size.width) } ?? 0..<size.width,
            rows: crop.map { Image.center($0, of: size.height) } ?? 0..<size.height)
    }

    /// Whether pictures of a shape stay as they are.
    func keeps(_ shape: [Int]) -> Bool { resize == nil && crop == nil && channels(of: shape[0]) == shape[0] }

    /// A source whose samples have `shape`, adjusted. What is adjusted has 8 bits, whatever `source` has.
    func applied(to source: some PixelSource, shape: [Int]) -> any PixelSource {
        keeps(shape) ? source : AdjustedSource(source: source, shape: shape, adjustment: self)
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
