import Foundation
import Imaging
import TestSupport
import Testing

/// Against Pillow 13, whose libjpeg-turbo (3.2) has the same integer transforms as ours, so equality is asked for.
@Suite struct DecodingTests {
    @Test func `there are goldens of every kind`() {
        #expect(DecodingCase.all.count == 39)
    }

    @Test(arguments: DecodingCase.all) func `colour equals Pillow's`(golden: DecodingCase) throws {
        let image = try Image.read(Golden.path(golden.name))
        #expect(image.width == golden.width && image.height == golden.height && image.channels == 3)
        #expect(image.pixels == [UInt8](golden.rgb), "\(golden.name)")
    }

    @Test(arguments: DecodingCase.all) func `gray equals Pillow's`(golden: DecodingCase) throws {
        let image = try Image.read(Golden.path(golden.name), as: .gray)
        #expect(image.channels == 1)
        #expect(image.pixels == [UInt8](golden.gray), "\(golden.name)")
    }

    @Test(arguments: DecodingCase.all) func `alpha is kept on request`(golden: DecodingCase) throws {
        let image = try Image.read(Golden.path(golden.name), as: .rgba)
        #expect(image.channels == 4)
        #expect(image.pixels == [UInt8](golden.rgba), "\(golden.name)")
    }

    @Test(arguments: DecodingCase.all) func `native has the channels that the header announces`(
        golden: DecodingCase
    ) throws {
        let header = try ImageHeader.read(Golden.path(golden.name))
        let image = try Image.read(Golden.path(golden.name), as: .native)
        #expect(header.channels == golden.channels && image.channels == golden.channels)
        #expect(header.width == golden.width && header.height == golden.height)
        #expect(header.format == (golden.name.hasSuffix("png") ? .png : .jpeg))
        #expect(image.pixels == [UInt8](golden.channels == 1 ? golden.gray : golden.rgb))
    }

    @Test func `the format is told by the content, not by the name`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("really-a-png.jpg")
        try Data(Golden.bytes("rgb-8.png")).write(to: URL(fileURLWithPath: path))
        #expect(try Image.read(path) == Image.read(Golden.path("rgb-8.png")))
    }

    @Test func `bytes between the last pixel and the end of a JPEG are passed over`() throws {
        let whole = try Golden.bytes("rgb-444.jpg")
        let padded = whole.dropLast(2) + [UInt8](repeating: 0, count: 228) + whole.suffix(2)
        #expect(try Image.decode(Array(padded)) == Image.decode(whole))
    }

    @Test func `a header behind a long profile is found`() throws {
        // Application segments of 60,000 bytes, more together than the usual reading length.
        let original = try Golden.bytes("rgb-444.jpg")
        let segment: [UInt8] = [0xFF, 0xE5, 0xEA, 0x62] + [UInt8](repeating: 7, count: 60_000)
        let long = original.prefix(2) + (0..<6).flatMap { _ in segment } + original.dropFirst(2)
        let folder = try TemporaryFolder()
        try Data(long).write(to: URL(fileURLWithPath: folder.path("long.jpg")))
        #expect(try ImageHeader.read(folder.path("long.jpg")) == ImageHeader.read(Golden.path("rgb-444.jpg")))
    }
}
