import Foundation
import Imaging
import Testing

/// Against Pillow's resampling: the same fixed-point algorithm, so equality is asked for, axis by axis.
@Suite struct TransformTests {
    struct Resizing: Decodable, Sendable {
        let filter: String
        let channels: Int
        let source: Data
        let width: Int
        let height: Int
        let rowsFirst: Data
        let direct: Data
        static let all = (try? Golden.read([Resizing].self, from: "resizing.json")) ?? []
    }

    struct TorchvisionRules: Decodable {
        struct Shorter: Decodable { let size, width, height: Int, result: [Int] }
        struct Crop: Decodable { let length, crop: Int, result: [UInt8] }
        let shorter: [Shorter]
        let crops: [Crop]
    }

    @Test(arguments: Resizing.all) func `resizing equals Pillow's`(golden: Resizing) throws {
        let filter = try #require(ResampleFilter.allCases.first { "\($0)" == golden.filter })
        let source = Image(width: 37, height: 23, channels: golden.channels, pixels: [UInt8](golden.source))
        let resized = source.resized(width: golden.width, height: golden.height, filter: filter)
        let id = "\(golden.filter) to \(golden.width) x \(golden.height)"
        #expect(resized.pixels == [UInt8](golden.rowsFirst), "\(id)")
        // Where Pillow takes the columns first, the rounding between the axes moves a sample by one level; bicubic
        // also cuts its overshoot there, and is left out.
        let differences = zip(resized.pixels, golden.direct).map { abs(Int($0) - Int($1)) }
        #expect(filter == .bicubic || differences.max()! <= 1, "\(id)")
    }

    @Test func `the same size changes nothing`() throws {
        let image = try Image.read(Golden.path("rgb-8.png"))
        for filter in ResampleFilter.allCases {
            #expect(image.resized(width: image.width, height: image.height, filter: filter) == image)
        }
    }

    @Test func `the shorter side is fitted as torchvision does`() throws {
        let rules = try Golden.read(TorchvisionRules.self, from: "torchvision.json")
        #expect(rules.shorter.count == 24)
        for rule in rules.shorter {
            let sides = Image.sides(ofWidth: rule.width, height: rule.height, withShorterSide: rule.size)
            #expect([sides.width, sides.height] == rule.result, "\(rule)")
        }
    }

    @Test func `no size is too large to be said`() {
        #expect(Image.sides(ofWidth: 1, height: 3, withShorterSide: .max) == (1_000_000_000, 1_000_000_000))
        #expect(Image.sides(ofWidth: 1 << 40, height: 1, withShorterSide: 256) == (1_000_000_000, 256))
    }

    /// Larger, smaller and equal in each direction.
    @Test(arguments: [(50, 40), (11, 7), (37, 9), (60, 23), (37, 23)], ResampleFilter.allCases)
    func `a part of the resized picture is the same as cutting it out`(size: (Int, Int), filter: ResampleFilter) {
        let source = Image(
            width: 37, height: 23, channels: 3, pixels: (0..<37 * 23 * 3).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }
        )
        let whole = source.resized(width: size.0, height: size.1, filter: filter)
        for (columns, rows) in [(0..<1, 0..<1), (size.0 - 1..<size.0, size.1 - 1..<size.1), (3..<9, 2..<6)] {
            let part = source.resized(
                width: size.0, height: size.1, keepingColumns: columns, rows: rows, filter: filter)
            #expect(
                part
                    == whole.cropped(
                        x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count))
        }
    }

    @Test func `the centre is cut, and padded, as torchvision does`() throws {
        let rules = try Golden.read(TorchvisionRules.self, from: "torchvision.json")
        #expect(rules.crops.count == 45)
        for rule in rules.crops {
            let line = (1...rule.length).map { UInt8($0) }
            let row = Image(width: rule.length, height: 1, channels: 1, pixels: line)
            #expect(row.centerCropped(width: rule.crop, height: 1).pixels == rule.result, "\(rule)")
            let column = Image(width: 1, height: rule.length, channels: 1, pixels: line)
            #expect(column.centerCropped(width: 1, height: rule.crop).pixels == rule.result, "\(rule)")
        }
    }

    @Test func `a crop takes the pixels it names`() {
        let image = Image(width: 4, height: 3, channels: 3, pixels: (0..<36).map { UInt8($0) })
        let part = image.cropped(x: 1, y: 1, width: 2, height: 2)
        #expect(part.pixels == [15, 16, 17, 18, 19, 20, 27, 28, 29, 30, 31, 32])
    }
}
