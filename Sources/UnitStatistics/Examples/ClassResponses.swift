public import Tensors

/// How strongly units answer to each class: the mean over all its images, and over the ten that excite the unit most.
///
/// An image's activation is the maximum of the unit's map. Classes are ranked by the mean of the ten best, as in zennit-crp
/// (Achtibat et al., Nature Machine Intelligence 5 (2023) 1006–1019): it does not punish a class of which only some images
/// show what the unit seeks.
///
/// Memory: 48 bytes for each unit and class, whatever the number of images.
public struct ClassResponses: Sendable {
    /// Images of a class that its best mean is taken of, or all where it has fewer.
    public static let bestCount = 10

    public let unitCount: Int
    public let classCount: Int
    /// Images seen of each class.
    package private(set) var counts: [Int]
    /// `[units, classes]`, added up in the order of the images.
    package private(set) var sums: [Double]
    /// `[units, classes, bestCount]`, the greatest first.
    package private(set) var best: [Float]

    public init(unitCount: Int, classCount: Int) {
        self.unitCount = unitCount
        self.classCount = classCount
        counts = Array(repeating: 0, count: classCount)
        sums = Array(repeating: 0, count: unitCount * classCount)
        best = Array(repeating: -.infinity, count: unitCount * classCount * Self.bestCount)
    }

    /// What was kept of an interrupted walk; `nil` where the arrays have other lengths.
    package init?(unitCount: Int, classCount: Int, counts: [Int], sums: [Double], best: [Float]) {
        guard counts.count == classCount, sums.count == unitCount * classCount,
            best.count == sums.count * Self.bestCount
        else { return nil }
        (self.unitCount, self.classCount) = (unitCount, classCount)
        (self.counts, self.sums, self.best) = (counts, sums, best)
    }

    /// Images seen of each class.
    public var imageCounts: [Int] { counts }

    /// Takes the first images of a block, one for each label; labels outside the classes count for none.
    public mutating func add(_ block: BlockExtremes, labels: ArraySlice<Int>, threads: Int) {
        let (classCount, width) = (classCount, Self.bestCount)
        let labels = Array(labels)
        sums.withUnsafeMutableBufferPointer { sums in
            best.withUnsafeMutableBufferPointer { best in
                guard let sumsStart = sums.baseAddress, let bestStart = best.baseAddress else { return }
                let (sums, best) = (SendablePointer(sumsStart), SendablePointer(bestStart))
                parallelFor(unitCount, threads: threads) { unit in
                    for (map, label) in zip(block.extremes(of: unit, count: labels.count), labels)
                    where 0..<classCount ~= label {
                        let place = unit * classCount + label
                        sums.value[place] += Double(map.maximum)
                        Self.insert(map.maximum, into: best.value + place * width)
                    }
                }
            }
        }
        for label in labels where 0..<classCount ~= label { counts[label] += 1 }
    }

    private static func insert(_ value: Float, into best: UnsafeMutablePointer<Float>) {
        guard value > best[bestCount - 1] else { return }
        var place = bestCount - 1
        while place > 0, value > best[place - 1] {
            best[place] = best[place - 1]
            place -= 1
        }
        best[place] = value
    }

    /// Mean activation over all images of a class, `[units, classes]`; NaN where it has none.
    public var mean: Tensor {
        Tensor(
            shape: [unitCount, classCount],
            sums.indices.map { Float(sums[$0] / Double(counts[$0 % classCount])) })
    }

    /// Mean over the images of a class that excite the unit most, `[units, classes]`; NaN where it has none.
    public var meanOfBest: Tensor {
        Tensor(
            shape: [unitCount, classCount],
            sums.indices.map { place in
                let count = min(counts[place % classCount], Self.bestCount)
                let sum = best[place * Self.bestCount..<place * Self.bestCount + count].reduce(0.0) { $0 + Double($1) }
                return Float(sum / Double(count))
            })
    }

    /// The classes that have images, those with the greatest mean of the best first, equal ones by number.
    public static func ranked(_ means: ArraySlice<Float>) -> [Int] {
        means.enumerated().filter { !$0.element.isNaN }
            .sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }.map(\.offset)
    }
}
