import Datasets
import Foundation
import TestSupport
import Testing

/// A folder with pictures of every kind among files that only pretend to be pictures.
@Suite struct BrokenPictureTests {
    private static let kinds = [
        "cmyk.jpg", "gray-16.png", "gray-alpha-8.png", "orientation-6.jpg", "palette-8.png", "progressive.jpg",
        "rgb-16.png", "rgb-8.png",
    ]
    private let folder: TemporaryFolder
    private var specification = DatasetSpecification("image-folder") { ($0.resize, $0.crop) = (16, 16) }

    init() throws {
        folder = try TemporaryFolder()
        for (index, name) in Self.kinds.enumerated() {
            try folder.write(try Self.bytes(name), to: index.isMultiple(of: 2) ? "even/\(name)" : "odd/\(name)")
        }
    }

    private static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: RealData.packageRoot.appending(path: "Tests/ImagingTests/Golden/\(name)")))
    }

    @Test func `pictures of every kind are read`() throws {
        let dataset = try Dataset(specification, at: folder.path)
        #expect(dataset.count == Self.kinds.count)
        #expect(dataset.labels == [0, 0, 0, 0, 1, 1, 1, 1])
        #expect(try dataset.allBytes.count == Self.kinds.count * 3 * 16 * 16)
    }

    /// As in the file's EXIF: what is stored lying is shown standing. (torchvision's ImageFolder leaves it lying.)
    @Test func `a picture is turned as its camera was held`() throws {
        // The same pixels are stored in both; the second camera was turned.
        func open(_ orientation: Int) throws -> (shape: [Int], bytes: [UInt8]) {
            let folder = try TemporaryFolder()
            try folder.write(try Self.bytes("orientation-\(orientation).jpg"), to: "1.jpg")
            let dataset = try Dataset(DatasetSpecification("image-folder"), at: folder.path)
            return (dataset.sampleShape, try dataset.allBytes)
        }
        let (lying, standing) = (try open(1), try open(6))
        #expect(lying.shape == [3, 21, 29] && standing.shape == [3, 29, 21])
        for row in 0..<29 {
            for column in 0..<21 {
                #expect(standing.bytes[row * 21 + column] == lying.bytes[(20 - column) * 29 + row])
            }
        }
    }

    @Test func `each broken picture is named, or skipped and counted`() throws {
        let jpeg = try Self.bytes("progressive.jpg")
        let broken: [(name: String, bytes: [UInt8], complaint: String)] = [
            ("even/b-truncated.jpg", Array(jpeg.prefix(jpeg.count * 2 / 3)), "is a damaged JPEG: "),
            ("even/h-hollow.png", try Self.bytes("bomb-hollow.png"), "claims 13000 x 13000 pixels, which 67 bytes"),
            ("odd/a-empty.jpg", [], "is empty"),
            ("odd/s-text.jpg", Array("not a picture\n".utf8), "is neither PNG nor JPEG: it begins with 6e 6f 74 20"),
        ]
        let intact = try Dataset(specification, at: folder.path)
        for (name, bytes, complaint) in broken {
            try folder.write(bytes, to: name)
            #expect(message(opening: specification, at: folder).hasPrefix("DATA/\(name): \(complaint)"))
            try FileManager.default.removeItem(atPath: folder.path(name))
        }

        for (name, bytes, _) in broken { try folder.write(bytes, to: name) }
        var skipping = specification
        skipping.onError = .skip
        let dataset = try Dataset(skipping, at: folder.path)
        #expect(dataset.description.skipped == broken.map(\.name))
        #expect(dataset.sampleIDs == intact.sampleIDs)
        #expect(dataset.labels == intact.labels)
        #expect(try dataset.allBytes == intact.allBytes)
    }
}
