import Tensors

/// An image that a unit answers to.
public struct DatasetExample: Sendable, Hashable, BitwiseCopyable {
    /// What the unit answers at `position`.
    public let activation: Float
    /// The image's position in the data set.
    public let sample: Int
    /// Row-major position in the unit's map.
    public let position: Int

    package init(activation: Float, sample: Int, position: Int) {
        (self.activation, self.sample, self.position) = (activation, sample, position)
    }
}

/// The images that excite units most and least, out of any number of images that come block by block.
///
/// Each image counts once for a unit: among the most exciting with the maximum of the unit's map, among the least exciting
/// with its minimum. Equal maxima rank by the image's position in the data set. Of equal minima the image with the lower
/// maximum comes first (behind a ReLU nearly all minima are 0), then the one that stands first in the data set. So the
/// result does not depend on blocks or threads.
///
/// Memory: `units · count` examples of each kind, whatever the number of images; ``ClassResponses`` takes more.
public struct DatasetExamples: Sendable {
    /// An example with what ranks it: the greater `score`, and among equals the greater `tie`, comes first.
    package struct Ranked: Sendable, BitwiseCopyable {
        var score: Float = 0
        var tie: Float = 0
        var sample = 0
        var position = 0
    }

    public let unitCount: Int
    /// Examples of each kind that are kept of a unit.
    public let capacity: Int
    /// Images seen.
    package private(set) var sampleCount = 0
    /// `[units, capacity]`, of which the first `count` hold.
    package private(set) var most: [Ranked]
    package private(set) var least: [Ranked]

    public init(unitCount: Int, capacity: Int) {
        self.unitCount = unitCount
        self.capacity = capacity
        most = Array(repeating: Ranked(), count: unitCount * capacity)
        least = most
    }

    /// What was kept of an interrupted walk; `nil` where the arrays have other lengths.
    package init?(unitCount: Int, capacity: Int, sampleCount: Int, most: [Ranked], least: [Ranked]) {
        guard most.count == unitCount * capacity, least.count == most.count, sampleCount >= 0 else { return nil }
        (self.unitCount, self.capacity, self.sampleCount) = (unitCount, capacity, sampleCount)
        (self.most, self.least) = (most, least)
    }

    /// Examples that each unit has.
    public var count: Int { min(capacity, sampleCount) }

    /// The images that excite a unit most, the strongest first.
    public func most(of unit: Int) -> [DatasetExample] {
        most[unit * capacity..<unit * capacity + count].map {
            DatasetExample(activation: $0.score, sample: $0.sample, position: $0.position)
        }
    }

    /// The images that excite a unit least, the lowest first. Subtracted from 0, since −0 would be another number.
    public func least(of unit: Int) -> [DatasetExample] {
        least[unit * capacity..<unit * capacity + count].map {
            DatasetExample(activation: 0 - $0.score, sample: $0.sample, position: $0.position)
        }
    }

    /// Takes the first `count` images of a block, which follow those seen before in the data set.
    /// - Precondition: all their extremes are finite.
    public mutating func add(_ block: BlockExtremes, count: Int, threads: Int) {
        let (first, seen, capacity) = (sampleCount, self.count, self.capacity)
        most.withUnsafeMutableBufferPointer { most in
            least.withUnsafeMutableBufferPointer { least in
                let (most, least) = (SendablePointer(most.baseAddress!), SendablePointer(least.baseAddress!))
                parallelFor(unitCount, threads: threads) { unit in
                    var greatest = RankedList(start: most.value + unit * capacity, capacity: capacity, count: seen)
                    var lowest = RankedList(start: least.value + unit * capacity, capacity: capacity, count: seen)
                    for (index, map) in block.extremes(of: unit, count: count).enumerated() {
                        greatest.offer(
                            Ranked(score: map.maximum, sample: first + index, position: map.maximumPosition))
                        lowest.offer(
                            Ranked(
                                score: 0 - map.minimum, tie: 0 - map.maximum, sample: first + index,
                                position: map.minimumPosition))
                    }
                }
            }
        }
        sampleCount += count
    }
}

/// The first few of all examples offered, in memory of somebody else, sorted.
private struct RankedList {
    let start: UnsafeMutablePointer<DatasetExamples.Ranked>
    let capacity: Int
    var count: Int

    /// Equal examples keep the order in which they are offered.
    mutating func offer(_ example: DatasetExamples.Ranked) {
        guard count < capacity || precedes(example, start[capacity - 1]) else { return }
        var place = count < capacity ? count : capacity - 1
        while place > 0, precedes(example, start[place - 1]) {
            start[place] = start[place - 1]
            place -= 1
        }
        start[place] = example
        count = min(count + 1, capacity)
    }

    private func precedes(_ a: DatasetExamples.Ranked, _ b: DatasetExamples.Ranked) -> Bool {
        a.score != b.score ? a.score > b.score : a.tie > b.tie
    }
}
