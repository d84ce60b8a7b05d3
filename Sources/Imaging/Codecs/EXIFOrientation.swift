/// How a camera was held: where the stored row 0 and column 0 belong in the upright picture (EXIF 2.32, tag 274).
enum EXIFOrientation: Int {
    case upright = 1
    case mirroredHorizontally = 2
    case turnedHalf = 3
    case mirroredVertically = 4
    case transposed = 5
    case turnedRight = 6
    case transversed = 7
    case turnedLeft = 8

    /// Whether width and height change places.
    var swapsSides: Bool { rawValue >= 5 }

    /// The orientation in the EXIF segment of a JPEG; upright where there is none or it makes no sense.
    init(jpeg bytes: [UInt8]) {
        self = Self.exifSegment(ofJPEG: bytes).flatMap(Self.orientation(inEXIF:)) ?? .upright
    }

    /// The TIFF structure of the first EXIF segment, which lies between the markers before the pixels.
    private static func exifSegment(ofJPEG bytes: [UInt8]) -> ArraySlice<UInt8>? {
        var position = 2
        while position + 4 <= bytes.count, bytes[position] == 0xFF {
            let marker = bytes[position + 1]
            if marker == 0xFF {
                position += 1
                continue
            }
            let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
            let end = position + 2 + length
            let (startOfScan, application1): (UInt8, UInt8) = (0xDA, 0xE1)
            guard marker != startOfScan, length >= 2, end <= bytes.count else { return nil }
            let payload = bytes[position + 4..<end]
            if marker == application1, payload.starts(with: Array("Exif\0\0".utf8)) { return payload.dropFirst(6) }
            position = end
        }
        return nil
    }

    private static func orientation(inEXIF bytes: ArraySlice<UInt8>) -> EXIFOrientation? {
        let tiff = Array(bytes)
        let isLittleEndian = tiff.starts(with: Array("II".utf8))
        guard isLittleEndian || tiff.starts(with: Array("MM".utf8)) else { return nil }
        func integer(at offset: Int, bytes count: Int) -> Int? {
            guard offset >= 0, offset + count <= tiff.count else { return nil }
            let field = tiff[offset..<offset + count]
            return (isLittleEndian ? Array(field.reversed()) : Array(field)).reduce(0) { $0 << 8 | Int($1) }
        }
        guard let directory = integer(at: 4, bytes: 4), let entries = integer(at: directory, bytes: 2) else {
            return nil
        }
        let (orientationTag, shortType) = (274, 3)
        for entry in 0..<entries {
            let offset = directory + 2 + entry * 12
            guard let tag = integer(at: offset, bytes: 2), let type = integer(at: offset + 2, bytes: 2) else {
                return nil
            }
            guard tag == orientationTag else { continue }
            guard type == shortType, let value = integer(at: offset + 8, bytes: 2) else { return nil }
            return EXIFOrientation(rawValue: value)
        }
        return nil
    }
}

extension Image {
    /// The upright picture of stored pixels.
    /// - Complexity: O(samples)
    func turned(_ orientation: EXIFOrientation) -> Image {
        guard orientation != .upright else { return self }
        let (newWidth, newHeight) = orientation.swapsSides ? (height, width) : (width, height)
        // Where the sample of the upright origin is stored, and how far apart its neighbours right and below are.
        let (right, below) = (channels, width * channels)
        let (lastColumn, lastRow) = ((width - 1) * right, (height - 1) * below)
        let (origin, columnStep, rowStep) =
            switch orientation {
            case .upright: (0, right, below)
            case .mirroredHorizontally: (lastColumn, -right, below)
            case .turnedHalf: (lastColumn + lastRow, -right, -below)
            case .mirroredVertically: (lastRow, right, -below)
            case .transposed: (0, below, right)
            case .turnedRight: (lastRow, -below, right)
            case .transversed: (lastColumn + lastRow, -below, -right)
            case .turnedLeft: (lastColumn, below, -right)
            }
        return Image(width: newWidth, height: newHeight, channels: channels) { target in
            pixels.withUnsafeBufferPointer { source in
                var next = 0
                for row in 0..<newHeight {
                    for column in 0..<newWidth {
                        let start = origin + row * rowStep + column * columnStep
                        for channel in 0..<channels {
                            target[next] = source[start + channel]
                            next += 1
                        }
                    }
                }
            }
        }
    }
}
