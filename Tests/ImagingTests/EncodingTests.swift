import Imaging
import Tensors
import Testing

@Suite struct EncodingTests {
    private func noise(width: Int, height: Int, channels: Int) -> Image {
        let random = CounterRandom(seed: 3)
        return Image(
            width: width, height: height, channels: channels,
            pixels: (0..<width * height * channels).map { UInt8(truncatingIfNeeded: random.bits($0)) })
    }

    @Test(arguments: [1, 3, 4], [1, 2, 77]) func `PNG gives back every sample`(channels: Int, width: Int) throws {
        let image = noise(width: width, height: 31, channels: channels)
        let bytes = try image.encodedPNG()
        #expect(try Image.decode(bytes, as: channels == 4 ? .rgba : .native) == image)
        #expect(try image.encodedPNG() == bytes)
    }

    @Test func `PNG holds only the chunks of the picture itself`() throws {
        let bytes = try noise(width: 5, height: 4, channels: 3).encodedPNG()
        var names: [String] = []
        var position = 8
        while position < bytes.count {
            let length = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
            names.append(String(decoding: bytes[position + 4..<position + 8], as: UTF8.self))
            position += length + 12
        }
        #expect(names == ["IHDR", "IDAT", "IEND"])
    }

    @Test func `JPEG stays near the picture, nearer with higher quality`() throws {
        let original = try Image.read(Golden.path("rgb-444.jpg"))
        func meanError(quality: Int) throws -> Double {
            let decoded = try Image.decode(original.encodedJPEG(quality: quality), as: .gray)
            let errors = zip(decoded.pixels, original.convertedToGray().pixels).map { abs(Int($0) - Int($1)) }
            return Double(errors.reduce(0, +)) / Double(errors.count)
        }
        let (low, high) = (try meanError(quality: 30), try meanError(quality: 100))
        // Gray does not see the halved chroma: at quality 100 little but rounding remains.
        #expect(high < 2 && high < low && low < 12, "mean errors \(low) and \(high)")
        #expect(try original.encodedJPEG(quality: 80) == original.encodedJPEG(quality: 80))
    }

    @Test func `JPEG drops alpha and keeps gray`() throws {
        let gray = Image(width: 8, height: 8, channels: 1, pixels: [UInt8](repeating: 90, count: 64))
        #expect(try Image.decode(gray.encodedJPEG(), as: .native) == gray)
        let clear = Image(
            width: 8, height: 8, channels: 4, pixels: (0..<64).flatMap { _ in [120, 120, 120, 0] as [UInt8] })
        #expect(try Image.decode(clear.encodedJPEG()).pixels.allSatisfy { $0 == 120 })
    }

    @Test func `a side too long for JPEG is an error`() {
        let long = Image(width: 65_501, height: 1, channels: 1, pixels: [UInt8](repeating: 0, count: 65_501))
        #expect(throws: ImageError.self) { try long.encodedJPEG() }
    }
}
