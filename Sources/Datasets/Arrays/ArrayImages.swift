/// What the axes and numbers of an array of images mean.
struct ArrayImages: Sendable {
    /// `[channels, height, width]` of a sample.
    let shape: [Int]
    private let isChannelsLast: Bool
    /// The number of full intensity.
    private let white: Float
    /// Bytes where no number can be anything else.
    let precision: DatasetDescription.Precision
    private let place: LabelledArrays.Place

    /// A picture may have no more numbers.
    private static let largestSize = 100_000_000

    init(_ arrays: LabelledArrays, _ specification: DatasetSpecification) throws(DatasetError) {
        place = arrays.imagesPlace
        let lengths = arrays.images.shape
        let isColour = { (length: Int) in length == 1 || length == 3 }
        var axis = specification.channels
        if axis == nil, lengths.count == 4, isColour(lengths[1]) != isColour(lengths[3]) {
            axis = isColour(lengths[1]) ? .first : .last
        }
        let channels: Int
        switch (lengths.count, axis) {
        case (3, _): channels = 1
        case (4, .first): channels = lengths[1]
        case (4, .last): channels = lengths[3]
        case (4, nil) where isColour(lengths[1]):
            throw place.error(
                "has the shape \(lengths), where channels may be the second axis or the last",
                fix: "set 'channels' to \"first\" or \"last\"")
        default: channels = 0
        }
        isChannelsLast = lengths.count == 4 && axis == .last
        let sides = lengths.count == 4 && !isChannelsLast ? lengths.dropFirst(2) : lengths.dropFirst()
        shape = [channels] + sides.prefix(2)
        guard isColour(channels), !lengths.contains(0) else {
            throw place.error(
                "has the shape \(lengths), which is none of images",
                fix: "store images as [samples, height, width], or with an axis of 1 or 3 channels")
        }
        var size = (partialValue: 1, overflow: false)
        for length in shape where !size.overflow { size = size.partialValue.multipliedReportingOverflow(by: length) }
        guard !size.overflow, size.partialValue <= Self.largestSize else {
            throw place.error(
                "has images of \(shape[2])×\(shape[1]) pixels, which is too large", fix: "store smaller images")
        }
        white = specification.white.map(Float.init) ?? (arrays.images.isInteger ? 255 : 1)
        precision = arrays.images.isInteger && white == 255 ? .byte : .float
    }

    /// Numbers of a sample.
    var length: Int { shape[0] * shape[1] * shape[2] }

    /// Writes a sample, `[channels, height, width]`, from its numbers as stored. What is beyond the ends by less than
    /// half a byte's step is cut off.
    func write<Value: PixelValue>(
        _ numbers: ArraySlice<Float>, sample: Int, into target: UnsafeMutableBufferPointer<Value>
    ) throws(DatasetError) {
        let (channels, plane) = (shape[0], shape[1] * shape[2])
        let margin: Float = 0.5 / 255
        for (index, number) in numbers.enumerated() {
            let intensity = number / white
            // Also where it is no number.
            guard intensity > -margin, intensity < 1 + margin else {
                throw place.error(
                    "sample \(sample) has the value \(number), expected 0...\(white)",
                    fix: number >= 0 && number <= 255
                        ? "set 'white' to the number that stands for full intensity, 255 for example"
                        : "store images before they are normalized")
            }
            target[isChannelsLast ? index % channels * plane + index / channels : index] = Value(
                intensity: min(max(intensity, 0), 1))
        }
    }
}
