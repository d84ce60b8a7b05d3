import Datasets
import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct ReadingTests {
    private let dataset: Dataset

    init() throws { dataset = try Dataset(DatasetSpecification("shapes") { $0.count = 100 }, at: nil) }

    @Test(arguments: [1, 7, 100, 1_000], [1, 3])
    func `batches are the samples in order`(size: Int, threads: Int) throws {
        let batches = dataset.batches(of: size, threads: threads)
        var taken: [Int] = []
        while let batch = try batches.next() {
            #expect(batch.images == (try dataset.images(at: batch.indices)))
            #expect(batch.labels == batch.indices.map { dataset.labels![$0] })
            #expect(batch.indices.count == min(size, 100 - taken.count))
            taken += batch.indices
        }
        #expect(taken == Array(0..<100))
        #expect(try batches.next() == nil)
    }

    @Test func `batches follow the order asked for`() throws {
        let order = [5, 99, 5, 0, 42]
        let batches = dataset.batches(of: 2, order: order)
        var images: [Float] = []
        while let batch = try batches.next() { images += batch.images.scalars }
        #expect(try images == dataset.images(at: order).scalars)
    }

    @Test func `batches that nobody takes do no harm`() throws {
        for _ in 0..<50 { _ = try dataset.batches(of: 10, threads: 2).next() }
    }

    /// The system tells when a file was closed, so nobody has to wait and see.
    @Test func `the batch after the one that is taken is decoded meanwhile, and no other`() throws {
        let folder = try TemporaryFolder()
        let picture = try Golden.bytes("folder/cat/one.png")
        for index in 0..<6 { try folder.write(picture, to: "\(index).png") }
        let dataset = try Dataset(DatasetSpecification("image-folder"), at: folder.path)
        let (second, third) = (inotify_init(), inotify_init())
        defer { for watch in [second, third] { close(watch) } }
        #expect(inotify_add_watch(second, folder.path("3.png"), UInt32(IN_CLOSE_NOWRITE)) >= 0)
        #expect(inotify_add_watch(third, folder.path("4.png"), UInt32(IN_OPEN)) >= 0)
        func happens(_ watch: Int32, within milliseconds: Int32) -> Bool {
            var request = pollfd(fd: watch, events: Int16(POLLIN), revents: 0)
            return poll(&request, 1, milliseconds) == 1
        }
        let batches = dataset.batches(of: 2)
        #expect(try batches.next()?.indices == [0, 1])
        #expect(happens(second, within: 60_000))
        #expect(!happens(third, within: 100))
        // What was decoded ahead needs its file no more.
        try folder.write([], to: "3.png")
        #expect(try batches.next()?.indices == [2, 3])
        #expect(happens(third, within: 60_000))
    }

    @Test func `a picture that breaks later fails its batch only`() throws {
        let folder = try TemporaryFolder()
        let picture = try Golden.bytes("folder/cat/one.png")
        for index in 0..<6 { try folder.write(picture, to: "\(index).png") }
        let dataset = try Dataset(DatasetSpecification("image-folder"), at: folder.path)
        try folder.write(Array(picture.prefix(60)), to: "3.png")
        let batches = dataset.batches(of: 2)
        #expect(try batches.next()?.indices == [0, 1])
        #expect(throws: DatasetError.self) { try batches.next() }
        #expect(try batches.next()?.indices == [4, 5])
        #expect(try batches.next() == nil)
    }

    @Test func `a picture that changed its size later is named`() throws {
        let folder = try TemporaryFolder()
        try folder.write(try Golden.bytes("folder/cat/one.png"), to: "1.png")
        let dataset = try Dataset(DatasetSpecification("image-folder"), at: folder.path)
        try folder.write(try Golden.bytes("folder/dog/deep/three.png"), to: "1.png")
        #expect(
            throws: DatasetError.sizeChanged(
                path: folder.path("1.png"), size: .init(width: 16, height: 16), expected: .init(width: 20, height: 14))
        ) { try dataset.allBytes }
    }

    @Test func `resizing, cropping and colour work on every format`() throws {
        let specification = DatasetSpecification("mnist") { ($0.resize, $0.crop, $0.color) = (8, 6, .rgb) }
        let dataset = try Dataset(specification, at: "\(Golden.folder)/mnist")
        #expect(dataset.sampleShape == [3, 6, 6])
        let bytes = try dataset.bytes(at: [2])
        #expect(
            bytes[..<36] == bytes[36..<72] && bytes[..<36] == bytes[72...] || Array(bytes[..<36]) == Array(bytes[72...])
        )
    }

    @Test(arguments: [1, 4]) func `statistics are numpy's`(threads: Int) throws {
        let expected = try Golden.expected()
        func close(_ left: [Double], _ right: [Double]?) -> Bool {
            // Sums of whole numbers against sums of rounded ones.
            right.map { zip(left, $0).allSatisfy { abs($0 - $1) < 1e-12 } } ?? false
        }
        let mnist = try Dataset(DatasetSpecification("mnist"), at: "\(Golden.folder)/mnist").statistics(
            threads: threads)
        #expect(close(mnist.channelMeans, expected.mnist.means))
        #expect(close(mnist.channelStandardDeviations, expected.mnist.deviations))
        #expect(mnist.classCounts == (0..<10).map { label in expected.mnist.labels.filter { $0 == label }.count })
        let cifar = try Dataset(DatasetSpecification("cifar10"), at: "\(Golden.folder)/cifar10")
            .statistics(threads: threads)
        #expect(close(cifar.channelMeans, expected.cifar10.means))
        #expect(close(cifar.channelStandardDeviations, expected.cifar10.deviations))
        #expect(cifar.histograms.map { $0.reduce(0, +) } == [7 * 1024, 7 * 1024, 7 * 1024])
    }

    @Test func `statistics report progress and can be stopped`() throws {
        var steps: [Int] = []
        _ = try dataset.statistics(threads: 1) { steps.append($0) }
        #expect(steps == [64, 100])
        #expect(throws: CancellationError.self) { try dataset.statistics { _ in throw CancellationError() } }
    }
}
