import Datasets
import Tensors
import Testing

@Suite struct ShapesTests {
    private func shapes(_ change: (inout DatasetSpecification) -> Void = { _ in }) throws -> Dataset {
        try Dataset(DatasetSpecification("shapes", change), at: nil)
    }

    @Test func `eight classes take turns`() throws {
        let dataset = try shapes()
        #expect(dataset.count == 6_000)
        #expect(dataset.sampleShape == [3, 32, 32])
        #expect(dataset.classNames == ["disk", "ring", "square", "triangle", "cross", "star", "crescent", "bars"])
        for block in 0..<dataset.count / 8 {
            #expect(dataset.labels![block * 8..<block * 8 + 8].sorted() == Array(0..<8))
        }
        #expect(Array(dataset.labels![..<8]) != Array(dataset.labels![8..<16]))
        #expect(try shapes { $0.split = .test }.count == 1_000)
    }

    @Test func `a sample depends on seed, split and its number alone`() throws {
        let few = try shapes { $0.count = 40 }
        let many = try shapes { $0.count = 400 }
        let order = [17, 3, 39, 0]
        #expect(try few.bytes(at: order) == many.bytes(at: order))
        #expect(try many.bytes(at: Array(0..<400), threads: 1) == many.bytes(at: Array(0..<400), threads: 5))
        let part = try shapes { ($0.count, $0.offset, $0.limit) = (40, 17, 1) }
        #expect(try part.allBytes == few.bytes(at: [17]))
        #expect(part.labels == [few.labels![17]])
        #expect(part.sampleIDs == ["train/17"])
    }

    @Test func `splits and seeds share no sample`() throws {
        var seen: Set<[UInt8]> = []
        for seed in 0..<3 {
            for split in DatasetSpecification.Split.allCases {
                let dataset = try shapes { ($0.seed, $0.split, $0.count) = (seed, split, 200) }
                for index in 0..<200 { seen.insert(try dataset.bytes(at: [index])) }
            }
        }
        #expect(seen.count == 3 * 2 * 200)
    }

    /// Colour and place say nothing about the class: the nearest class mean does hardly better than one in eight.
    @Test func `mean pixels do not give the class away`() throws {
        let training = try shapes { $0.count = 2_000 }
        let testing = try shapes { ($0.split, $0.count) = (.test, 800) }
        let length = 3 * 32 * 32
        var means = [[Float]](repeating: [Float](repeating: 0, count: length), count: 8)
        for index in 0..<training.count {
            let pixels = try training.images(at: [index]).scalars
            for position in 0..<length { means[training.labels![index]][position] += pixels[position] / 250 }
        }
        var correct = 0
        for index in 0..<testing.count {
            let pixels = try testing.images(at: [index]).scalars
            let distances = means.map { mean in
                zip(mean, pixels).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            }
            if distances.indices.min(by: { distances[$0] < distances[$1] }) == testing.labels![index] { correct += 1 }
        }
        // Chance is 100 of 800 with a standard deviation of 9.4; the shapes' own shadow adds a little.
        #expect(correct < 200, "\(correct) of 800")
    }

    /// Foreground colours are at least 0.5 from the background's (Euclidean, in [0, 1]³), so some channel must spread
    /// by 0.5 / √3 = 74 levels, less what a gradient of light and the mixing of textures take.
    @Test func `every shape stands out from its background`() throws {
        let dataset = try shapes { $0.count = 800 }
        for index in 0..<dataset.count {
            let bytes = try dataset.bytes(at: [index])
            let spreads = (0..<3).map { channel in
                let sorted = bytes[channel * 1024..<(channel + 1) * 1024].sorted()
                return Int(sorted[1024 * 19 / 20]) - Int(sorted[1024 / 20])
            }
            #expect(spreads.max()! > 50, "sample \(index) of class \(dataset.labels![index]) spans \(spreads)")
        }
    }
}
