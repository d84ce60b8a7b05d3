import Datasets
import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: RealData.exists, "the real data sets are not in ../shared/data"))
struct RealDataTests {
    private func open(
        _ format: String, _ folder: String, _ change: (inout DatasetSpecification) -> Void = { _ in }
    ) throws -> Dataset {
        try Dataset(DatasetSpecification(format, change), at: RealData.path(folder))
    }

    @Test func `MNIST has its labels, counts and moments`() throws {
        let training = try open("mnist", "mnist")
        #expect(training.count == 60_000)
        #expect(Array(training.labels![..<10]) == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4])
        let statistics = try training.statistics(threads: 2)
        // The mean and deviation that everybody normalises MNIST with.
        #expect(abs(statistics.channelMeans[0] - 0.1307) < 5e-5)
        #expect(abs(statistics.channelStandardDeviations[0] - 0.3081) < 5e-5)
        let testing = try open("mnist", "mnist") { $0.split = .test }
        #expect(Array(testing.labels![..<10]) == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9])
    }

    @Test func `FashionMNIST has its labels and counts`() throws {
        let training = try open("fashion-mnist", "fashion-mnist")
        #expect(Array(training.labels![..<10]) == [9, 0, 0, 3, 0, 2, 7, 2, 5, 5])
        #expect(try training.statistics(threads: 2).classCounts == [Int](repeating: 6_000, count: 10))
        let testing = try open("fashion-mnist", "fashion-mnist") { $0.split = .test }
        #expect(Array(testing.labels![..<10]) == [9, 2, 1, 1, 6, 1, 4, 6, 5, 7])
        #expect(testing.classNames[9] == "Ankle boot")
    }

    @Test func `CIFAR-10 has its labels, counts and first pixels`() throws {
        let training = try open("cifar10", "cifar-10")
        #expect(training.count == 10_000)
        #expect(Array(training.labels![..<10]) == [6, 9, 9, 4, 1, 1, 2, 7, 8, 3])
        let first = try training.bytes(at: [0])
        #expect([first[0], first[1024], first[2048]] == [59, 62, 63])
        let testing = try open("cifar10", "cifar-10") { $0.split = .test }
        #expect(Array(testing.labels![..<10]) == [3, 8, 8, 0, 6, 6, 1, 6, 3, 1])
        #expect(try testing.statistics().classCounts == [103, 89, 100, 103, 90, 86, 112, 102, 106, 109])
        #expect(testing.classNames[0] == "airplane")
    }

    @Test func `ImageNet photographs are what Pillow makes of them`() throws {
        // The reference rounds the longer side.
        let dataset = try open("image-folder", "imagenet/samples") {
            ($0.resize, $0.crop, $0.longerSide) = (256, 224, .rounded)
        }
        #expect(dataset.sampleShape == [3, 224, 224])
        #expect(dataset.labels == Array(0..<20))
        #expect(dataset.classNames[7] == "Labrador_retriever")
        let bytes = try dataset.allBytes
        // NumPy's format: a header of 128 bytes, then [20, 224, 224, 3].
        let reference = try Data(
            contentsOf: URL(fileURLWithPath: RealData.path("expected/imagenet_samples_crop224_rgb_u8.npy")))
        let pixels = [UInt8](reference.dropFirst(128))
        #expect(pixels.count == bytes.count)
        // Equal to the last bit: libjpeg-turbo decodes for both, and Pillow's resampling is followed exactly.
        var differing = 0
        for sample in 0..<20 {
            for channel in 0..<3 {
                for pixel in 0..<224 * 224 {
                    let ours = bytes[(sample * 3 + channel) * 224 * 224 + pixel]
                    if ours != pixels[(sample * 224 * 224 + pixel) * 3 + channel] { differing += 1 }
                }
            }
        }
        #expect(differing == 0, "\(differing) of \(bytes.count) values differ")
    }
}
