import Foundation

/// Small data files made byte by byte.
enum DataFiles {
    /// An IDX file of gray images with a ramp in them; the header may promise another number than there is.
    static func idxImages(_ count: Int, side: Int = 8, promised: Int? = nil) -> [UInt8] {
        let header = [2051, promised ?? count, side, side].flatMap(bigEndian)
        return header + (0..<count * side * side).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    }

    /// An IDX file of labels 0, 1, 2, …, or all the same.
    static func idxLabels(_ count: Int, promised: Int? = nil, all label: UInt8? = nil) -> [UInt8] {
        [2049, promised ?? count].flatMap(bigEndian) + (0..<count).map { label ?? UInt8($0 % 10) }
    }

    /// An RGB PNG of noise that depends on the seed; the pixels are stored without compression.
    static func png(width: Int = 32, height: Int = 32, seed: Int = 0) -> [UInt8] {
        var state = UInt64(truncatingIfNeeded: seed &+ 1) &* 0x9E37_79B9_7F4A_7C15
        let rows = (0..<height).flatMap { _ in
            [UInt8(0)]
                + (0..<width * 3).map { _ -> UInt8 in
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    return UInt8(truncatingIfNeeded: state >> 56)
                }
        }
        precondition(rows.count < 65_536, "\(rows.count) bytes do not fit one stored block")
        let length = UInt16(rows.count)
        let block: [UInt8] = [1, UInt8(length & 255), UInt8(length >> 8), UInt8(~length & 255), UInt8(~length >> 8)]
        let pixels = [0x78, 0x01] + block + rows + bigEndian(Int(adler32(rows)))
        let header = bigEndian(width) + bigEndian(height) + [8, 2, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header) + chunk("IDAT", pixels)
            + chunk("IEND", [])
    }

    /// A gray JPEG of 8×8 pixels.
    static let jpeg = [UInt8](Data(base64Encoded: jpegText)!)

    private static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(name.utf8) + data
        return bigEndian(data.count) + body + bigEndian(Int(crc32(body)))
    }

    private static func bigEndian(_ number: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        }
    }

    private static func adler32(_ bytes: [UInt8]) -> UInt32 {
        var (a, b): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            a = (a + UInt32(byte)) % 65_521
            b = (b + a) % 65_521
        }
        return b << 16 | a
    }

    private static let jpegText = """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcp\
        LDAxNDQ0Hyc5PTgyPC4zNDL/wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EAB0QAAICAgMBAAAAAAAAAAAA\
        AAECBBEDBQYSIRX/2gAIAQEAAD8AGDGjyNHJiQMXzeP4bErY5LDycXg6hatVY2OvrPaihZU//9k=
        """
}
