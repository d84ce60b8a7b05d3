import Imaging
import Tensors
import Testing

@Suite struct ImageTests {
    @Test func `a tensor becomes samples, halves rounded away from zero and the rest clamped`() {
        let half = Float(0.5) / 255
        let tensor = Tensor(shape: [1, 1, 6], [-1, half, 0.5, 1, 7, .nan])
        #expect(Image(tensor).pixels == [0, 1, 128, 255, 255, 0])
    }

    @Test func `channels move between planes and pixels`() {
        let tensor = Tensor(shape: [3, 1, 2], [0, 1, 0.2, 0.4, 0.6, 0.8])
        let image = Image(tensor)
        #expect(image.pixels == [0, 51, 153, 255, 102, 204])
        #expect(image.tensor() == tensor)
    }

    @Test(arguments: [1, 3, 4]) func `every sample survives the way through a tensor`(channels: Int) {
        let image = Image(
            width: 256, height: 1, channels: channels,
            pixels: (0..<256 * channels).map { UInt8(truncatingIfNeeded: $0 * 7) })
        #expect(Image(image.tensor()) == image)
    }
}
