import ForeignFiles

/// What the axes and numbers of an array of images mean.
struct ArrayImages: Sendable {
    /// `[channels, height, width]` of a sample.
    let shape: [Int]
    private let isChannelsLast: Bool
    /// What a number is multiplied by to make 255 of full intensity.
    private let scale: Float
    private let white: Float
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
        scale = 255 / white
    }

    /// Bytes of a sample, `[channels, height, width]`, from its numbers as stored.
    func write(
        _ numbers: ArraySlice<Float>, sample: Int, into target: UnsafeMutableBufferPointer<UInt8>
    ) throws(DatasetError) {
        let (channels, plane) = (shape[0], shape[1] * shape[2])
        for (index, number) in numbers.enumerated() {
            let level = (number * scale).rounded()
            // Also where it is no number.
            guard level >= 0, level <= 255 else {
                throw place.error(
                    "sample \(sample) has the value \(number), expected 0...\(white)",
                    fix: number >= 0 && number <= 255
                        ? "set 'white' to the number that stands for full intensity, 255 for example"
                        : "store images before they are normalized")
            }
            target[isChannelsLast ? index % channels * plane + index / channels : index] = UInt8(level)
        }
    }
}

/// Samples that are read from an array when they are asked for.
struct ArraySource: PixelSource {
    let array: any RowArray
    let images: ArrayImages

    /// Row of each sample.
    let rows: [Int]

    func read(_ sample: Int, into target: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) {
        let row = rows[sample]
        let numbers: [Float]
        do throws(ForeignFileError) { numbers = try array.floats(rows: row..<row + 1) } catch { throw .foreign(error) }
        try images.write(numbers[...], sample: row, into: target)
    }
}

extension MemorySource {
    /// Reads samples of an array that is stored in chunks, so that each chunk is decoded once.
    init(_ array: any RowArray, _ images: ArrayImages, rows: [Int]) throws(DatasetError) {
        let length = images.shape.reduce(1, *)
        let range = rows.min()!..<rows.max()! + 1
        var bytes: [UInt8] = []
        var start = range.lowerBound
        let sample = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: length)
        defer { sample.deallocate() }
        while start < range.upperBound {
            let end = min(range.upperBound, (start / array.rowsPerChunk + 1) * array.rowsPerChunk)
            let numbers: [Float]
            do throws(ForeignFileError) { numbers = try array.floats(rows: start..<end) } catch {
                throw .foreign(error)
            }
            for row in start..<end {
                let first = (row - start) * length
                try images.write(numbers[first..<first + length], sample: row, into: sample)
                bytes.append(contentsOf: sample)
            }
            start = end
        }
        self.init(bytes: bytes, recordLength: length, records: rows.map { $0 - range.lowerBound })
    }
}
