import Foundation
import Imaging
import TestSupport
import Testing

@Suite(.enabled(if: RealData.exists, "the real photographs are not beside this checkout"))
struct RealPhotographTests {
    /// The twenty photographs as Pillow prepared them, `[20, 224, 224, 3]` in file-name order: shorter side to 256, the
    /// longer one rounded (torchvision would cut it), the centre cut out.
    private func expectedCrops() throws -> [UInt8] {
        let data = try Data(
            contentsOf: URL(fileURLWithPath: RealData.path("expected/imagenet_samples_crop224_rgb_u8.npy")))
        let headerLength = Int(data[8]) | Int(data[9]) << 8
        return [UInt8](data.dropFirst(10 + headerLength))
    }

    @Test func `photographs come out as Pillow prepares them`() throws {
        let folder = RealData.path("imagenet/samples")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix("JPEG") }.sorted()
        let expected = try expectedCrops()
        let size = 224 * 224 * 3
        #expect(names.count == 20 && expected.count == 20 * size)
        for (index, name) in names.enumerated() {
            let photograph = try Image.read("\(folder)/\(name)")
            let scale = 256 / Double(min(photograph.width, photograph.height))
            let crop = photograph.resized(
                width: Int((Double(photograph.width) * scale).rounded()),
                height: Int((Double(photograph.height) * scale).rounded())
            ).centerCropped(width: 224, height: 224)
            let worst = zip(crop.pixels, expected[index * size..<(index + 1) * size]).map { abs(Int($0) - Int($1)) }
                .max()
            #expect(worst == 0, "\(name)")
            let header = try ImageHeader.read("\(folder)/\(name)")
            #expect(header.width == photograph.width && header.height == photograph.height)
        }
    }
}
